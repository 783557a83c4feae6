import { clearMs, touchMs } from '../../motion/index.ts'
import type { GcodeOptions, PenLift } from '../../profiles/profile.ts'

/** A number with at most three decimals, without trailing zeros, because the wire carries only 11 kB/s. */
export const short = (mm: number): string => {
  const text = mm.toFixed(3)
  return text.includes('.') ? text.replace(/\.?0+$/, '').replace(/^-0$/, '0') : text
}

/** The speed of F1, mm/s. Boards refuse or ignore F0. */
export const MIN_SPEED = 1 / 60

/** The F word of a speed in mm/s: whole mm/min, at least F1. */
export const feedWord = (speed: number): string => `F${(Math.max(MIN_SPEED, speed) * 60).toFixed(0)}`

/** A point in mm, in the coordinates of the drawing or of the machine. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** Converts between the drawing's mm (y down) and machine mm. Home is the drawing's top-left corner. */
export class GcodeFrame {
  readonly #up: 1 | -1
  home: Place = { x: 0, y: 0 }
  /** Origin of the work coordinates, in which moves are sent, machine mm. Other programs may have set this origin. */
  offset: Place = { x: 0, y: 0 }

  constructor({ yUp = true }: GcodeOptions) {
    this.#up = yUp ? -1 : 1
  }

  toBoard({ x, y }: Place): Place {
    return { x: this.home.x + x, y: this.home.y + this.#up * y }
  }

  toDrawing({ x, y }: Place): Place {
    return { x: x - this.home.x, y: 0 + this.#up * (y - this.home.y) }
  }
}

/**
 * The X and Y words of a move; coordinates that stay the same are left out. Empty when nothing changes.
 *
 * @param from    machine mm; undefined when unknown
 * @param to      machine mm
 * @param offset  origin of the work coordinates, machine mm
 */
export function moveWords(from: Place | undefined, to: Place, offset: Place): string {
  const x = short(to.x - offset.x)
  const y = short(to.y - offset.y)
  const stays = (axis: 'x' | 'y', word: string) => from && short(from[axis] - offset[axis]) === word
  return `${stays('x', x) ? '' : `X${x}`}${stays('y', y) ? '' : `Y${y}`}`
}

/**
 * Fills in a pen template. {height} is the pen's height in the machine's unit: PWM value, degrees or mm. {s} and {ms}
 * are the time until a rising pen is clear of the paper, or a falling pen touches it.
 */
export function templateLines(options: GcodeOptions, pen: PenLift, to: 'up' | 'down', percent: number): string[] {
  const { at0 = 0, at100 = 1000 } = options.heights ?? {}
  const ms = to === 'up' ? clearMs(pen) : touchMs(pen)
  return (to === 'up' ? options.penUp : options.penDown).map((line) =>
    line
      .replaceAll('{height}', short(at0 + ((at100 - at0) * percent) / 100))
      .replaceAll('{ms}', wholeMs(ms))
      .replaceAll('{s}', short(ms / 1000)),
  )
}

/** The word for a time: whole milliseconds, rounded up, but not for an error of rounding. */
export const wholeMs = (ms: number): string => String(Math.ceil(ms - 1e-6))

/** Whether the template that lowers the pen contains {s} or {ms}. */
export const hasTimedLowering = ({ penDown }: GcodeOptions): boolean => penDown.some((line) => /\{m?s\}/.test(line))

/**
 * A filled pen template for grbl. The last line always waits for the planner. So the moves and dwells of the template
 * are complete when the board answers the last line.
 */
export function penLines(options: GcodeOptions, pen: PenLift, to: 'up' | 'down', percent: number): string[] {
  const lines = templateLines(options, pen, to, percent)
  if (to === 'down' && !hasTimedLowering(options) && pen.dwellMs) return [...lines, `G4 P${short(pen.dwellMs / 1000)}`]
  return /^G0?4\b|^G4P/.test(lines.at(-1) ?? '') ? lines : [...lines, 'G4P0']
}
