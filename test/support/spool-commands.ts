import fc from 'fast-check'
import { expect } from 'vitest'
import type { Claim, Spool } from '../../src/spool/index.ts'
import type { JobStatus } from '../../src/spool/job.ts'
import { anError, aResult } from '../contracts/spool.ts'
import { type ModelJob, SpoolModel } from './spool-model.ts'

/** A store that can crash. */
export interface Store {
  /** @returns an empty spool on the store */
  open(): Promise<Spool>
  /**
   * Opens another spool on the same store without closing the earlier spools.
   *
   * @param how     'cut' also cuts the power of the disk, or the connections of the earlier spools to the database
   * @param chance  returns a random number, 0 … 1
   */
  crash(how: 'kill' | 'cut', chance: () => number): Promise<Spool>
  /** Housekeeping that changes no job. */
  tidy(spool: Spool): Promise<void>
  close(): Promise<void>
}

/** The real spool, and what the test remembers about it. */
interface Real {
  readonly store: Store
  spool: Spool
  readonly claims: Map<string, Claim>
  /** The states that jobs had at a crash. */
  readonly struck: Set<JobStatus>
}
type Command = fc.AsyncCommand<SpoolModel, Real>

/** A command on a job in one of these states. The number chooses the job. */
const on =
  (
    name: string,
    statuses: readonly JobStatus[],
    run: (job: ModelJob, model: SpoolModel, real: Real) => Promise<unknown>,
  ): ((pick: number) => Command) =>
  (pick) => ({
    check: (model) => model.in(...statuses).length > 0,
    run: async (model, real) => {
      const candidates = model.in(...statuses)
      const job = candidates[pick % candidates.length]
      if (job !== undefined) await run(job, model, real)
      await compare(model, real)
    },
    toString: () => `${name} ${pick}`,
  })

const always = (name: string, run: (model: SpoolModel, real: Real) => Promise<unknown>): Command => ({
  check: () => true,
  run: async (model, real) => {
    await run(model, real)
    await compare(model, real)
  },
  toString: () => name,
})

async function compare(model: SpoolModel, { spool }: Real): Promise<void> {
  const { jobs, total } = await spool.list({ sort: 'newest', limit: 1000 })
  const match = new Map(jobs.map(({ id, status, priority }) => [id, { status, priority }]))
  expect(total).toBe(model.jobs.length)
  for (const { id, status, priority } of model.jobs) expect(match.get(id)).toEqual({ status, priority })
}

function claimOf({ claims }: Real, { id }: ModelJob): Claim {
  const claim = claims.get(id)
  if (claim === undefined) throw new Error(`the test holds no claim of ${id}`)
  return claim
}

const submit = (priority: number, hold: boolean, inks: boolean, count: number): Command =>
  always(`submit ${priority} ${hold} ${inks} × ${count}`, async (model, { spool }) => {
    const plot = inks ? { plot: { plotter: 'A', copies: 1 } } : {}
    const batch = Array.from({ length: count }, () => ({ task: 'text', params: 1, priority, hold, ...plot }))
    for (const { id } of await spool.submit(batch)) model.add(id, priority, hold, inks)
  })

const render = always('claim a render', async (model, { spool, claims }) => {
  const expected = model.next('queued')
  const claim = await spool.claim({ stage: 'render', holder: 'w' })
  expect(claim?.job.id).toBe(expected?.id)
  if (claim === undefined || expected === undefined) return
  claims.set(claim.job.id, claim)
  await spool.progress(claim, { phase: 'render', done: 0, of: 1 })
  expected.status = 'started'
})

const plot = always('claim a plot', async (model, { spool, claims }) => {
  const expected = model.next('rendered')
  const claim = await spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'] })
  expect(claim?.job.id).toBe(expected?.id)
  if (claim === undefined || expected === undefined) return
  claims.set(claim.job.id, claim)
  expected.status = 'plotting'
})

