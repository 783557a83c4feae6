import type { WireJob } from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { type Strokes, strokeCount } from '../../src/geometry/drawing.ts'
import { attempt, numberOf } from './load.ts'
import { beganLate, faults, inkByLine, LINES, looksLike, wholeLines } from './sheet.ts'
import type { Plotter, Scene } from './world.ts'

/** Maximum number of an operator's notes that the report of a violation shows. */
const KEPT = 20

const ON_PAPER: ReadonlySet<string> = new Set(['plotting', 'paused', 'interrupted'])

/** The simulated operator of one plotter: puts sheets down, inspects them, resumes plots, and reports violations. */
export class Operator {
  readonly #world: Scene
  readonly #plotter: Plotter
  /** Where the carriage was left; set while no command permits a motion. */
  #resting: readonly [number, number] | undefined
  /**
   * Whether the answer to a `ready` was lost. The daemon may have given the grant of that request, even if it refuses
   * a later request.
   */
  #mayHaveGrant = false
  /** The last state of the plotter that the operator read, as JSON. */
  #lastState = ''

  constructor(world: Scene, plotter: Plotter) {
    this.#world = world
    this.#plotter = plotter
  }

  async step(): Promise<void> {
    const { name } = this.#plotter
    await attempt(this.#world, `operator of ${name}`, async () => {
      const { state } = await this.#world.client.call('plotter.get', { name })
      if (state.is !== 'idle' || state.ready) this.#resting = undefined
      const stateText = JSON.stringify(state)
      if (stateText !== this.#lastState) this.#note(stateText)
      this.#lastState = stateText
      if (state.is === 'fault') await this.#world.client.call('plotter.clear', { name })
      else if (state.is === 'offline') await this.#world.client.call('plotter.connect', { name })
      else if (state.is === 'paused') {
        this.#note(`resume of a pause: ${JSON.stringify(state)}`)
        await this.#world.client.call('plotter.resume', { name })
      } else if (state.is === 'idle') await this.#idle(state.ready)
    })
  }

