import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FeedEvent, WireJob } from '../../../clients/node/index.ts'
import { frailWire } from '../../support/frail-wire.ts'
import { runs } from '../../support/fuzz.ts'
import { type MemoryServer, memoryServer, spiral } from '../../support/memory-server.ts'
import { until } from '../../support/until.ts'

let daemon: MemoryServer
beforeAll(async () => {
  daemon = await memoryServer()
})
afterAll(() => daemon.close())

/** The state of a client that only applies the events. */
class FollowedState {
  readonly jobs = new Map<string, WireJob>()
  readonly seqs: number[] = []
  snapshots = 0
  apply(event: FeedEvent): void {
    this.seqs.push(event.seq)
    if (event.type === 'snapshot') {
      this.snapshots++
      this.jobs.clear()
      for (const job of event.jobs) this.jobs.set(job.id, job)
    } else if (event.type === 'job.changed') this.jobs.set(event.job.id, event.job)
    else if (event.type === 'job.removed') this.jobs.delete(event.id)
  }
}

const step = fc.constantFrom('submit', 'cancel', 'hold', 'top', 'remove', 'cut', 'cut', 'wait')

/** One action of a user or the network. A refusal is a valid answer too, for example if the job to hold is canceled. */
async function act(what: string, cut: () => void): Promise<void> {
  const { spool } = daemon
  const [job] = (await spool.list({ limit: 1, sort: 'newest' })).jobs
  const id = job?.id ?? 'none'
  const acts: Record<string, () => unknown> = {
    submit: () => spool.submit([{ task: 'pattern', params: spiral }]),
    cancel: () => spool.cancel(id),
    hold: () => spool.hold(id),
    top: () => spool.top(id),
    remove: () => spool.remove(id),
    cut,
    wait: () => new Promise((resolve) => setTimeout(resolve, 1)),
  }
  await Promise.resolve(acts[what]?.()).catch(() => {})
}

describe('a client whose connection is cut at random', () => {
  it('gets the missed events instead of a new snapshot, and then has exactly the daemon’s jobs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const frail = frailWire(daemon.address)
        const client = await daemon.client({}, frail)
        const followed = new FollowedState()
        await client.subscribe((event) => followed.apply(event))
        for (const each of steps) await act(each, frail.cut)
        await until(() => followed.seqs.at(-1) === daemon.hub.head)

        const { snapshot } = await daemon.hub.snapshot(200)
        const byId = (a: WireJob, b: WireJob) => (a.id < b.id ? -1 : 1)
        expect([...followed.jobs.values()].sort(byId)).toEqual([...snapshot.jobs].sort(byId))
        expect(followed.snapshots).toBe(1)
        expect(followed.seqs).toEqual(followed.seqs.map((_, i) => (followed.seqs[0] ?? 0) + i))
        client.close()
      }),
      { ...runs(15) },
    )
  })
})

/** Changes jobs while a client gets no events. Holds a job, adds a second job, and adds and removes a third. */
async function changeUnseen(id: string): Promise<void> {
  const { spool } = daemon
  await spool.hold(id)
  await spool.submit([{ task: 'pattern', params: spiral }])
  const [gone] = await spool.submit([{ task: 'pattern', params: spiral }])
  await spool.cancel(gone?.id ?? '')
  await spool.remove(gone?.id ?? '')
}

/** A client that follows the daemon's events, and one job that it knows. */
async function follower() {
  const [job] = await daemon.spool.submit([{ task: 'pattern', params: spiral }])
  const frail = frailWire(daemon.address)
  let reachable = Promise.resolve()
  const client = await daemon.client({}, { ...frail, dial: (handlers) => reachable.then(() => frail.dial(handlers)) })
  const followed = new FollowedState()
  await client.subscribe((event) => followed.apply(event))
  /** Cuts the connection. @returns a function that lets the client connect again */
  const away = (): (() => void) => {
    let comeBack = () => {}
    reachable = new Promise<void>((resolve) => {
      comeBack = resolve
    })
    frail.cut()
    return comeBack
  }
  return { away, client, followed, id: job?.id ?? '' }
}

/** Expects that a client got a second snapshot, has exactly the jobs of the spool, and gets later events. */
async function expectWhole(followed: FollowedState): Promise<void> {
  const [later] = await daemon.spool.submit([{ task: 'pattern', params: spiral }])
  await until(() => followed.jobs.has(later?.id ?? '') && followed.seqs.at(-1) === daemon.hub.head)
  const { jobs } = await daemon.spool.list({ limit: 1000 })
  expect(followed.snapshots).toBe(2)
  expect([...followed.jobs.values()].map(({ id, status }) => `${id} ${status}`).sort()).toEqual(
    jobs.map(({ id, status }) => `${id} ${status}`).sort(),
  )
}

describe('a client that missed events which the daemon cannot replay', () => {
  it('gets a new snapshot when it missed more events than the daemon keeps', async () => {
    const { client, followed, away, id } = await follower()
    const comesBack = away()
    await changeUnseen(id)
    for (let fonts = 0; fonts < 6000; fonts++) daemon.hub.fontsChanged(fonts)
    comesBack()
    await expectWhole(followed)
    client.close()
  })

  it('gets a new snapshot when the daemon missed events of its database', async () => {
    const { client, followed, id } = await follower()
    daemon.gap.begin()
    await changeUnseen(id)
    daemon.gap.end()
    await expectWhole(followed)
    client.close()
  })
})
