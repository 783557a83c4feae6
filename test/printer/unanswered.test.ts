import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PlotdClient } from '../../clients/node/index.ts'
import { JobFile } from '../../clients/printer/job-file.ts'
import { PrintJobs } from '../../clients/printer/jobs.ts'
import { toRecord } from '../../clients/printer/print-job.ts'
import { Watch } from '../../clients/printer/watch.ts'
import { PlotdError } from '../../src/errors.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { wireJob } from '../support/wire.ts'

const ORDER = { printer: 'any', name: 'card', user: 'ada', template: toRecord(new Map()) }

describe('a print job whose document is queued', () => {
  it.each([
    ['keeps its jobs in the queue', 'the client got the answer', true, []],
    ['has its jobs held', 'the connection ended first, because the client may print it again', false, ['J1']],
  ])('%s when %s', async (_, __, isSent, expected) => {
    const jobs = new PrintJobs(await JobFile.open(tempFolder()), new Watch(() => true), () => {})
    const held: unknown[] = []
    const client = {
      upload: async () => ({ sha256: 'a' }),
      call: async (method: string, { id = '' }: { id?: string }) => {
        if (method === 'job.hold') held.push(id)
        if (method === 'document.describe') return { task: 'svg', pages: 1 }
        return method === 'job.submitAll' ? [wireJob('J1')] : wireJob(id, { status: 'held' })
      },
    } as unknown as PlotdClient
    const job = await jobs.submit(await jobs.create(ORDER), { bytes: new Uint8Array([1]) }, client)
    expect(jobs.get(job.id)).toHaveProperty('isUnanswered', true)
    await jobs.noteAnswer(job, isSent, client)
    expect(held).toEqual(expected)
    expect(jobs.get(job.id)).not.toHaveProperty('isUnanswered')
    await jobs.close()
  })
})

describe('a print that was cut off before printer.json named its jobs', () => {
  const UUID = '6a4f3c1e-0000-4000-8000-00000000000'
  const queued = [
    { id: 'J1', idempotencyKey: `print-${UUID}1-0-1`, status: 'rendered' },
    { id: 'J2', idempotencyKey: `print-${UUID}1-0-2`, status: 'queued' },
    { id: 'J3', idempotencyKey: `print-${UUID}2-0-1`, status: 'rendered' },
    { id: 'J4', idempotencyKey: `print-${UUID}9-0-1`, status: 'rendered' },
    { id: 'J5', status: 'queued' },
  ]

  const started = async (first: object) => {
    const state = tempFolder()
    const job = { ...ORDER, createdAt: 1 }
    const stored = [
      { ...job, id: 1, uuid: `${UUID}1`, ...first },
      { ...job, id: 2, uuid: `${UUID}2`, jobs: ['J3'] },
      { ...job, id: 3, uuid: `${UUID}3` },
    ]
    writeFileSync(join(state, 'printer.json'), JSON.stringify({ uuid: UUID, next: 4, jobs: stored }))
    const log: string[] = []
    const jobs = new PrintJobs(await JobFile.open(state), new Watch(() => true), (line) => log.push(line))
    const [canceled, held] = [[] as string[], [] as string[]]
    let refusal: PlotdError | undefined
    let refused: string | undefined
    const client = {
      call: async (method: string, { id = '', tag }: { id?: string; tag?: string }) => {
        if (method === 'job.hold' && refusal && (refused ?? id) === id) throw refusal
        if (method === 'job.cancel') canceled.push(id)
        if (method === 'job.hold') held.push(id)
        return method === 'job.list' && tag === 'printed' ? { jobs: queued } : wireJob(id, { status: 'held' })
      },
    } as unknown as PlotdClient
    const refuse = (error: PlotdError | undefined, id?: string) => {
      refusal = error
      refused = id
    }
    return { jobs, client, canceled, held, log, refuse }
  }

  it('has its queued jobs canceled at the start if its client got a refusal, because the client may print it again', async () => {
    const ending = { state: 'aborted', reasons: [], at: 2 } as const
    const { jobs, client, canceled } = await started({ ending })
    await jobs.cancelRefused(client)
    expect(canceled).toEqual(['J1', 'J2'])
    expect([1, 2, 3].map((id) => jobs.get(id)?.ending?.state)).toEqual(['aborted', undefined, undefined])
    await jobs.close()
  })

  it('has its queued jobs held at the start if its client got no answer, because CUPS then does not print it again', async () => {
    const { jobs, client, held, canceled, log } = await started({})
    await jobs.cancelRefused(client)
    await jobs.holdUnanswered(client)
    expect([canceled, held]).toEqual([[], ['J1', 'J2']])
    expect([1, 2, 3].map((id) => jobs.get(id)?.jobs)).toEqual([['J1', 'J2'], ['J3'], undefined])
    expect(log).toEqual([
      'plotd stopped before it answered the print “card” of ada; its jobs are held, unless the pen has begun them: release them, or cancel them if it was printed again',
    ])
    expect(jobs.stateOf(jobs.get(1) ?? expect.fail())).toMatchObject({ state: 'pending-held' })
    await jobs.holdUnanswered(client)
    expect(held).toEqual(['J1', 'J2'])
    await jobs.close()
  })

  it('has its queued jobs held also if plotd stopped later, when printer.json named them and the client had no answer', async () => {
    const { jobs, client, held } = await started({ jobs: ['J0', 'J1', 'J2'], sheets: 3, isUnanswered: true })
    await jobs.holdUnanswered(client)
    expect(held).toEqual(['J1', 'J2'])
    expect(jobs.get(1)).toMatchObject({ jobs: ['J0', 'J1', 'J2'], sheets: 3 })
    await jobs.close()
  })

  it('has its jobs held at the next start, if plotd could not hold them at this one', async () => {
    const { jobs, client, held, refuse } = await started({})
    refuse(new PlotdError('ERR_SPOOL_WRITE', 'the disk fails'))
    await jobs.holdUnanswered(client)
    expect(held).toEqual([])
    refuse(undefined)
    await jobs.holdUnanswered(client)
    expect(held).toEqual(['J1', 'J2'])
    await jobs.close()
  })

  it('has only those jobs held at the next start that were not held at this one: a user may have released the others', async () => {
    const { jobs, client, held, refuse } = await started({})
    refuse(new PlotdError('ERR_SPOOL_WRITE', 'the disk fails'), 'J2')
    await jobs.holdUnanswered(client)
    expect(held).toEqual(['J1'])
    refuse(undefined)
    await jobs.holdUnanswered(client)
    expect(held).toEqual(['J1', 'J2'])
    await jobs.holdUnanswered(client)
    expect(held).toEqual(['J1', 'J2'])
    await jobs.close()
  })

  it('counts as held, although plotd cannot hold a job whose plot has begun', async () => {
    const { jobs, client, refuse } = await started({})
    refuse(new PlotdError('ERR_JOB_STATE', 'the job is plotting'))
    await jobs.holdUnanswered(client)
    expect(jobs.get(1)).not.toHaveProperty('isUnanswered')
    await jobs.close()
  })
})
