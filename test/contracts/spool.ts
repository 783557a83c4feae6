import { afterEach, beforeEach, describe } from 'vitest'
import type { Job, JobResult } from '../../src/spool/job.ts'
import type { Claim, NewJob, Spool, SpoolEvent } from '../../src/spool/spool.ts'
import { HandClock } from '../support/hand-clock.ts'
import { itTellsTheWorld } from './spool-events.ts'
import { itKeepsJobs } from './spool-jobs.ts'
import { itObeysPeople } from './spool-operator.ts'
import { itMakesWait } from './spool-waiting.ts'
import { itHandsOutWork } from './spool-work.ts'

/** Opens an empty spool that reads this clock, keeps 20 ended jobs for 30 days, and scatters its retries by 0.5. */
export type OpenSpool = (clock: HandClock) => Promise<Spool>

/** One spool under test, with the few phrases that the tests are written in. It speaks only the spool's verbs. */
export class Bench {
  spool: Spool
  readonly clock: HandClock

  constructor(spool: Spool, clock: HandClock) {
    this.spool = spool
    this.clock = clock
  }

  async submit(job: Partial<NewJob> = {}): Promise<Job> {
    const [made] = await this.spool.submit([{ task: 'text', params: { text: 'hello' }, ...job }])
    if (made === undefined) throw new Error('nothing was submitted')
    return made
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

  /** Everything that is announced from now on. */
  async listen(): Promise<SpoolEvent[]> {
    const heard: SpoolEvent[] = []
    await this.spool.subscribe((event) => heard.push(event))
    return heard
  }

  /** Claims and finishes renders until there are none, and tells their order by title. */
  async drain(): Promise<string[]> {
    const titles: string[] = []
    for (;;) {
      const claim = await this.spool.claim({ stage: 'render', holder: 'worker' })
      if (claim === undefined) return titles
      titles.push(claim.job.title)
      await this.spool.complete(claim, aResult)
    }
  }

  /** Until what timers have set going is done; a read waits for its turn as anything else does. */
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

/** What every spool does, whatever it is made of. */
export function aSpool(name: string, open: OpenSpool): void {
  describe(name, () => {
    const bench = new Bench({} as Spool, new HandClock())

    beforeEach(async () => {
      const clock = new HandClock()
      Object.assign(bench, { clock, spool: await open(clock) })
    })
    afterEach(() => bench.spool.close())

    itKeepsJobs(bench)
    itHandsOutWork(bench)
    itObeysPeople(bench)
    itMakesWait(bench)
    itTellsTheWorld(bench)
  })
}
