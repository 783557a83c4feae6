import { x, y } from '../../../geometry/drawing.ts'
import { distanceTo, lengthTo } from '../../../geometry/measure.ts'
import { lineSpeed } from '../../motion/index.ts'
import { inStretches } from '../../plan/stretches.ts'
import { lengthNearest } from '../rest-of-stroke.ts'
import { type GrblFrame, moveWords, type Place } from './program.ts'
import type { GrblTalk } from './talk.ts'

/** How far a stroke has come: vertices that were sent, and those of them whose lines grbl has planned. */
export interface Progress {
  sent: number
  answered: number
}

/** Blocks that grbl can have planned beyond the one it draws; a line is answered when it is planned. */
const PLANNED = 17

/** As good as at a stroke's end, mm. */
const END_MM = 0.01

/** How much of a stroke is drawn when the pen was stopped at a place, mm; undefined when all of it is. */
export function drawnTo(points: Float64Array, at: Place, { sent, answered }: Progress): number | undefined {
  if (sent === 0) return 0
  const drawn = lengthNearest(points, at.x, at.y, answered - PLANNED, sent)
  return drawn < lengthTo(points, points.length / 2 - 1) - END_MM ? drawn : undefined
}

/**
 * Send a stroke from where the pen stands, line by line as they fit.
 *
 * @param speed  mm/s at most; where lines are short, no faster than the board can read them
 * @returns      where the last line leads
 */
export async function streamStroke(
  talk: GrblTalk,
  frame: GrblFrame,
  points: Float64Array,
  speed: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<Place> {
  let at = frame.toBoard({ x: x(points, 0), y: y(points, 0) })
  let feed = ''
  const along = await lengths(points)
  for (let i = 1; i < points.length / 2; i++) {
    const to = frame.toBoard({ x: x(points, i), y: y(points, i) })
    const words = moveWords(at, to, frame.offset)
    if (words === '') continue
    const wanted = `F${(lineSpeed(along, i - 1, speed) * 60).toFixed(0)}`
    const { answered } = await talk.send(`${feed === '' ? 'G1' : ''}${words}${wanted === feed ? '' : wanted}`, signal)
    feed = wanted
    progress.sent = i
    answered.then(
      () => {
        progress.answered = i
      },
      () => {}, // told by the next line
    )
    at = to
  }
  return at
}

/** Up to each vertex, mm. */
async function lengths(points: Float64Array): Promise<Float64Array> {
  const along = new Float64Array(points.length / 2)
  await inStretches(along.length, (from, to) => {
    for (let i = Math.max(1, from); i < to; i++) along[i] = (along[i - 1] as number) + distanceTo(points, i)
  })
  return along
}
