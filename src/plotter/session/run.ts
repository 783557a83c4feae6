import { messageOf, PlotdError } from '../../errors.ts'
import { type Layer, layerOfStroke } from '../../geometry/drawing.ts'
import type { Driver, PenUp, Place } from '../drivers/driver.ts'
import { type Clock, sleep } from '../link/clock.ts'
import type { Permission } from '../link/permission.ts'
import { begunAt } from '../plan/cut.ts'
import type { Plan } from '../plan/plan.ts'
import type { Profile } from '../profiles/profile.ts'
import { layerPrompt } from './layer-prompt.ts'
import type { PlotterMemory } from './memory.ts'
import type { PauseAsks, PauseReason } from './state.ts'
import { type PenPlace, visit } from './visit.ts'
import { walk } from './walk.ts'

/** The events of a plot. */
export interface PlotEvents {
  /** Called when more strokes are on the paper. `count` is the number of all strokes on the paper. */
  executed?(count: number): void
  /**
   * Called with the pen up, before a stroke or the rest of a stroke. Resolves with the stroke's permission after the
   * permission is on the disk. The plot waits for the promise. When the promise rejects, the plot pauses, and its
   * prompt has the message of the error.
   */
  begin?(stroke: number): Promise<Permission>
  /**
   * Called when a pause begins, with the pen up. Strokes from `begun` on have not been started. `drawnMm` is the drawn
   * length of the stroke that the pause has cut, mm; undefined when the pause has cut no stroke. `at` is the carriage's
   * place.
   */
  paused?(why: PauseReason, prompt: string | undefined, begun: number, drawnMm?: number, at?: Place): void
  resumed?(): void
  /**
   * Called when the board's button is pressed during the plot. On the way home the plot does not pause any more, but
   * the caller can pause the next sheet.
   */
  pressed?(): void
  /**
   * Whether a stroke that has begun may continue. False when the store has not answered for a time after which another
   * host may soon take over the job.
   */
  mayContinue?(): boolean
  /**
   * Called before a stroke, with the pen up. Returns the next service that the pen needs before the stroke, if any. If
   * the position of the carriage is known, the plotter does a service that has a place within reach. The operator does
   * every other service.
   */
  request?(stroke: number): PenService | undefined
  /** Called after the last stroke. Returns the place of the cap for the pen that drew last; undefined without a cap. */
  readonly park?: () => Place | undefined
  /** The name of the pen in a slot, if it is known. */
  readonly penName?: (pen: number) => string | undefined
}

/** The text that a pause shows to the user, and the action that this text asks for. */
export interface Prompt {
  readonly prompt: string
  readonly asks?: PauseAsks
}

/** A plot that rests before a layer: its plan, its next stroke, and the layer. */
export interface BeforeLayer {
  readonly plan: Plan
  readonly stroke: number
  readonly layer: Layer
}

/** A service that the pen needs before a stroke. */
export interface PenService {
  readonly prompt: string
  /** Whether the prompt names the pen of the stroke, so that no second prompt with the pen's number is needed. */
  readonly isPen?: true
  /** The place where the plotter itself does the service. */
  readonly at?: PenPlace
  /** Records that the service is done. */
  readonly done: () => Promise<void>
}

/** Why plotd ends a plot early. 'registered' means that another plan draws the rest of the sheet. */
export type Ending = 'canceled' | 'restart' | 'registered'

/** The parts of a run: its plan, the place at which it begins, its machine, and its callbacks. */
export interface RunParts {
  readonly plan: Plan
  /** First stroke to draw. */
  readonly from: number
  /** Length of stroke `from` that is on the paper already, mm. */
  readonly fromMm?: number
  /** Whether an earlier plot may have begun stroke `from` on this sheet. */
  readonly hasBegun?: boolean | undefined
  readonly profile: Profile
  readonly events: PlotEvents
  readonly clock: Clock
  readonly memory: PlotterMemory
  /** Whether the user has answered the prompt before the first stroke. */
  readonly isPromptAnswered?: boolean
  /** Rejects when the device is lost. */
  readonly whenLost: () => Promise<never>
  readonly onPause: (why: PauseReason, prompt: Prompt | undefined) => void
  readonly onResume: () => void
}

