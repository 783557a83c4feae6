import { rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { allHere } from '../../../src/daemon/render/contents.ts'
import { planOfJob } from '../../../src/daemon/render/plan-of-job.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { Job, PlotRequest } from '../../../src/spool/job.ts'
import { RESULT } from '../../support/job-result.ts'
import { tempFolder } from '../../support/temp-folder.ts'

it('the daemon makes a new plan for display when the job’s plot request or the profile changes, or the plan’s file is gone', async () => {
  const output = tempFolder()
  writeFileSync(join(output, RESULT.path), '<svg/>')
  let plot: PlotRequest | undefined
  let profile = profileNamed('axidraw-v3')
  let count = 0
  const spool = { get: async () => ({ id: 'a', result: RESULT, ...(plot && { plot }) }) as unknown as Job }
  const planToShow = async () => {
    const name = `plan ${++count}`
    writeFileSync(join(output, name), '')
    return name
  }
  const threads = { contents: allHere(output), plans: output, planToShow }
  const planOf = planOfJob(spool, threads, () => profile)
  const shown = async () => basename(await planOf('a'))
  expect([await shown(), await shown()]).toEqual(['plan 1', 'plan 1'])
  plot = { plotter: 'any', copies: 1, pageSize: 'a5' }
  expect([await shown(), await shown()]).toEqual(['plan 2', 'plan 2'])
  profile = profileNamed('axidraw-v3-a3')
  expect([await shown(), await shown()]).toEqual(['plan 3', 'plan 3'])
  rmSync(join(output, 'plan 3'))
  expect([await shown(), await shown()]).toEqual(['plan 4', 'plan 4'])
})
