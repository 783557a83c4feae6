import { expect, it } from 'vitest'
import { PlotdError, toPlotdError } from '../src/errors.ts'

/** A second copy of the module, as in another installation of plotd. */
const another = (await import('../src/errors.ts?another' as string)) as { PlotdError: typeof PlotdError }

it('an error is known to every copy of plotd in a process, and nothing else is taken for one', () => {
  const error = new another.PlotdError('ERR_STRICT', 'would not be drawn: 1 × image')
  expect(another.PlotdError).not.toBe(PlotdError)
  expect(error).toBeInstanceOf(PlotdError)
  expect(toPlotdError(error)).toBe(error)
  expect(toPlotdError(Object.assign(new Error('odd'), { code: 'ERR_STRICT' })).code).toBe('ERR_INTERNAL')
  for (const other of [null, undefined, 'ERR_STRICT', new Error('no')]) expect(other instanceof PlotdError).toBe(false)
})
