import type { Operation } from './modal.ts'
import { type GrblSettings, triple } from './settings.ts'
import { eachAxis, type Vector } from './vector.ts'

/** A broken limit switch. */
export type SwitchFault = 'never-closes' | 'never-opens'

/** One motion of a homing cycle. Each axis moves at `speed` until it reaches its end. */
interface Leg {
  readonly from: Vector
  readonly to: Vector
  /** mm/s */
  readonly speed: number
  readonly startMs: number
  readonly endMs: number
}

/** The distance over which grbl searches for switches, as a multiple of the length of the longest moving axis. */
const SEARCH = 1.5

/**
 * All motions of `$H`, computed at its start: Z first, then X and Y together. In both parts the axes seek their
 * switches ($25), pull off ($27), approach slowly ($24) and pull off again, with a wait ($26) after each motion. Places
 * are true places of the carriage, mm. The processor may assume another place. The switches are at 0 and at minus the
 * travel.
 *
 * Source: grbl 1.1h, limits.c and motion_control.c.
 */
export class HomingCycle {
  readonly #legs: Leg[] = []
  /** The alarm with which the cycle fails; undefined when it succeeds. */
  readonly alarm: 8 | 9 | undefined
  readonly endMs: number

  constructor(start: Vector, travel: Vector, settings: GrblSettings, fault: SwitchFault | undefined, startMs: number) {
    const { 24: feed = 1, 25: seek = 1, 26: waitMs = 1, 27: pullOff = 1 } = settings
    let from = start
    let now = startMs
    const move = (to: Vector, speed: number, leastMs = 0): void => {
      const longest = Math.max(...to.map((place, k) => Math.abs(place - (from[k] ?? 0))))
      const endMs = now + Math.max(leastMs, (1000 * longest) / speed)
      this.#legs.push({ from, to, speed, startMs: now, endMs })
      from = to
      now = endMs + waitMs
    }
    for (const axes of [[2], [0, 1]]) {
      const away = eachAxis((k) => ((settings[23] ?? 0) & (1 << k) ? 1 : -1))
      const switches = eachAxis((k) => (axes.includes(k) ? (away[k] > 0 ? -travel[k] : 0) : from[k]))
      const afterPullOff = (): Vector => eachAxis((k) => from[k] + (axes.includes(k) ? away[k] * pullOff : 0))
      const search = SEARCH * Math.max(...axes.map((k) => triple(settings, 130)[k] ?? 0))
      if (fault === 'never-closes') {
        // the motor pushes against the frame until the search ends
        move(switches, seek / 60, (60_000 * search) / seek)
        this.alarm = 9
        break
      }
      if (fault !== 'never-opens') move(switches, seek / 60)
      move(afterPullOff(), seek / 60)
      if (fault === 'never-opens') {
        this.alarm = 8
        break
      }
      move(switches, feed / 60)
      move(afterPullOff(), seek / 60)
    }
    this.endMs = now
  }

  /** The carriage's place at a time. */
  at(ms: number): Vector {
    const leg = this.#legs.findLast(({ startMs }) => startMs <= ms) ?? (this.#legs[0] as Leg)
    const mm = (leg.speed * Math.max(0, ms - leg.startMs)) / 1000
    return eachAxis((k) => {
      const delta = leg.to[k] - leg.from[k]
      return leg.from[k] + Math.sign(delta) * Math.min(Math.abs(delta), mm)
    })
  }

  /**
   * The next time at which a motion begins or ends, an axis reaches its end, or the cycle ends, ms. Until then the
   * carriage moves straight or stands still.
   */
  nextEvent(now: number): number {
    for (const { from, to, speed, startMs, endMs } of this.#legs) {
      if (endMs <= now) continue
      const ends = from.map((place, k) => startMs + (1000 * Math.abs((to[k] ?? 0) - place)) / speed)
      return Math.min(...[...ends, endMs].filter((end) => end > now))
    }
    return this.endMs > now ? this.endMs : Infinity
  }
}

/** Whether soft limits ($20) are on and one of the moves leaves the machine. */
export const leavesMachine = (operations: readonly Operation[], settings: GrblSettings): boolean =>
  settings[20] === 1 && operations.some((operation) => operation.is === 'move' && !isReachable(operation.to, settings))

/** Whether a target lies within grbl's machine space: 0 to −$130, −$131, −$132. */
const isReachable = (to: Vector, settings: GrblSettings): boolean =>
  triple(settings, 130).every((travel, k) => (to[k] ?? 0) <= 1e-6 && (to[k] ?? 0) >= -travel - 1e-6)

/** Machine coordinates after homing: $27 mm away from the corner that $23 selects. */
export function placeAfterHoming(settings: GrblSettings): Vector {
  const { 23: mask = 0, 27: pullOff = 1 } = settings
  const travel = triple(settings, 130)
  return eachAxis((k) => (mask & (1 << k) ? pullOff - travel[k] : -pullOff))
}
