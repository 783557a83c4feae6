import { isDeepStrictEqual } from 'node:util'
import type { WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'
import { mayDraw } from '../node/attention.ts'
import type { FeedEvent } from '../node/index.ts'
import { FINAL } from '../node/job.ts'
import { ANY, type View } from './plotter-state.ts'

/** The state of plotd from its events: its plotters, jobs that are not final, and all jobs of print jobs. */
export class Watch {
  readonly #plotters = new Map<string, WirePlotter>()
  readonly #jobs = new Map<string, WireJob>()
  /** Jobs of print jobs. They were not final, the last snapshot did not list them, and their known state may be old. */
  readonly #stale = new Set<string>()
  #paused: ReadonlySet<string> = new Set()
  readonly #isOurs: (id: string) => boolean
  #changedAt = Date.now()

  /** @param isOurs  whether a job belongs to a print job. This class keeps such jobs also when they are final */
  constructor(isOurs: (id: string) => boolean) {
    this.#isOurs = isOurs
  }

  get jobs(): ReadonlyMap<string, WireJob> {
    return this.#jobs
  }

  /** Time of the last change of a plotter or of the paused queues, ms since 1970. */
  get changedAt(): number {
    return this.#changedAt
  }

  /** Takes an event of the daemon. @returns the id of a job that changed or was removed */
  take(event: FeedEvent): string | undefined {
    switch (event.type) {
      case 'snapshot':
        if (!this.#shows(event)) this.#changedAt = Date.now()
        this.#plotters.clear()
        for (const plotter of event.plotters) this.#plotters.set(plotter.name, plotter)
        this.#paused = new Set(event.paused)
        for (const [id, { status }] of this.#jobs) {
          if (FINAL.has(status)) continue
          if (this.#isOurs(id)) this.#stale.add(id)
          else this.#jobs.delete(id)
        }
        for (const job of event.jobs) this.put(job)
        return undefined
      case 'plotter.changed':
        this.#plotters.set(event.plotter.name, event.plotter)
        this.#changedAt = Date.now()
        return undefined
      case 'plotter.removed':
        this.#plotters.delete(event.name)
        this.#changedAt = Date.now()
        return undefined
      case 'fonts.changed':
        return undefined
      case 'queue.changed':
        this.#paused = new Set(event.paused)
        this.#changedAt = Date.now()
        return undefined
      case 'job.changed':
        this.put(event.job)
        return event.job.id
      case 'job.removed':
        this.forget([event.id])
        return event.id
      case 'job.progress': {
        const job = this.#jobs.get(event.id)
        if (job) this.#jobs.set(event.id, { ...job, progress: event.progress })
        return undefined
      }
    }
  }

  /** Whether the plotters and paused queues of a snapshot equal the known ones. */
  #shows({ plotters, paused }: Pick<Extract<FeedEvent, { type: 'snapshot' }>, 'plotters' | 'paused'>): boolean {
    return isDeepStrictEqual([plotters, new Set(paused)], [[...this.#plotters.values()], this.#paused])
  }

  /** Whether the present state of a job of a print job is known. */
  knows(id: string): boolean {
    return this.#jobs.has(id) && !this.#stale.has(id)
  }

  put(job: WireJob): void {
    this.#stale.delete(job.id)
    if (!FINAL.has(job.status) || this.#isOurs(job.id)) this.#jobs.set(job.id, job)
    else this.#jobs.delete(job.id)
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#jobs.delete(id)
      this.#stale.delete(id)
    }
  }

  /** The names of the printers: `any` first, then one for each plotter. */
  get printers(): readonly string[] {
    return [ANY, ...this.#plotters.keys()]
  }

  /** The state that a printer shows; undefined when there is no printer of that name. */
  view(name: string): View | undefined {
    const all = [...this.#plotters.values()]
    const plotters = name === ANY ? all : all.filter((plotter) => plotter.name === name)
    if (plotters.length === 0 && name !== ANY) return undefined
    return {
      name,
      plotters,
      jobs: [...this.#jobs.values()].filter(({ status }) => !FINAL.has(status)),
      paused: this.#paused,
    }
  }

  /** Whether a plotter may begin this job without a further `ready`. */
  isGranted(job: WireJob): boolean {
    return [...this.#plotters.values()].some((plotter) => {
      const { name, gate, grant, state, maintenance } = plotter
      if (!mayDraw(plotter, job) || maintenance !== undefined) return false
      if (this.#paused.has(name) || this.#paused.has('')) return false
      if (!gate) return state.is === 'idle' || state.is === 'plotting'
      return grant !== undefined && ('sheets' in grant.for ? grant.for.sheets > 0 : grant.for.job === job.id)
    })
  }
}
