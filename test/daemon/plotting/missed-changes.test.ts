import { pino } from 'pino'
import { expect, it } from 'vitest'
import { Dispatcher } from '../../../src/daemon/plotting/dispatcher.ts'
import type { Station } from '../../../src/daemon/plotting/index.ts'
import type { ThreadPools } from '../../../src/daemon/render/index.ts'
import type { Spool } from '../../../src/spool/index.ts'
import type { Job } from '../../../src/spool/job.ts'
import type { SpoolEvent } from '../../../src/spool/spool.ts'

/** Starts a dispatcher on a spool with these jobs. @returns the last status that the station knows of each job */
async function knownAfterStart(jobs: readonly Job[], meanwhile: readonly SpoolEvent[] = []) {
  const known = new Map<string, string>()
  const station = {
    name: 'axi',
    jobChanged: ({ id, status }: Job) => known.set(id, status),
    jobRemoved: (id: string) => known.delete(id),
    wake: () => {},
    stop: async () => {},
  }
  const spool = {
    subscribe: async (listener: (event: SpoolEvent) => void) => {
      for (const event of meanwhile) listener(event)
      return { jobs, paused: [], close: () => {} }
    },
    claim: async () => undefined,
  }
  const dispatcher = new Dispatcher({
    spool: spool as unknown as Spool,
    threads: { close: async () => {} } as unknown as ThreadPools,
    stations: [station as unknown as Station],
    ...{ workers: 1, pens: [], host: 'here', log: pino({ level: 'silent' }) },
  })
  await dispatcher.start()
  await dispatcher.stop(true)
  return known
}

const job = (id: string, status: Job['status']) => ({ id, status, task: 'text' }) as unknown as Job

it('a station learns the present status of each job when the dispatcher starts', async () => {
  const known = await knownAfterStart([job('one', 'canceled'), job('two', 'interrupted')])
  expect([...known]).toEqual([
    ['one', 'canceled'],
    ['two', 'interrupted'],
  ])
})

it('a station keeps the changes that events brought before the answer to the subscription', async () => {
  const jobs = ['one', 'two'].map((id) => job(id, 'interrupted'))
  const known = await knownAfterStart(jobs, [
    { type: 'changed', job: job('one', 'canceled') },
    { type: 'removed', id: 'two' },
  ])
  expect([...known]).toEqual([['one', 'canceled']])
})
