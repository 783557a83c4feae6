import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MethodName, Params } from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import type { Random } from '../../src/tasks/draw/random.ts'
import { FINAL } from './ledger.ts'
import { drawing } from './sheet.ts'
import type { Scene } from './world.ts'

/** The submitter waits while this many jobs have not ended. */
const MAX_LIVE = 25
const BATCH = 50
/** The title of jobs that the daemon must refuse. */
const BAD = 'bad'

/** Errors that are expected: another client was faster, or a fault struck the daemon, the disk or the plotter. */
const ORDINARY: ReadonlySet<string> = new Set([
  ...['ERR_DAEMON_AWAY', 'ERR_SPOOL_WRITE', 'ERR_JOB_STATE', 'ERR_JOB_UNKNOWN', 'ERR_PLOTTER_STATE', 'ERR_FILE'],
  ...['ERR_LINK_CLOSED', 'ERR_LINK_TIMEOUT', 'ERR_DEVICE', 'ERR_DEVICE_UNKNOWN', 'ERR_TRANSPORT'],
  'ERR_DEVICE_POWER',
  'ERR_HOST',
  'ERR_PLOTTER_UNKNOWN', // another host took the name of the plotter's host
])

/** Runs an action. Counts expected errors; any other error is a violation. @returns whether the action succeeded */
export async function attempt(world: Scene, what: string, act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (thrown) {
    const { code, message } = thrown instanceof PlotdError ? thrown : { code: 'ERR_INTERNAL', message: String(thrown) }
    if (ORDINARY.has(code)) world.ledger.count('refusals')
    else world.ledger.violate(`${world.name}: ${what}: ${code} ${message}`)
    return false
  }
}

/** The kinds of jobs of a submitter. */
export interface Mix {
  /** Fraction of the jobs that are plotted, 0 … 1. */
  readonly drawn: number
  /** @param name  the name of a plotter */
  readonly plot: (name: string, random: Random) => NonNullable<Params<'job.submit'>['plot']>
}

const SOAK_MIX: Mix = { drawn: 0.5, plot: (plotter) => ({ plotter, options: { keepOrder: true } }) }

/** Submits jobs of all kinds. Submits a job again with the same key until it is acknowledged. */
export class Submitter {
  readonly #world: Scene
  readonly #mix: Mix
  readonly #unanswered: Params<'job.submit'>[] = []
  #drawn = 0

  constructor(world: Scene, mix: Mix = SOAK_MIX) {
    this.#world = world
    this.#mix = mix
  }

  async step(): Promise<void> {
    const { ledger, random, client } = this.#world
    if (ledger.live.length >= MAX_LIVE) return
    const request = this.#unanswered.shift() ?? this.#next()
    const n = numberOf(request.title)
    if (n !== undefined) ledger.unanswered.add(n)
    const done = await attempt(this.#world, 'submit', async () => {
      const id = await this.#submit(request)
      if (id === undefined) return
      ledger.acknowledged(id, n)
      if (n !== undefined) ledger.unanswered.delete(n)
    })
    if (!done) this.#unanswered.push(request)
    if (random.next() < 0.02) await attempt(this.#world, 'upload', () => client.upload(drawing(random.whole(0, 9))))
  }

  /** @returns undefined when the daemon rightly refuses a job that would not be drawn completely */
  async #submit(request: Params<'job.submit'>): Promise<string | undefined> {
    const { ledger, client, name } = this.#world
    try {
      const { id } = await client.call('job.submit', request)
      if (request.title === BAD) ledger.violate(`${name}: a strict job was accepted though it loses an image`)
      return id
    } catch (thrown) {
      if (!(thrown instanceof PlotdError)) throw thrown
      const { runAt, ...job } = request
      // `runAt` is in the past, because the clock was set forward, or because no daemon answered before that time.
      if (runAt !== undefined && thrown.detail['field'] === 'runAt') return this.#submit(job)
      if (job.title !== BAD || thrown.code !== 'ERR_STRICT') throw thrown
      ledger.count('bad jobs')
      return undefined
    }
  }

  #next(): Params<'job.submit'> {
    const { random, plotters } = this.#world
    const more = {
      idempotencyKey: randomUUID(),
      priority: random.whole(1, 100),
      ...(random.next() < 0.05 ? { hold: true } : {}),
      ...(random.next() < 0.05 ? { runAt: Date.now() + 1000 } : {}),
      ...(random.next() < 0.05 ? { retries: { max: 1, backoffMs: 500 } } : {}),
    }
    const { drawn } = this.#mix
    if (random.next() < drawn) {
      const n = this.#drawn++
      const { name = '' } = plotters[random.whole(0, plotters.length - 1)] ?? {}
      const plot = this.#mix.plot(name, random)
      return { task: 'svg', params: { svg: drawing(n) }, title: `drawing ${n}`, plot, ...more }
    }
    const chance = random.next()
    if (chance < 0.6) {
      const size = { width: 60, height: 60 }
      return { task: 'pattern', params: { pattern: 'spiral', seed: random.whole(1, 1e6), ...size }, ...more }
    }
    if (chance < 0.9) return { task: 'text', params: { text: `soak ${random.whole(1, 1e6)}` }, ...more }
    return { task: 'svg', params: { svg: '<svg><image href="x.png"/></svg>', strict: true }, title: BAD, ...more }
  }
}

