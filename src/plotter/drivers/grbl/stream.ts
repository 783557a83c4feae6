import { at, x, y } from '../../../geometry/drawing.ts'
import { lengthTo } from '../../../geometry/measure.ts'
import { lengthNearest } from '../../../geometry/rest-of-stroke.ts'
import { curvePaceOf, lineEnd, lineSpeed } from '../../motion/index.ts'
import { inEventTurns } from '../../plan/event-turns.ts'
import { feedWord, type GcodeFrame, moveWords, type Place } from '../gcode/program.ts'
import type { GrblTalk } from './talk.ts'

/** Progress of a stroke, counted in the vertices at which lines end. */
export interface Progress {
  /** The vertex at which the last sent line ends. */
  sent: number
  /** Whether all lines are sent. A dot has none. */
  isWhole: boolean
  /** Maximum number of lines that grbl has answered and not drawn. */
  readonly most: number
  /**
   * The ends of the latest lines that grbl has answered, oldest first. The list keeps at most `most` + 1 ends. When it
   * is full, the stroke is drawn up to the first end.
   */
  readonly planned: number[]
  /** When grbl answered the first line, ms; undefined before. The pen leaves the stroke's start at about this time. */
  beganAt: number | undefined
}

/**
 * Number of lines that may be undrawn besides the blocks in the planner: the line that the board answered last, and the
 * line that the board executes.
 */
const UNDER_WAY = 2

/** @param blocks number of blocks that the board plans ahead */
export const noProgress = (blocks: number): Progress => ({
  sent: 0,
  isWhole: false,
  planned: [],
  most: blocks + UNDER_WAY,
  beganAt: undefined,
})

/** A pen that stopped within this distance from the end of a stroke has drawn the whole stroke, mm. */
const END_MM = 0.01

/**
 * The drawn length of a stroke whose pen stopped at `place`, mm; undefined when the whole stroke is drawn. A closed
 * stroke starts and ends at one place. If the pen stopped at that place, and had the time to draw the whole stroke, the
 * stroke counts as drawn.
 *
 * @param possibleMm  the greatest length that the pen can have drawn, mm; 0 when unknown
 */
export function drawnTo(
  points: Float64Array,
  place: Place,
  { sent, isWhole, planned, most }: Progress,
  possibleMm: number,
): number | undefined {
  if (sent === 0) return isWhole ? undefined : 0
  const last = points.length / 2 - 1
  const isAtEnd = Math.hypot(place.x - x(points, last), place.y - y(points, last)) < END_MM
  if (isWhole && isAtEnd && possibleMm >= lengthTo(points, last)) return undefined
  const drawn = lengthNearest(points, place.x, place.y, planned.length <= most ? 0 : (planned[0] ?? 0), sent)
  return drawn < lengthTo(points, last) - END_MM ? drawn : undefined
}

/** A stroke as the lines that the board gets. */
export interface StrokeLines {
  /** The stroke's vertices, x, y interleaved, mm. */
  readonly points: Float64Array
  /** Indices of the vertices at which lines begin and end, from 0 to the last vertex. */
  readonly ends: Uint32Array
  /** Length along the stroke up to each of the `ends`, mm. */
  readonly along: Float64Array
}

/**
 * Divides a stroke into lines.
 *
 * @param points      x, y interleaved, mm
 * @param stepsPerMm  steps per mm of the board, which rounds the end of each line to whole steps
 */
export async function strokeLines(points: Float64Array, stepsPerMm: number): Promise<StrokeLines> {
  const ends = new Uint32Array(points.length / 2)
  const along = new Float64Array(ends.length)
  let n = 1
  await inEventTurns(ends.length, (_, to) => {
    for (let from = at(ends, n - 1); from < to - 1; from = at(ends, n - 1)) {
      const end = lineEnd(points, from, stepsPerMm)
      along[n] = at(along, n - 1) + Math.hypot(x(points, end) - x(points, from), y(points, end) - y(points, from))
      ends[n++] = end
    }
  })
  return { points, ends: ends.subarray(0, n), along: along.subarray(0, n) }
}

/** A stroke that begins at the pen. */
interface StrokeAtPen {
  readonly lines: StrokeLines
  /** Highest speed, mm/s; short lines are slower, because the board must read each line in time. */
  readonly speed: number
  /** Highest speed on an arc with a radius of 1 mm, mm/s; no limit when undefined. */
  readonly curvePace: number | undefined
}

/**
 * Sends a stroke line by line as the board has room.
 *
 * @param progress  records what is sent and what the board has answered
 * @returns         the end of the last line, machine mm
 */
export async function streamStroke(
  talk: GrblTalk,
  frame: GcodeFrame,
  { lines: { points, ends, along }, speed, curvePace }: StrokeAtPen,
  progress: Progress,
  signal: AbortSignal,
): Promise<Place> {
  const placeOf = (vertex: number) => frame.toBoard({ x: x(points, vertex), y: y(points, vertex) })
  const curves = curvePaceOf(curvePace, points, ends)
  let place = placeOf(0)
  let feed = ''
  for (let i = 1; i < ends.length; i++) {
    const vertex = at(ends, i)
    const to = placeOf(vertex)
    const words = moveWords(place, to, frame.offset)
    if (words === '') continue
    const nextFeed = feedWord(lineSpeed(along, i - 1, speed, curves))
    const { reply } = await talk.send(`${feed === '' ? 'G1' : ''}${words}${nextFeed === feed ? '' : nextFeed}`, signal)
    feed = nextFeed
    progress.sent = vertex
    reply.then(
      () => {
        progress.beganAt ??= talk.link.clock.now()
        progress.planned.push(vertex)
        if (progress.planned.length > progress.most + 1) progress.planned.shift()
      },
      () => {}, // the next `send` throws this error, unless plotd has reset the board
    )
    place = to
  }
  progress.isWhole = true
  return place
}
