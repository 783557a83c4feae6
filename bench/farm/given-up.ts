import type { Job } from '../../src/spool/job.ts'
import { openPostgres, type PostgresSpool } from '../../src/spool/postgres/index.ts'
import type { FarmWorld } from './farm-world.ts'

/** Ink that a reading of the simulator may add after the event, mm. */
const READING_MM = 0.05

interface GivenUp {
  readonly pen: string
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
  look(): void {
    for (const [id, { pen, inkMm }] of this.#jobs) this.#compare(id, pen, inkMm)
  }

  close(): Promise<void> {
    return this.#spool.close()
  }

  #end(id: string): void {
    const before = this.#jobs.get(id)
    if (before !== undefined) this.#compare(id, before.pen, before.inkMm)
    this.#jobs.delete(id)
  }

  #note({ id, status, progress, reason }: Job): void {
    this.#end(id)
    if (status !== 'interrupted' || progress?.plotter === undefined) return
    this.#world.ledger.count(`interrupted: ${reason?.code}`)
    const pen = this.#world.plotters.find(({ name }) => name === progress.plotter)
    if (pen) this.#jobs.set(id, { pen: pen.name, inkMm: pen.simulator.board.ink.length })
  }

  #compare(id: string, name: string, inkMm: number): void {
    const pen = this.#world.plotters.find((each) => each.name === name)
    const more = (pen?.simulator.board.ink.length ?? 0) - inkMm
    if (more <= READING_MM) return
    this.#world.ledger.violate(`${name} drew ${more.toFixed(2)} mm of job ${id} after it was given up`)
    this.#jobs.delete(id)
  }
}
