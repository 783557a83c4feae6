import { at, x, y } from '../../../geometry/drawing.ts'
import { lengthTo } from '../../../geometry/measure.ts'
import { remainder } from '../../../geometry/rest-of-stroke.ts'
import { type Clock, sleep } from '../../link/clock.ts'
import {
  type CurvePace,
  curvePaceAlong,
  KLIPPER_FIRST,
  klipperEnds,
  type Lines,
  lineSpeed,
  marlinLines,
} from '../../motion/index.ts'
import type { MotionLimits, Profile } from '../../profiles/profile.ts'
import { feedWord, type GcodeFrame, moveWords, type Place } from '../gcode/program.ts'
import type { MarlinTalk } from './talk.ts'

/** The driver sets no work offset, so the lines have the coordinates that M114 reports. */
const NO_OFFSET: Place = { x: 0, y: 0 }

/** The lines of a path. */
export interface PathLines extends Lines {
  /** Length of the path up to each of the `ends`, mm. It may be greater than `along`: see `LineEnd`. */
  readonly pathMm: Float64Array
  readonly curvePace: CurvePace | undefined
  /** When each line ends, s from the start of the motion; only for Klipper. */
  readonly due: Float64Array | undefined
}

/** A path that begins at the carriage. */
interface Path {
  readonly lines: PathLines
  readonly limits: MotionLimits
  readonly word: 'G0' | 'G1'
  /** The carriage's place in the board's coordinates, mm; undefined when unknown. */
  readonly from: Place | undefined
  /** Queued motion that Klipper has not begun, ms; 0 for Marlin. */
  readonly queuedMs: number
}

/** The sent part of a path: its length, mm, and its end in the board's coordinates, mm. */
export interface Sent {
  mm: number
  isWhole: boolean
  place: Place | undefined
  /**
   * The duration of this part, and when Klipper had received enough of the part to begin, both ms; only for Klipper.
   */
  ms: number
  beganAt: number | undefined
}

/** The state before the first line of a path is sent. */
export const nothingSent = (): Sent => ({ mm: 0, isWhole: false, place: undefined, ms: 0, beganAt: undefined })

/** Sends the lines of a path as the board has room. */
export async function sendPath(
  talk: MarlinTalk,
  frame: GcodeFrame,
  { lines, limits, word, from, queuedMs }: Path,
  sent: Sent,
  signal?: AbortSignal,
): Promise<void> {
  const { due, curvePace } = lines
  let place = from
  let feed = ''
  let planned = queuedMs / 1000
  for (let i = 1; i < lines.along.length; i++) {
    const to = frame.toBoard({ x: x(lines.ends, i), y: y(lines.ends, i) })
    const words = moveWords(place, to, NO_OFFSET)
    const mm = along(lines, i) - along(lines, i - 1)
    const fastest = lineSpeed(lines.along, i - 1, limits.speed, curvePace)
    const speed = due ? Math.min(fastest, highestSpeed(mm, durationOf(due, i - 1))) : fastest
    const nextFeed = feedWord(speed)
    if (words !== '') {
      await talk.send(`${word}${words}${nextFeed === feed ? '' : nextFeed}`, signal)
      feed = nextFeed
    }
    place = sent.place = to
    sent.mm = at(lines.pathMm, i)
    if (due) sent.ms = 1000 * at(due, i - 1)
    planned += mm / speed
    if (due && planned >= KLIPPER_FIRST) sent.beganAt ??= talk.link.clock.now()
  }
  sent.isWhole = true
}

/**
 * The speed that a line of `mm` does not exceed when it takes `seconds`. With even ramps from rest and to rest, the
 * highest speed is twice the mean. Klipper computes the duration of each queued line as if the whole line ran at the
 * speed of its F word. With a higher F word, Klipper would queue minutes of lines with sharp corners. No stop could end
 * these lines, and Klipper would be silent meanwhile.
 */
const highestSpeed = (mm: number, seconds: number): number => (seconds > 0 ? (2 * mm) / seconds : Infinity)

const durationOf = (due: Float64Array, line: number): number => at(due, line) - (line > 0 ? at(due, line - 1) : 0)

const along = (lines: Lines, i: number): number => at(lines.along, i)

/** Number of lines that are computed in one turn of the event loop. */
const PER_TURN = 5_000

/**
 * The long lines of a path are divided into about this many parts at most, so that the parts fit into memory. Only a
 * path of hundreds of metres, drawn at a few percent of the printer's speed, gets longer parts for that reason.
 */
const MOST_LINES = 10_000_000

/**
 * All lines of a path. A long path is divided into lines in several turns of the event loop, so that the division does
 * not block the loop.
 *
 * @param points  x, y interleaved, mm
 */
export async function pathLines(
  clock: Clock,
  points: Float64Array,
  limits: MotionLimits,
  { stepsPerMm, marlin }: Profile,
  signal: AbortSignal | undefined,
): Promise<PathLines> {
  const ends: number[] = []
  const along: number[] = []
  const pathMm: number[] = []
  const leastMm = lengthTo(points, points.length / 2 - 1) / MOST_LINES
  const rules = { stepsPerMm, firmware: marlin?.firmware ?? 'marlin', leastMm }
  for (const end of marlinLines(points, limits.speed, rules)) {
    ends.push(end.x, end.y)
    along.push(end.along)
    pathMm.push(end.pathMm)
    if (along.length % PER_TURN === 0) await sleep(clock, 0, signal)
  }
  const lines = { ends: Float64Array.from(ends), along: Float64Array.from(along) }
  const curvePace = curvePaceAlong(lines, limits)
  const isKlipper = rules.firmware === 'klipper'
  const due = isKlipper ? klipperEnds(lines, limits, marlin?.cruiseRatio, curvePace) : undefined
  return { ...lines, pathMm: Float64Array.from(pathMm), curvePace, due }
}

/** The rest of a stroke, and the computation of its lines. */
interface Prepared {
  readonly rest: Float64Array
  readonly computing: Promise<PathLines>
}

/**
 * Computes the lines of a stroke before the pen is down, so that the pen does not wait on the paper. When the
 * permission becomes void meanwhile, the stroke begins again with the same lines.
 */
export class LineCache {
  #points: Float64Array | undefined
  #drawnMm = 0
  #speed = 0
  #last: Prepared | undefined

  /** The lines of the rest of a stroke, after its first `drawnMm`. */
  linesFor(
    clock: Clock,
    points: Float64Array<ArrayBuffer>,
    drawnMm: number,
    limits: MotionLimits,
    profile: Profile,
    signal: AbortSignal,
  ): Prepared {
    const { speed } = limits
    if (this.#last && this.#points === points && this.#drawnMm === drawnMm && this.#speed === speed) return this.#last
    const rest = drawnMm > 0 ? remainder(points, drawnMm) : points
    const computing = pathLines(clock, rest, limits, profile, signal)
    computing.catch(() => {}) // the stroke may end before it waits for its lines
    this.#points = points
    this.#drawnMm = drawnMm
    this.#speed = speed
    this.#last = { rest, computing }
    return this.#last
  }

  /** Frees the memory of the lines. */
  forget(): void {
    this.#points = this.#last = undefined
  }
}