/** Everything acknowledged survives a crash. A submit under way is complete or absent afterwards. */
const crash = (how: 'kill' | 'cut', seed: number): Command =>
  always(`${how} ${seed}`, async (model, real) => {
    const cut = real.spool.submit([1, 2, 3].map((i) => ({ task: 'text', params: i, tags: ['cut'], priority: 50 })))
    let acknowledged = false
    cut.then(
      () => {
        acknowledged = true
      },
      () => {},
    )
    // A claim to render may resolve before the claim is on the disk, and the crash may come between the two.
    if (seed % 8 === 0) await real.spool.claim({ stage: 'render', holder: 'w' })
    for (let i = 0; i < seed % 4; i++) await new Promise((turn) => setImmediate(turn))
    let state = seed
    const chance = (): number => {
      state = (state * 48271) % 2147483647
      return state / 2147483647
    }
    real.spool = await real.store.crash(how, chance)
    real.claims.clear()
    for (const { status } of model.jobs) real.struck.add(status)
    model.restart()
    const known = new Set(model.jobs.map(({ id }) => id))
    const survivors = (await real.spool.list({ tag: 'cut', limit: 1000 })).jobs.filter(({ id }) => !known.has(id))
    expect(acknowledged ? [3] : [0, 3]).toContain(survivors.length)
    for (const { id, priority } of survivors.sort((a, b) => a.order - b.order)) model.add(id, priority, false, false)
  })

const pick = fc.nat(1000)
const commands = fc.commands(
  [
    fc
      .tuple(fc.constantFrom(25, 50, 75), fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 3 }))
      .map((all) => submit(...all)),
    fc.constantFrom(render, render, render, plot, plot),
    fc.constantFrom(render, plot),
    pick.map(
      on('complete', ['started', 'plotting'], async (job, _, real) => {
        const status = job.status === 'started' && job.inks ? 'rendered' : 'finished'
        await real.spool.complete(claimOf(real, job), aResult)
        job.status = status
      }),
    ),
    pick.map(
      on('fail', ['started', 'plotting', 'paused'], async (job, _, real) => {
        await real.spool.fail(claimOf(real, job), anError)
        job.status = 'failed'
      }),
    ),
    pick.map(
      on('pause', ['plotting'], async (job, _, real) => {
        await real.spool.pause(claimOf(real, job), 'operator')
        job.status = 'paused'
      }),
    ),
    pick.map(
      on('resume', ['interrupted'], async (job, _, { spool, claims }) => {
        const claim = await spool.claim({ stage: 'resume', holder: 'A', id: job.id })
        if (claim !== undefined) claims.set(job.id, claim)
        job.status = 'plotting'
      }),
    ),
    pick.map(
      on(
        'cancel',
        ['queued', 'held', 'started', 'rendered', 'plotting', 'paused', 'interrupted'],
        async (job, _, { spool }) => {
          await spool.cancel(job.id)
          job.status = 'canceled'
        },
      ),
    ),
    pick.map(
      on('hold', ['queued', 'started'], async (job, _, { spool }) => {
        await spool.hold(job.id)
        job.status = 'held'
      }),
    ),
    pick.map(
      on('unhold', ['held'], async (job, _, { spool }) => {
        await spool.unhold(job.id)
        job.status = 'queued'
      }),
    ),
    pick.map(
      on('retry', ['failed', 'canceled'], async (job, model, { spool }) => {
        await spool.retry(job.id)
        model.requeue(job)
      }),
    ),
    pick.map(
      on('top', ['queued', 'held', 'rendered'], async (job, model, { spool }) => {
        await spool.top(job.id)
        model.toTop(job)
      }),
    ),
    fc.constant(always('tidy', (_, { spool, store }) => store.tidy(spool))),
    fc
      .tuple(fc.constantFrom('kill' as const, 'cut' as const), fc.integer({ min: 1, max: 2 ** 30 }))
      .map((all) => crash(...all)),
  ],
  { maxCommands: 60, size: 'max' },
)

/** The states in which a crash should strike at least once: a test without a crash while plotting proves little. */
export const CRASHED_IN: readonly JobStatus[] = [
  ...(['held', 'queued', 'started', 'rendered', 'plotting', 'paused', 'interrupted'] as const),
  ...(['finished', 'failed', 'canceled'] as const),
]

/**
 * Runs random commands on spools and on a plain list. The spool and the list must agree after each command.
 *
 * @returns the states that jobs had at a crash
 */
export async function agreesWithAList(
  newStore: () => Promise<Store>,
  runs: fc.Parameters<unknown>,
): Promise<ReadonlySet<JobStatus>> {
  const struck = new Set<JobStatus>()
  await fc.assert(
    fc.asyncProperty(commands, async (all) => {
      const store = await newStore()
      try {
        const spool = await store.open()
        const real: Real = { store, spool, claims: new Map(), struck }
        await fc.asyncModelRun(() => ({ model: new SpoolModel(), real }), all)
      } finally {
        await store.close()
      }
    }),
    runs as fc.Parameters<[Iterable<Command>]>,
  )
  return struck
}
