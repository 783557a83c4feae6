import { describe, expect, it } from 'vitest'
import { prepareOptions } from '../../../src/daemon/render/plot-options.ts'
import type { PlotRequest } from '../../../src/spool/job.ts'

/** Options of a job in the queue. Another program may have written the job into the database. */
const stored = (options: object) => ({ options }) as Partial<PlotRequest>

describe('the check of a stored job’s options refuses', () => {
  it.each(['speedPercent', 'pace', 'penDownPercent'])('%s that is beyond its range or no number', (field) => {
    for (const value of [-1, 401, Number.NaN, Number.POSITIVE_INFINITY, '50', null]) {
      const error = expect.objectContaining({ code: 'ERR_PARAMS', message: expect.stringContaining(field) })
      expect(() => prepareOptions(stored({ [field]: value })), String(value)).toThrow(error)
    }
  })

  it.each(['speedPercent', 'pace'])('%s of 0', (field) => {
    expect(() => prepareOptions(stored({ [field]: 0 }))).toThrow(expect.objectContaining({ code: 'ERR_PARAMS' }))
  })
})
