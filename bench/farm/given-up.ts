import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '../../src/spool/job.ts'
import { openPostgres, type PostgresSpool } from '../../src/spool/postgres/index.ts'
import type { FarmWorld } from './farm-world.ts'

/** Jobs of a whole sweep. */
const MOST_JOBS = 10_000
/** Ink that a reading of the simulator may add after the event, mm. */
const READING_MM = 0.05

interface GivenUp {
  readonly pen: string
  /** ms since 1970, by the database. */
  readonly since: number
  /** Ink on its sheet when the event arrived, mm. */
  readonly inkMm: number
}

/** Follows the queue past all wires that are held: a job that was given up gets no ink until a user decides. */
export class GivenUpJobs {
  readonly #world: FarmWorld
  readonly #spool: PostgresSpool
  readonly #jobs = new Map<string, GivenUp>()

  private constructor(world: FarmWorld, spool: PostgresSpool) {
    this.#world = world
    this.#spool = spool
  }

  static async follow(world: FarmWorld): Promise<GivenUpJobs> {
    const spool = await openPostgres({ url: world.url, host: 'watcher', place: 'watcher', pollMs: 100 })
    const watcher = new GivenUpJobs(world, spool)
    world.ledger.onResume = (id) => watcher.#end(id)
    await spool.subscribe((event) => {
      if (event.type === 'changed') watcher.#note(event.job)
      if (event.type === 'reset') for (const job of event.jobs) watcher.#note(job)
    })
    return watcher
  }

  /** Looks at the sheets of all jobs that lie given up. */
  async look(): Promise<void> {
    for (const [id, job] of this.#jobs) await this.#compare(id, job)
  }

  close(): Promise<void> {
    return this.#spool.close()
  }

  #end(id: string): void {
    const before = this.#jobs.get(id)
    this.#jobs.delete(id)
    if (before !== undefined) void this.#compare(id, before)
  }

  #note({ id, status, progress, reason }: Job): void {
    this.#end(id)
    if (status !== 'interrupted' || progress?.plotter === undefined) return
    this.#world.ledger.count(`interrupted: ${reason?.code}`)
    const pen = this.#world.plotters.find(({ name }) => name === progress.plotter)
    if (pen) this.#jobs.set(id, { pen: pen.name, since: reason?.since ?? 0, inkMm: this.#inkOf(pen.name) })
  }

  #inkOf(name: string): number {
    return this.#world.plotters.find((pen) => pen.name === name)?.simulator.board.ink.length ?? 0
  }

  async #compare(id: string, { pen, since, inkMm }: GivenUp): Promise<void> {
    const more = this.#inkOf(pen) - inkMm
    if (more <= READING_MM) return
    this.#jobs.delete(id)
    if (await this.#isOfAnother(id, pen, since)) return
    this.#world.ledger.violate(`${pen} drew ${more.toFixed(2)} mm of job ${id} after it was given up`)
  }

  /** Whether another job began on the pen since then. One that has no ink yet leaves the pen to others. */
  async #isOfAnother(id: string, pen: string, since: number): Promise<boolean> {
    for (;;) {
      try {
        const { jobs } = await this.#spool.list({ sort: 'newest', limit: MOST_JOBS })
        return jobs.some((job) => job.id !== id && job.progress?.plotter === pen && (job.progress.since ?? 0) > since)
      } catch {
        await sleep(500) // the database is away
      }
    }
  }
}
