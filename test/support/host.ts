import { plotJob } from '../../src/daemon/plotting/plot-job.ts'
import { cutSheet } from '../../src/daemon/plotting/resuming.ts'
import { sleep, type VirtualClock } from '../../src/plotter/link/clock.ts'
import { type Cut, locate, type PlanPlace } from '../../src/plotter/plan/cut.ts'
import type { Plan } from '../../src/plotter/plan/plan.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import { memoryFrom, shortMemory } from '../../src/plotter/session/memory.ts'
import { PlotterSession } from '../../src/plotter/session/session.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import type { SimulatedPlotter } from '../../src/plotter/simulators/index.ts'
import type { Job, Progress } from '../../src/spool/index.ts'
import type { Claim, Spool } from '../../src/spool/spool.ts'

/** The state that outlives a `HostLife`: only durable writes. */
export interface Disk {
  progress?: Progress
  memory?: string
}

/**
 * One process of a host that plots one job: the session and its reports to the spool, on a disk that a test can read.
 * After a kill the process writes nothing more and never opens its port again.
 */
export class HostLife {
  readonly session: PlotterSession
  readonly #disk: Disk
  readonly #plan: Plan
  readonly #clock: VirtualClock
  #alive = true

  constructor(disk: Disk, plan: Plan, board: SimulatedPlotter, profile: Profile, clock: VirtualClock) {
    this.#disk = disk
    this.#plan = plan
    this.#clock = clock
    this.session = new PlotterSession({
      url: 'sim:',
      profile,
      clock,
      open: () => (this.#alive ? Promise.resolve(simulatorPort(board.cable)) : new Promise(() => {})),
      wakeLock: () => () => {},
      memory: memoryFrom(disk.memory, async (text) => {
        if (this.#alive) disk.memory = text
      }),
    })
  }

  /** Ends writes to the disk and openings of the port, as `kill -9` does. The caller cuts the open cable. */
  kill(): void {
    this.#alive = false
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Waits until the session is idle, in steps of 100 ms. A session may wait half a minute before it connects again. */
  async idle(): Promise<void> {
    while (this.session.state.is !== 'idle') await sleep(this.#clock, 100)
  }

  /** Where the job stopped, as plotd reports it; undefined before the job began. */
  async cut(): Promise<Cut | undefined> {
    const { progress } = this.#disk
    const sheet = progress && cutSheet({ progress } as Job, {})
    if (!sheet) return undefined
    const stop = this.session.stopOf('job', this.#plan.hash)
    return stop ? locate(this.#plan, sheet.cut, stop) : sheet.cut
  }

  /** @returns whether the plot came to its end */
  async plot({ stroke, mm }: PlanPlace): Promise<boolean> {
    let finished = false
    const accepted = async (): Promise<unknown> => undefined
    const spool: Pick<Spool, 'progress' | 'pause' | 'unpause' | 'interrupt' | 'fail' | 'complete'> = {
      progress: async (_, created, durable = false) => {
        if (this.#alive && durable) this.#disk.progress = created
      },
      pause: accepted as Spool['pause'],
      unpause: accepted as Spool['unpause'],
      interrupt: accepted as Spool['interrupt'],
      fail: accepted as Spool['fail'],
      complete: (async () => {
        finished = true
      }) as unknown as Spool['complete'],
    }
    const start = { plan: this.#plan, from: stroke, fromMm: mm, copiesDone: 0, plotter: 'it' }
    const claim = { job: { id: 'job' }, signal: new AbortController().signal } as unknown as Claim
    await plotJob({
      ...{ spool: spool as Spool, claim, start, session: this.session, memory: shortMemory() },
      ...{ resumes: false, isPaused: () => false, onMove: () => {}, nextSheet: async () => 'stopped' },
    })
    return finished
  }
}
