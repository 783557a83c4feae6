import { afterEach, beforeEach, describe } from 'vitest'
import type { Job, JobResult } from '../../src/spool/job.ts'
import type { Claim, NewJob, Spool, SpoolEvent } from '../../src/spool/spool.ts'
import { HandClock } from '../support/hand-clock.ts'
import { itAnnouncesAndLists } from './spool-events.ts'
import { itKeepsJobs } from './spool-jobs.ts'
import { itObeysTheOperator } from './spool-operator.ts'
import { itSchedules } from './spool-waiting.ts'
import { itGivesClaims } from './spool-work.ts'

/** Opens an empty spool with this clock. Its retention is `{ jobs: 20, days: 30 }`, and its random numbers are 0.5. */
export type OpenSpool = (clock: HandClock) => Promise<Spool>

/** A spool under test with shorthands for its verbs. */
export class Bench {
  spool: Spool
  readonly clock: HandClock

  constructor(spool: Spool, clock: HandClock) {
    this.spool = spool
    this.clock = clock
  }

  async submit(job: Partial<NewJob> = {}): Promise<Job> {
    const [submitted] = await this.spool.submit([{ task: 'text', params: { text: 'hello' }, ...job }])
    if (submitted === undefined) throw new Error('nothing was submitted')
    return submitted
  }

  async render(): Promise<Claim> {
    return present(await this.spool.claim({ stage: 'render', holder: 'worker' }))
  }

  async plot(...plotters: string[]): Promise<Claim> {
    return present(await this.spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any', ...plotters] }))
  }

  /** A job that waits for ink. */
  async rendered(job: Partial<NewJob> = {}): Promise<Job> {
    await this.submit({ plot: { plotter: 'any', copies: 1 }, ...job })
    return this.spool.complete(await this.render(), aResult)
  }

  async finished(job: Partial<NewJob> = {}): Promise<Job> {
    await this.submit(job)
    return this.spool.complete(await this.render(), aResult)
  }

  async failed(job: Partial<NewJob> = {}): Promise<Job> {
    await this.submit(job)
    return this.spool.fail(await this.render(), anError)
  }

  async get(id: string): Promise<Job> {
    return present(await this.spool.get(id))
  }

  async status(id: string): Promise<string> {
    return (await this.spool.get(id))?.status ?? 'unknown'
  }

  /** @returns an array that gets all later events */
  async listen(): Promise<SpoolEvent[]> {
    const events: SpoolEvent[] = []
    await this.spool.subscribe((event) => events.push(event))
    return events
  }

  /** Claims and completes all renders. @returns the titles of the jobs, in the order of their claims */
  async drain(): Promise<string[]> {
    const titles: string[] = []
    for (;;) {
      const claim = await this.spool.claim({ stage: 'render', holder: 'worker' })
      if (claim === undefined) return titles
      titles.push(claim.job.title)
      await this.spool.complete(claim, aResult)
    }
  }

  /** Waits for the effects of timers: adds a held job with an entry in its log. The entry comes after these effects. */
  async settle(): Promise<void> {
    await this.spool.log((await this.submit({ title: 'settle', hold: true })).id, 'settled')
  }
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing there')
  return value
}

export const aResult: JobResult = {
  path: 'card.svg',
  widthMm: 148,
  heightMm: 105,
  strokes: 10,
  penDownMm: 500,
  travelMm: 100,
  lifts: 10,
  estimateSeconds: 30,
  warnings: [],
}

export const anError = { code: 'ERR_TASK_FAILED', message: 'out of ideas' } as const

export const refused = (code: string): { readonly code: string } => ({ code })

const PARTS = [itGivesClaims, itKeepsJobs, itObeysTheOperator, itSchedules, itAnnouncesAndLists]

/**
 * The tests that every implementation of `Spool` must pass.
 *
 * @param parts  the parts of the contract to try, for an implementation whose tests take long
 */
export function aSpool(name: string, open: OpenSpool, parts: readonly ((bench: Bench) => void)[] = PARTS): void {
  describe(name, () => {
    const bench = new Bench({} as Spool, new HandClock())

    beforeEach(async () => {
      const clock = new HandClock()
      Object.assign(bench, { clock, spool: await open(clock) })
    })
    afterEach(() => bench.spool.close())

    for (const part of parts) part(bench)
  })
}
