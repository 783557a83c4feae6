import { at, x, y } from '../../../geometry/drawing.ts'
import { distanceTo, lengthTo } from '../../../geometry/measure.ts'
import { lineSpeed } from '../../motion/index.ts'
import { inStretches } from '../../plan/stretches.ts'
import { lengthNearest } from '../rest-of-stroke.ts'
import { type GrblFrame, moveWords, type Place } from './program.ts'
import type { GrblTalk } from './talk.ts'

/** Progress of a stroke: the last vertex sent, and the last vertex whose line grbl has planned. */
export interface Progress {
  sent: number
  answered: number
}

/** grbl answers a line when it is planned; at most so many planned blocks are not drawn yet. */
const PLANNED = 17

/** Closer to the end of a stroke than this counts as its end, mm. */
const END_MM = 0.01

/** How much of a stroke is drawn, mm, when the pen stopped at `at`; undefined when all of it is. */
export function drawnTo(points: Float64Array, at: Place, { sent, answered }: Progress): number | undefined {
  if (sent === 0) return 0
  const drawn = lengthNearest(points, at.x, at.y, answered - PLANNED, sent)
  return drawn < lengthTo(points, points.length / 2 - 1) - END_MM ? drawn : undefined
}

/**
 * Sends a stroke that begins at the pen, line by line as the board has room.
 *
 * @param points  x, y interleaved, mm
 * @param speed   highest speed, mm/s; where lines are short, the board's reading speed limits it
 * @returns       the end of the last line, machine mm
 */
export async function streamStroke(
  talk: GrblTalk,
  frame: GrblFrame,
  points: Float64Array,
  speed: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<Place> {
  let place = frame.toBoard({ x: x(points, 0), y: y(points, 0) })
  let feed = ''
  const along = await lengths(points)
  for (let i = 1; i < points.length / 2; i++) {
    const to = frame.toBoard({ x: x(points, i), y: y(points, i) })
    const words = moveWords(place, to, frame.offset)
    if (words === '') continue
    const feedWord = `F${(lineSpeed(along, i - 1, speed) * 60).toFixed(0)}`
    const { answered } = await talk.send(
      `${feed === '' ? 'G1' : ''}${words}${feedWord === feed ? '' : feedWord}`,
      signal,
    )
    feed = feedWord
    progress.sent = i
    answered.then(
      () => {
        progress.answered = i
      },
      () => {}, // the next line reports it
    )
    place = to
  }
  return place
}

/** Length up to each vertex, mm. */
async function lengths(points: Float64Array): Promise<Float64Array> {
  const along = new Float64Array(points.length / 2)
  await inStretches(along.length, (from, to) => {
    for (let i = Math.max(1, from); i < to; i++) along[i] = at(along, i - 1) + distanceTo(points, i)
  })
  return along
}