/** One plot under way: pulls the driver from stroke to stroke, and does not pull during a pause. */
export class Run {
  /** Number of strokes on the paper. */
  executed: number
  /** Strokes from this index on have not been started. */
  begun: number
  /** Set when plotd ends the plot early. */
  ending: Ending | undefined
  readonly #parts: RunParts
  readonly #abort = new AbortController()
  #driver: Driver | undefined
  /** The drawn length of the stroke that a pause has cut, mm; undefined between two strokes. */
  #drawnMm: number | undefined
  #pause: 'no' | 'pen-up' | 'now' = 'no'
  /** The cause of the requested pause; undefined when a user requested it. */
  #pauseCause: Prompt | undefined
  /** Set during a service by the plotter and on the way to the cap. An immediate pause aborts this controller. */
  #aside: AbortController | undefined
  /** A pause and an early end of the plot abort this controller, to interrupt the delay before a layer. */
  #delay: AbortController | undefined
  #continue: () => void = () => {}
  /** Whether the driver is between two pen-up moments, so that the pen may be down. */
  #isDrawing = false
  /** The moment between two strokes at which the plot waits; undefined in mid-stroke and while the pen draws. */
  #betweenStrokes: PenUp | undefined
  /** The permission to begin the next stroke. */
  #permission: Permission | undefined

  constructor(parts: RunParts) {
    this.#parts = parts
    this.executed = parts.from
    this.begun = begunAt(parts)
  }

