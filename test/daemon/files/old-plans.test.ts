import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { removeOldPlans } from '../../../src/daemon/files/retention.ts'
import type { Job } from '../../../src/spool/job.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const DAY_MS = 24 * 3_600_000

/** A folder with the plans `old`, `held` and `new`. The first two were written two days ago. */
function plans(): string {
  const folder = tempFolder()
  for (const name of ['old', 'held', 'new']) writeFileSync(join(folder, name), '')
  const then = new Date(Date.now() - 2 * DAY_MS)
  for (const name of ['old', 'held']) utimesSync(join(folder, name), then, then)
  return folder
}

const spoolOf = (...jobs: readonly Partial<Job>[]) => ({
  list: async () => ({ jobs: jobs as Job[], total: jobs.length }),
})

const held = { status: 'interrupted', progress: { phase: 'plot', done: 1, of: 9, planHash: 'held' } } as const

it('at the start of the daemon, all plans that no job needs are removed, whatever their age', async () => {
  const folder = plans()
  await removeOldPlans(folder, spoolOf(held, { status: 'plotting' }))
  expect(readdirSync(folder)).toEqual(['held'])
})

it('later, only plans that are older than a day and that no job needs are removed', async () => {
  const folder = plans()
  await removeOldPlans(folder, spoolOf(held, { status: 'interrupted' }), Date.now() - DAY_MS)
  expect(readdirSync(folder).sort()).toEqual(['held', 'new'])
})

it.each(['plotting', 'paused'] as const)(
  'later, no plan is removed while a %s job has not named its plan',
  async (status) => {
    const folder = plans()
    await removeOldPlans(folder, spoolOf({ status }), Date.now() - DAY_MS)
    expect(readdirSync(folder)).toHaveLength(3)
  },
)

it('a plan stays when it is written again while the jobs are read', async () => {
  const folder = plans()
  const list = async () => {
    writeFileSync(join(folder, 'old'), 'again')
    return { jobs: [], total: 0 }
  }
  await removeOldPlans(folder, { list }, Date.now() - DAY_MS)
  expect(readdirSync(folder).sort()).toEqual(['new', 'old'])
})
