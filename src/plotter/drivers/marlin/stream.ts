import { at, x, y } from '../../../geometry/drawing.ts'
import { lengthTo } from '../../../geometry/measure.ts'
import { type Clock, sleep } from '../../link/clock.ts'
import { curvePaceAlong, KLIPPER_FIRST, klipperEnds, type Lines, lineSpeed, marlinLines } from '../../motion/index.ts'
import type { MotionLimits, Profile } from '../../profiles/profile.ts'
import { feedWord, type GcodeFrame, moveWords, type Place } from '../gcode/program.ts'
import type { MarlinTalk } from './talk.ts'

/** The driver sets no work offset: the lines have the coordinates that M114 reports. */
const NO_OFFSET: Place = { x: 0, y: 0 }

/** A path that begins at the carriage. */
interface Path {
  /** x, y interleaved, mm */
  readonly points: Float64Array
  readonly limits: MotionLimits
  readonly profile: Profile
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
   * For Klipper: the duration of this part, and the time at which Klipper had received enough of it to begin, both ms.
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
  { points, limits, profile, word, from, queuedMs }: Path,
  sent: Sent,
  signal?: AbortSignal,
): Promise<void> {
  const { clock } = talk.link
  const lines = await linesInTurns(clock, points, limits.speed, profile, signal)
  const isKlipper = profile.marlin?.firmware === 'klipper'
  const curvePace = curvePaceAlong(lines, limits)
  const due = isKlipper ? klipperEnds(lines, limits, profile.marlin?.cruiseRatio, curvePace) : undefined
  let place = from
  let feed = ''
  let planned = queuedMs / 1000
  for (let i = 1; i < lines.along.length; i++) {
    const to = frame.toBoard({ x: x(lines.ends, i), y: y(lines.ends, i) })
    const words = moveWords(place, to, NO_OFFSET)
    const speed = lineSpeed(lines.along, i - 1, limits.speed, curvePace)
    const nextFeed = feedWord(speed)
    if (words !== '') {
      await talk.send(`${word}${words}${nextFeed === feed ? '' : nextFeed}`, signal)
      feed = nextFeed
    }
    place = sent.place = to
    sent.mm = along(lines, i)
    if (due) sent.ms = 1000 * at(due, i - 1)
    planned += (along(lines, i) - along(lines, i - 1)) / speed
    if (due && planned >= KLIPPER_FIRST) sent.beganAt ??= clock.now()
  }
  sent.isWhole = true
}

const along = (lines: Lines, i: number): number => at(lines.along, i)

/** Lines that are computed before other work of the event loop gets a turn. */
const PER_TURN = 5_000

/**
 * A path is divided into about this many lines at most, so that the lines fit into memory. Only a path of hundreds of
 * metres at a few percent of the speed gets longer lines for that reason.
 */
const MOST_LINES = 10_000_000

/**
 * All lines of a path. A long path is computed in several turns of the event loop, so that it does not block the loop.
 */
async function linesInTurns(
  clock: Clock,
  points: Float64Array,
  speed: number,
  { stepsPerMm, marlin }: Profile,
  signal: AbortSignal | undefined,
): Promise<Lines> {
  const ends: number[] = []
  const along: number[] = []
  const leastMm = lengthTo(points, points.length / 2 - 1) / MOST_LINES
  const rules = { stepsPerMm, firmware: marlin?.firmware ?? 'marlin', leastMm }
  for (const end of marlinLines(points, speed, rules)) {
    ends.push(end.x, end.y)
    along.push(end.along)
    if (along.length % PER_TURN === 0) await sleep(clock, 0, signal)
  }
  return { ends: Float64Array.from(ends), along: Float64Array.from(along) }
}