  /**
   * Resolves when all strokes are drawn and the carriage is home, or when the plot was ended at a pen-up moment.
   *
   * @throws the errors of `Driver.plot` and of a lost link
   */
  async draw(driver: Driver): Promise<void> {
    this.#driver = driver
    const { plan, from, fromMm = 0, events, whenLost } = this.#parts
    const begunBefore = this.begun
    const endWatch = abortWhenLost(this.#abort, whenLost)
    const strokes = driver.plot(plan, {
      from,
      fromMm,
      signal: this.#abort.signal,
      hold: () => this.#pause === 'now',
      onButton: () => {
        this.pause(true)
        events.pressed?.()
      },
      permission: () => this.#permission,
    })
    const pull = async () => {
      this.#isDrawing = true
      try {
        return await strokes.next()
      } finally {
        this.#isDrawing = false
      }
    }
    try {
      for (let step = await pull(); !step.done; step = await pull()) {
        const { executed, within } = step.value
        if (executed > this.executed) events.executed?.(executed)
        this.executed = executed
        this.#drawnMm = within?.drawnMm
        if (!within) this.begun = Math.max(begunBefore, executed)
        await this.#atPenUp(step.value)
        if (this.ending) await strokes.return()
        else this.begun = Math.min(executed + 1, step.value.of)
      }
    } catch (error) {
      await strokes.return().catch(() => {}) // lifts the pen; only `error`, the first error, is reported
      throw error
    } finally {
      endWatch()
    }
  }

  /**
   * After the whole drawing, puts the pen down on its cap, if the cap is within reach. The next plot first lifts the
   * pen. If the plot is ended meanwhile, the pen stays up or is lifted again. An immediate pause ends the way to the
   * cap. An error here is ignored, because it does not concern the sheet. The link itself reports a loss of the link.
   *
   * @returns whether the pen is down on its cap
   */
  async park(): Promise<boolean> {
    const { events, profile } = this.#parts
    const driver = this.#driver
    const place = events.park?.()
    if (!driver || !place || !isWithin(place, profile) || this.#pause === 'now') return false
    try {
      const isThere = await this.#untilPause((signal) => walk(driver, [place], signal))
      if (!isThere || this.ending) return false
      await driver.pen('down')
      if (!this.ending) return true
      await driver.pen('up')
    } catch {} // the sheet is finished, even if the pen is not on its cap
    return false
  }

  /** Whether plotd may send the device more commands. */
  get mayMove(): boolean {
    return !this.#isDrawing || this.#parts.events.mayContinue?.() !== false
  }

  /**
   * The next stroke while the pen is up before a layer; undefined at other times. Only before a layer may the sheet be
   * moved.
   */
  get beforeLayer(): BeforeLayer | undefined {
    const { stroke, layer } = this.#betweenStrokes ?? {}
    return stroke !== undefined && layer ? { plan: this.#parts.plan, stroke, layer } : undefined
  }

  /**
   * Pauses at the next pen-up moment. When `isImmediate`, brakes and lifts at once, also in a stroke, in a service and
   * on the way to the cap. An EBB board first completes a travel to a stroke, and begins the stroke. A device that
   * answers nothing first completes the stroke.
   *
   * @param cause  the cause of the pause; undefined when a user pauses
   */
  pause(isImmediate: boolean, cause?: Prompt): void {
    this.#pause = isImmediate ? 'now' : 'pen-up'
    this.#pauseCause = cause
    if (isImmediate) this.#aside?.abort()
    this.#delay?.abort()
  }

  /** Ends a pause. When `resume` returns, the plot counts as under way, so that nothing else moves the carriage. */
  resume(): void {
    this.#pause = 'no'
    this.#continue()
  }

  /**
   * Ends the plot at the next pen-up moment, or in mid-stroke when `isImmediate`.
   *
   * @throws PlotdError ERR_PLOTTER_STATE for 'registered' when the plot already ends for another reason
   */
  end(ending: Ending, isImmediate: boolean): void {
    if (ending === 'registered' && this.ending !== undefined && this.ending !== ending) {
      throw new PlotdError('ERR_PLOTTER_STATE', `the plot ends (${this.ending}): its sheet cannot be registered`)
    }
    this.ending = ending
    if (isImmediate) this.#abort.abort(new PlotdError('ERR_PLOTTER_STATE', ending))
    this.#delay?.abort()
    this.#continue()
  }

  /**
   * Waits, with the pen up, for the end of pauses, services, prompts and delays, and for the permission to draw the
   * next stroke or the rest of a stroke.
   */
  async #atPenUp(moment: PenUp): Promise<void> {
    const { from, fromMm = 0 } = this.#parts
    this.#betweenStrokes = moment.within || (moment.stroke === from && fromMm > 0) ? undefined : moment
    const prompt = this.#promptBefore(moment)
    if (prompt !== undefined) await this.#pauseAndWait('pen-change', prompt)
    if (!moment.within) await this.#awaitServices(moment.stroke)
    await this.#awaitDelay(moment)
    do {
      if (this.#pause !== 'no') await this.#pauseAndWait('operator', this.#pauseCause)
      while (!this.ending) {
        const obstacle = await this.#getPermission(moment)
        if (obstacle === undefined) break
        await this.#pauseAndWait('operator', { prompt: `the progress of the plot cannot be written: ${obstacle}` })
      }
    } while (!this.ending && this.#pause === 'now') // a pause may come during the wait for the permission
    this.#betweenStrokes = undefined
  }

  /** The prompt that this moment needs; undefined when it needs none, or when the user has answered the prompt. */
  #promptBefore(moment: PenUp): Prompt | undefined {
    const { from, isPromptAnswered = false } = this.#parts
    const isAnswered = moment.within !== undefined || (isPromptAnswered && moment.stroke === from)
    return isAnswered ? undefined : layerPrompt(moment, this.#parts)
  }

  /** Waits until each service that the pen needs before a stroke is done. A service that a pause cuts begins again. */
  async #awaitServices(stroke: number): Promise<void> {
    const { clock, memory, plan, profile, events } = this.#parts
    const driver = this.#driver
    for (let next = events.request?.(stroke); next && !this.ending; next = events.request?.(stroke)) {
      const { at } = next
      if (at && driver?.position && isWithin(at, profile)) {
        const slot = layerOfStroke(plan.layers, stroke)?.pen
        const goThere = (signal: AbortSignal) => visit(driver, at, { clock, memory, signal, slot })
        if (this.#pause === 'now' || !(await this.#untilPause(goThere))) {
          if (this.#pause !== 'no') await this.#pauseAndWait('operator', this.#pauseCause)
          continue
        }
      } else await this.#pauseAndWait('pen-change', { prompt: next.prompt, asks: next.isPen ? 'pen' : 'service' })
      if (!this.ending || this.ending === 'registered') await next.done()
    }
  }

  /** Waits until the delay of a layer is over. A pause stops the delay, as it stops the time left of the plot. */
  async #awaitDelay({ layer }: PenUp): Promise<void> {
    const { clock } = this.#parts
    let leftMs = layer?.options.delayMs ?? 0
    while (!this.ending && leftMs > 0) {
      if (this.#pause !== 'no') {
        await this.#pauseAndWait('operator', this.#pauseCause)
        continue
      }
      this.#delay = new AbortController()
      const { signal } = this.#delay
      const start = clock.now()
      const isOver = await sleep(clock, leftMs, AbortSignal.any([this.#abort.signal, signal])).then(
        () => true,
        () => false,
      )
      leftMs -= isOver ? leftMs : clock.now() - start
      this.#abort.signal.throwIfAborted()
    }
  }

  /**
   * Calls `act` with a signal that aborts at an immediate pause and at the immediate end of the plot.
   *
   * @returns false after an immediate pause
   * @throws the error of `act`, except the reason of the pause
   */
  async #untilPause(act: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    this.#aside = new AbortController()
    const { signal: pauseSignal } = this.#aside
    try {
      await act(AbortSignal.any([this.#abort.signal, pauseSignal]))
    } catch (error) {
      if (!pauseSignal.aborted || error !== pauseSignal.reason) throw error
    } finally {
      this.#aside = undefined
    }
    return !pauseSignal.aborted
  }

  /** Gets the permission to lower the pen for this stroke or its rest. @returns the reason if it got no permission */
  async #getPermission({ stroke, of }: PenUp): Promise<string | undefined> {
    if (stroke === of) return undefined
    try {
      this.#permission = await this.#parts.events.begin?.(stroke)
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }

  async #pauseAndWait(why: PauseReason, prompt?: Prompt): Promise<void> {
    if (this.ending) return
    this.#abort.signal.throwIfAborted() // after a lost link there is no plot to pause, also when a new link is there
    const { events, whenLost, onPause, onResume } = this.#parts
    const whenResumed = new Promise<void>((resolve) => {
      this.#continue = () => {
        this.#continue = () => {}
        if (!this.ending) {
          onResume()
          events.resumed?.()
        }
        resolve()
      }
    })
    onPause(why, prompt)
    events.paused?.(why, prompt?.prompt, this.begun, this.#drawnMm, this.#driver?.position)
    await Promise.race([whenResumed, whenLost()])
  }
}

/**
 * Aborts when the device is lost, until the returned function is called. Without this abort, a delay before a layer, or
 * the wait for the computed end of a stroke, could go on for minutes after the loss.
 */
function abortWhenLost(abort: AbortController, whenLost: () => Promise<never>): () => void {
  let watched: AbortController | undefined = abort
  whenLost().catch((error: unknown) => watched?.abort(error))
  return () => {
    watched = undefined // an open link keeps the handler above, so the handler must not keep the plan
  }
}

const isWithin = ({ x, y }: Place, { width, height }: Profile): boolean => x <= width && y <= height
