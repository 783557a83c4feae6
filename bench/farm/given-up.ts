import { setTimeout as sleep } from 'node:timers/promises'
import { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import { openPostgres } from '../../src/spool/postgres/index.ts'
import type { Plotter } from '../soak/world.ts'
import type { FarmWorld } from './farm-world.ts'

/** Maximum number of jobs that `QueueView.list` returns. */
const MAX_JOBS = 1_000
/** Length of ink that a simulator may still report after the event of an interruption arrived, mm. */
const READING_MM = 0.05

/** An interrupted job, as it was when the event of the interruption arrived. */
interface GivenUp {
  readonly plotter: string
  /** When the event arrived, ms on this process's clock. */
  readonly since: number
  /** The code of the reason. */
  readonly why: string
  /** All ink that the simulator had drawn when the event arrived, mm. */
  readonly inkMm: number
  /** The first lines that the board parsed after the event arrived, for the report of a violation. */
  readonly lines: string[]
}

interface Observation {
  readonly id: string
  readonly status: string
  readonly progress?: { readonly plotter?: string | undefined; readonly since?: number | undefined } | undefined
  readonly reason?: { readonly code: string } | undefined
}

/** A view of the jobs: through the database or a client. */
interface QueueView {
  /** The newest jobs. */
  list(): Promise<readonly Observation[]>
  close(): Promise<void>
}

/** Watches the jobs of a farm. An interrupted job is given up: it must get no ink until a user decides. */
export class GivenUpJobs {
  readonly #world: FarmWorld
  #view: QueueView | undefined
  readonly #jobs = new Map<string, GivenUp>()
  /** When each start of a job was first seen, ms on this process's clock. The hosts' clocks are wrong on purpose. */
  readonly #begun = new Map<string, number>()

  private constructor(world: FarmWorld) {
    this.#world = world
  }

  static async follow(world: FarmWorld): Promise<GivenUpJobs> {
    const watcher = new GivenUpJobs(world)
    world.ledger.onResume = (id) => watcher.#end(id)
    const note = (jobs: readonly Observation[]): void => {
      for (const job of jobs) watcher.#note(job)
    }
    watcher.#view = world.engine === 'lowdb' ? await throughClient(world, note) : await throughDatabase(world, note)
    return watcher
  }

  async check(): Promise<void> {
    for (const [id, job] of this.#jobs) await this.#compare(id, job)
  }

  async close(): Promise<void> {
    await this.#view?.close()
  }

  #end(id: string): void {
    const before = this.#jobs.get(id)
    this.#jobs.delete(id)
    if (before !== undefined) void this.#compare(id, before)
  }

  #note(job: Observation): void {
    const { id, status, progress, reason } = job
    this.#end(id)
    if (!this.#begun.has(beginningOf(job))) this.#begun.set(beginningOf(job), performance.now())
    if (status !== 'interrupted' || progress?.plotter === undefined) return
    this.#world.ledger.count(`interrupted: ${reason?.code}`)
    const plotter = this.#world.plotters.find(({ name }) => name === progress.plotter)
    if (plotter)
      this.#jobs.set(id, {
        plotter: plotter.name,
        since: performance.now(),
        why: reason?.code ?? 'unknown',
        inkMm: this.#inkOf(plotter.name),
        lines: firstLines(plotter.simulator),
      })
  }

  #inkOf(name: string): number {
    return this.#world.plotters.find((plotter) => plotter.name === name)?.simulator.board.ink.length ?? 0
  }

  async #compare(id: string, { plotter, since, why, inkMm, lines }: GivenUp): Promise<void> {
    const more = this.#inkOf(plotter) - inkMm
    if (more <= READING_MM) return
    this.#jobs.delete(id)
    if (await this.#hasAnotherBegun(id, plotter, since)) return
    this.#world.ledger.violate(
      `${plotter} drew ${more.toFixed(2)} mm of job ${id} in the ${Math.round(performance.now() - since)} ms after the job was given up (${why}): ${lines.join(' ')}`,
    )
  }

  /**
   * Whether another job has begun on the plotter after `since`. A job that was given up without ink leaves its plotter
   * free for another job.
   */
  async #hasAnotherBegun(id: string, plotter: string, since: number): Promise<boolean> {
    for (;;) {
      try {
        const jobs = (await this.#view?.list()) ?? []
        return jobs.some(
          (job) =>
            job.id !== id &&
            job.progress?.plotter === plotter &&
            (this.#begun.get(beginningOf(job)) ?? Number.POSITIVE_INFINITY) > since,
        )
      } catch {
        await sleep(500) // the database or the host is away
      }
    }
  }
}

/** Maximum number of lines in the report of a violation. */
const MAX_LINES = 40

/** The next lines that a board parses, each with its time after this call. Replaces an earlier record of this board. */
function firstLines({ board }: Plotter['simulator']): string[] {
  const lines: string[] = []
  const since = performance.now()
  if (!(board instanceof EbbBoard)) return lines
  board.onLine = (line) => {
    if (lines.length < MAX_LINES) lines.push(`${Math.round(performance.now() - since)}ms:${line}`)
    return undefined
  }
  return lines
}

/** A key of one start of a job. A retried job starts again, and gets another key. */
const beginningOf = ({ id, progress }: Observation): string => `${id} ${progress?.since}`

type Note = (jobs: readonly Observation[]) => void

async function throughDatabase({ url }: FarmWorld, note: Note): Promise<QueueView> {
  const spool = await openPostgres({ url, host: 'watcher', machineId: 'watcher', pollMs: 100 })
  await spool.subscribe((event) => {
    if (event.type === 'changed') note([event.job])
    if (event.type === 'reset') note(event.jobs)
  })
  const list = async () => (await spool.list({ sort: 'newest', limit: MAX_JOBS })).jobs
  return { list, close: () => spool.close() }
}

async function throughClient(world: FarmWorld, note: Note): Promise<QueueView> {
  const client = await world.dial()
  await client.subscribe((event) => {
    if (event.type === 'job.changed') note([event.job])
    if (event.type === 'snapshot') note(event.jobs)
  })
  const list = async () => (await client.call('job.list', { sort: 'newest', limit: MAX_JOBS })).jobs
  return { list, close: async () => client.close() }
}