export const numberOf = (title = ''): number | undefined =>
  title.startsWith('drawing ') ? Number(title.slice('drawing '.length)) : undefined

export async function every(ms: number, isOver: () => boolean, act: () => Promise<void>): Promise<void> {
  while (!isOver()) {
    await act()
    await sleep(ms)
  }
}

/**
 * Simulates a user who may change a job or pause the queue. Half of the calls then resume the queue and release the
 * held jobs.
 */
export async function meddle(world: Scene): Promise<void> {
  const { random, ledger, client } = world
  const { live } = ledger
  const id = live[random.whole(0, Math.max(0, live.length - 1))]
  if (id === undefined) return
  const verbs: readonly (readonly [number, MethodName, object])[] = [
    [0.2, 'job.cancel', { id }],
    [0.1, 'job.hold', { id }],
    [0.2, 'job.top', { id }],
    [0.2, 'job.move', { id, before: live[random.whole(0, live.length - 1)] ?? id }],
    [0.1, 'job.pause', { id, now: random.next() < 0.3 }],
    [0.05, 'queue.pause', {}],
  ]
  let chance = random.next()
  const verb = verbs.find(([share]) => {
    chance -= share
    return chance < 0
  })
  if (verb) await attempt(world, verb[1], () => client.call(verb[1], verb[2] as never))
  if (random.next() < 0.5) await releaseAll(world)
}

export async function releaseAll(world: Scene): Promise<void> {
  const { client } = world
  await attempt(world, 'release all', async () => {
    await client.call('queue.resume', {})
    const { jobs } = await client.call('job.list', { status: ['held'], limit: 100 })
    for (const { id } of jobs) await attempt(world, 'release', () => client.call('job.release', { id }))
  })
}

/** Checks that every expected job exists, and removes the files of ended jobs. */
export async function check(world: Scene): Promise<void> {
  const { ledger, client, folder } = world
  const ids = ledger.expected
  for (let i = 0; i < ids.length; i += BATCH) {
    await Promise.all(
      ids.slice(i, i + BATCH).map(async (id) => {
        try {
          const { status, result, error, endedAt } = await client.call('job.get', { id })
          ledger.record(id, status, { ...error, ...(endedAt === undefined ? {} : { endedAt }) })
          if (FINAL.has(status) && result) await rm(join(folder, 'output', result.path), { force: true })
        } catch (thrown) {
          const code = thrown instanceof PlotdError ? thrown.code : String(thrown)
          if (code === 'ERR_JOB_UNKNOWN') ledger.missing(id)
          else if (!ORDINARY.has(code)) ledger.violate(`${world.name}: job.get ${id}: ${code}`)
        }
      }),
    )
  }
}

/** Subscribes to all events for a while, over reconnects too, and checks that none is missing. */
export async function follow(world: Scene, ms: number): Promise<void> {
  const follower = await world.dial().catch(() => undefined)
  if (!follower) return
  let last: number | undefined
  const onEvent = ({ type, seq }: { readonly type: string; readonly seq: number }) => {
    world.ledger.count('events')
    if (type !== 'snapshot' && last !== undefined && seq !== last + 1) {
      world.ledger.violate(`${world.name}: event ${seq} came after ${last}`)
    }
    last = seq
  }
  await attempt(world, 'subscribe', () => follower.subscribe(onEvent))
  await sleep(ms)
  follower.close()
}
