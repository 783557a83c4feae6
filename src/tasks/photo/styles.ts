import type { Bounds } from '../../geometry/bounds.ts'
import { at, type Strokes } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { smooth } from '../draw/curve.ts'
import type { Random } from '../draw/random.ts'
import { tour } from '../pattern/tour.ts'
import { relaxPoints } from './relax.ts'
import type { Tone } from './tone.ts'

/** The choices of a user about the strokes. */
export interface StyleParams {
  /** Distance of the lines, mm. */
  readonly spacing: number
  /** Direction of the lines, degrees. */
  readonly angle: number
  readonly points: number
  /** Below this darkness, 0 … 1, the paper stays white. */
  readonly white: number
}

/** Draws a picture in strokes within a box of the sheet. */
export type Style = (tone: Tone, room: Bounds, params: StyleParams, random: Random) => Strokes

/** Distance of samples along a straight line, mm. A wave has four times as many samples. */
const STEP = 0.25
/** Minimum length of a straight stroke, mm. A shorter one would be a speck. */
const SHORTEST = 0.9
/** Order in which the strokes of a band appear as the picture darkens: the middle first, then outwards. */
const ORDER = [2, 1, 3, 0, 4] as const

/** Bands of up to five parallel strokes, like the lines of an engraving. A darker place has more strokes. */
export const halftone: Style = (tone, room, { spacing, angle, white }) => {
  const out = new StrokeWriter()
  const step = (0.86 * spacing) / ORDER.length
  eachLine(room, spacing, angle, (place, length, isForward) => {
    ORDER.forEach((stroke, rank) => {
      const aside = (stroke - 2) * step
      const least = Math.max(white, ((rank + 0.4) / (ORDER.length + 0.4)) ** 1.3)
      const pointAt = (t: number) => place(isForward === (rank % 2 === 0) ? t : length - t, aside)
      drawStraightParts(out, length, pointAt, (x, y) => tone.dark(x, y) >= least)
    })
  })
  return out.take()
}

/** A wave along each line. The waves are higher and closer where the picture is dark. */
export const squiggle: Style = (tone, room, { spacing, angle, white }) => {
  const out = new StrokeWriter()
  eachLine(room, spacing, angle, (place, length, isForward) => {
    let phase = 0
    const pointAt = (t: number): readonly [number, number] => {
      const here = isForward ? t : length - t
      const [x, y] = place(here, 0)
      const dark = tone.dark(x, y)
      phase += (STEP / 4) * (1.15 + 2.4 * dark) * (1.55 / spacing) * 1.7
      return place(here, 0.5 * spacing * Math.min(1, 1.05 * dark) * Math.sin(phase))
    }
    const hasInk = (t: number) => {
      const [x, y] = place(isForward ? t : length - t, 0)
      return tone.dark(x, y) >= white
    }
    drawWaveParts(out, length, pointAt, hasInk)
  })
  return out.take()
}

/** One closed line through points that lie as dense as the picture is dark (Secord 2002). */
export const stipple: Style = (tone, room, { points, white }, random) => {
  const places = relaxPoints(tone, room, points, white, random)
  const line = tour(places).flatMap((i) => [at(places, 2 * i), at(places, 2 * i + 1)])
  const out = new StrokeWriter()
  out.add(smooth(line, 0.5, true))
  return out.take()
}

/** The point at a distance along a line from its start, and at a distance beside the line, mm. */
type Place = (along: number, aside: number) => readonly [x: number, y: number]

/** Calls `draw` for parallel lines over a box. Every other line runs backwards. */
function eachLine(
  room: Bounds,
  spacing: number,
  angle: number,
  draw: (place: Place, length: number, isForward: boolean) => void,
): void {
  const turn = (angle * Math.PI) / 180
  const cos = Math.cos(turn)
  const sin = Math.sin(turn)
  const cx = (room.minX + room.maxX) / 2
  const cy = (room.minY + room.maxY) / 2
  const wide = room.maxX - room.minX
  const high = room.maxY - room.minY
  const length = Math.abs(wide * cos) + Math.abs(high * sin)
  const across = Math.abs(wide * sin) + Math.abs(high * cos)
  const lines = Math.max(1, Math.floor(across / spacing))
  for (let k = 0; k < lines; k++) {
    const off = (k - (lines - 1) / 2) * spacing
    const place: Place = (t, aside) => {
      const u = t - length / 2
      const v = off + aside
      return [cx + u * cos - v * sin, cy + u * sin + v * cos]
    }
    draw(place, length, k % 2 === 0)
  }
}

/**
 * Draws the parts of a straight line where `hasInk` holds, each as one stroke. Parts shorter than `SHORTEST` are left
 * out.
 */
function drawStraightParts(
  out: StrokeWriter,
  length: number,
  place: (t: number) => readonly [number, number],
  hasInk: (x: number, y: number) => boolean,
): void {
  let from: number | undefined
  const end = (to: number) => {
    if (from !== undefined && to - from >= SHORTEST) out.add([...place(from), ...place(to)])
    from = undefined
  }
  for (let t = 0; t <= length; t += STEP) {
    const [x, y] = place(t)
    if (!hasInk(x, y)) end(t)
    else from ??= t
  }
  end(length)
}

/**
 * Draws the parts of a wave where `hasInk` holds, in finer steps than a straight line needs. Parts of at most six
 * points are left out.
 */
function drawWaveParts(
  out: StrokeWriter,
  length: number,
  place: (t: number) => readonly [number, number],
  hasInk: (t: number) => boolean,
): void {
  let line: number[] = []
  const end = () => {
    if (line.length > 12) out.add(line)
    line = []
  }
  for (let t = 0; t <= length; t += STEP / 4) {
    const [x, y] = place(t)
    if (hasInk(t)) line.push(x, y)
    else end()
  }
  end()
}