  #note(what: string): void {
    const { notes } = this.#plotter
    notes.push(`${new Date().toISOString().slice(14, 23)} ${what}`)
    if (notes.length > KEPT) notes.shift()
  }

  async #idle(ready: boolean): Promise<void> {
    const { random, client } = this.#world
    const { name } = this.#plotter
    await this.#penIsUp()
    if (ready) return
    this.#staysPut()
    if (random.next() < 0.2) return // the operator is away for a while
    this.#resting = undefined
    const { jobs } = await client.call('job.list', { status: ['interrupted'], limit: 100 })
    const cut = jobs.find(({ plot, progress }) => (progress?.plotter ?? plot?.plotter) === name)
    // If the progress of a job for `any` names no plotter, the job's host ended before that host recorded a plotter.
    // Such a job has no ink, so any operator that finds the job retries it.
    const nowhere = jobs.find(({ plot, progress }) => plot?.plotter === 'any' && progress?.plotter === undefined)
    if (nowhere) return this.#retry(nowhere.id)
    await this.#carriageHome()
    if (cut) await this.#decide(cut)
    else await this.#freshSheet()
    this.#resting = undefined
  }

  /** Checks that the pen of an idle plotter is up. Asks the plotter's daemon for the state: a plot may have begun. */
  async #penIsUp(): Promise<void> {
    const { simulator, name, notes } = this.#plotter
    const own = this.#world.clientOf(name)
    if (own === undefined || !simulator.board.isPenDown) return
    const { state } = await own.call('plotter.get', { name })
    if (state.is === 'idle' && !state.ready && simulator.board.isPenDown) {
      this.#world.ledger.violate(
        `${this.#world.name}: ${name} is idle and its pen is down: ${JSON.stringify({ state, notes })}`,
      )
    }
  }

  /** Checks that the carriage has not moved without a command since the last check. */
  #staysPut(): void {
    const { board } = this.#plotter.simulator
    const [x, y] = board.position
    const [restX, restY] = this.#resting ?? board.position
    if (Math.hypot(x - restX, y - restY) > 0.01) {
      this.#world.ledger.violate(`${this.#world.name}: ${this.#plotter.name} moved on its own`)
    }
    this.#resting = board.isMoving ? undefined : board.position
  }

  async #carriageHome(): Promise<void> {
    const { name, simulator } = this.#plotter
    const { client } = this.#world
    while (simulator.board.isMoving) await new Promise((resolve) => setTimeout(resolve, 5))
    const [x, y] = simulator.board.position
    if (Math.hypot(x, y) > 0.02) await client.call('plotter.jog', { name, dx: -x, dy: -y })
    await client.call('plotter.setHome', { name })
  }

  async #decide(job: WireJob): Promise<void> {
    const { ledger, random, client } = this.#world
    const { name, simulator } = this.#plotter
    const { id } = job
    const n = numberOf(job.title)
    if (n === undefined) return ledger.violate(`${this.#world.name}: job ${id} is on ${name} and nobody submitted it`)
    ledger.count('interruptions')
    const view = inkByLine(simulator.board.ink.strokes(), n)
    const from = wholeLines(view, n)
    if ((job.progress?.phase === 'plot' ? job.progress.done : 0) > from) {
      ledger.violate(`${this.#world.name}: job ${id} says ${job.progress?.done} lines, ${from} are on the sheet`)
    }
    const chance = random.next()
    if (from < LINES && chance < 0.75) {
      if ((view.lines[from]?.length ?? 0) > 0) this.#plotter.redrawn.push(from)
      this.#allow(id)
      this.#note(`job.resume ${id}`)
      ledger.onResume(id)
      await client.call('job.resume', { id, from })
      ledger.count('resumes')
    } else if (chance < 0.9) {
      await this.#retry(id)
      await this.#checkFinished()
    } else {
      this.#note(`job.cancel ${id}`)
      await client.call('job.cancel', { id })
    }
  }

  async #retry(id: string): Promise<void> {
    this.#note(`job.retry ${id}`)
    await this.#world.client.call('job.retry', { id })
    this.#world.ledger.reopened(id) // another client may have canceled the job meanwhile
  }

  async #freshSheet(): Promise<void> {
    const { ledger } = this.#world
    const before = this.#plotter.allowed
    if (!(await this.#checkFinished())) return
    await this.#grant(before)
    ledger.count('sheets')
  }

  /**
   * Gives a grant: mostly for the first job of the queue, sometimes for one sheet of any job. Sometimes gives a grant
   * for the first job and revokes it immediately.
   *
   * @param before  the jobs that were allowed to draw before this request. They stay allowed when the daemon refuses
   *   the grant
   */
  async #grant(before: Plotter['allowed']): Promise<void> {
    const { client, ledger, random } = this.#world
    const { name } = this.#plotter
    const chance = random.next()
    const sheets = chance < 0.1 ? { sheets: 1 } : {}
    // Until the answer names a job, any job may draw, because the answer may be lost with the daemon.
    this.#plotter.allowed = 'any'
    try {
      const { grant } = await client.call('plotter.ready', { name, ...sheets })
      if (grant && 'job' in grant.for) this.#plotter.allowed = new Set([grant.for.job])
      this.#note(`ready ${JSON.stringify(grant?.for)}`)
      this.#mayHaveGrant = false
    } catch (thrown) {
      this.#note(`ready failed: ${String(thrown).slice(0, 120)}`)
      this.#mayHaveGrant ||= isAnswerLost(thrown)
      this.#plotter.allowed = this.#mayHaveGrant ? 'any' : before
      throw thrown
    }
    ledger.count('grants')
    if (chance < 0.95) return
    await client.call('plotter.unready', { name })
    this.#note('unready')
    ledger.count('grants taken back')
  }

  /** The jobs that may draw before the next grant: none, or any if the answer to a `ready` was lost. */
  #noJobs(): Plotter['allowed'] {
    return this.#mayHaveGrant ? 'any' : new Set()
  }

  #allow(job: string): void {
    if (this.#plotter.allowed !== 'any') this.#plotter.allowed.add(job)
  }

  /**
   * The job whose drawing the ink shows. Every 256th drawing begins at the same place (`KINDS` of `sheet.ts`), so the
   * ink may fit two jobs. Then the job with the grant wins.
   *
   * When a job is canceled while the pen falls, its first stroke may begin too far right, as in another job's drawing.
   * Then the canceled job with the grant wins, if only its first stroke has begun.
   */
  async #jobOf(ink: Strokes): Promise<string | undefined> {
    const { ledger, client } = this.#world
    const { allowed } = this.#plotter
    const id = ledger.jobOf((n) => looksLike(ink, n))
    if (allowed === 'any' || (id !== undefined && allowed.has(id))) return id
    for (const granted of allowed) {
      const n = ledger.drawingOf(granted)
      if (n !== undefined && looksLike(ink, n)) return granted
      if (n === undefined || !beganLate(ink, n)) continue
      const { status, progress } = await client.call('job.get', { id: granted })
      if (status === 'canceled' && progress?.phase === 'plot' && progress.done === 0 && progress.begun === 1)
        return granted
    }
    return id
  }

  /** Inspects the sheet and takes it off. Leaves a sheet that its job still needs. @returns whether it was taken off */
  async #checkFinished(): Promise<boolean> {
    const { ledger, client, name: where } = this.#world
    const { simulator, redrawn, name } = this.#plotter
    const ink = simulator.board.ink.strokes()
    if (strokeCount(ink) > 0) {
      const id = await this.#jobOf(ink)
      const n = id === undefined ? undefined : ledger.drawingOf(id)
      if (id === undefined || n === undefined) {
        const isUnanswered = [...ledger.unanswered].some((drawing) => looksLike(ink, drawing))
        if (!isUnanswered) ledger.violate(`${where}: ${name} drew the ink of no job`)
      } else {
        const { status } = await client.call('job.get', { id })
        if (ON_PAPER.has(status)) return false
        const { allowed } = this.#plotter
        if (allowed !== 'any' && !allowed.has(id)) {
          const story = JSON.stringify({
            status,
            allowed: [...allowed],
            strokes: strokeCount(ink),
            ink: [...ink.points].slice(0, 20),
            notes: this.#plotter.notes,
          })
          ledger.violate(`${where}: ${name} drew job ${id} without a grant: ${story}`)
        }
        // Read the ink again, because a job that was just resumed may have ended during the request.
        const wrong = faults(inkByLine(simulator.board.ink.strokes(), n), n, redrawn, status === 'finished')
        ledger.count('inked twice', wrong.filter((fault) => fault.includes('is inked')).length)
        for (const problem of wrong) ledger.violate(`${where}: ${name}: job ${id} (${status}): ${problem}`)
        ledger.count('strokes', strokeCount(ink))
        ledger.count('sheets judged')
      }
    }
    if (strokeCount(ink) > 0) this.#note('took a sheet off')
    simulator.board.ink.newSheet()
    this.#plotter.redrawn = []
    this.#plotter.allowed = this.#noJobs()
    return true
  }
}

/**
 * Whether a failed call may have had its effect. The daemon, or a host that got the call from the daemon, may have
 * executed the call before the answer was lost.
 */
const isAnswerLost = (thrown: unknown): boolean =>
  thrown instanceof PlotdError &&
  (thrown.code === 'ERR_DAEMON_AWAY' || (thrown.code === 'ERR_HOST' && thrown.detail['sent'] === true))
