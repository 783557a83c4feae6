import { Delaunay } from 'd3-delaunay'
import type { Bounds } from '../../geometry/bounds.ts'
import { at } from '../../geometry/drawing.ts'
import type { Random } from '../draw/random.ts'
import type { Tone } from './tone.ts'

/** Exponent of darkness in the density of points. With an exponent above 1, the density grows faster than darkness. */
const DARKNESS_EXPONENT = 1.6
/** Rounds of relaxation. After these rounds, points hardly move. */
const ROUNDS = 24
/** Number of samples for each point: enough to find the centre of darkness of the point's cell. */
const SAMPLES = 24

/**
 * Points as dense as a picture is dark. The points are placed at random, and each then moves repeatedly to the centre
 * of darkness of its cell (weighted Voronoi stippling; Secord 2002).
 *
 * @param points  maximum number of points; a light picture may get fewer
 * @param white   least darkness that attracts points, 0 … 1
 * @returns x, y interleaved, mm
 */
export function relaxPoints(tone: Tone, room: Bounds, points: number, white: number, random: Random): Float64Array {
  const step = Math.sqrt(((room.maxX - room.minX) * (room.maxY - room.minY)) / (points * SAMPLES))
  const weight = (x: number, y: number): number => {
    const dark = tone.dark(x, y)
    return dark < white ? 0 : dark ** DARKNESS_EXPONENT
  }
  const places = randomPoints(room, points, weight, random)
  const count = places.length / 2
  for (let round = 0; round < ROUNDS && count > 2; round++) {
    const index = new Delaunay(places)
    const sums = new Float64Array(3 * count)
    let near = 0
    for (let y = room.minY + step / 2; y < room.maxY; y += step) {
      for (let x = room.minX + step / 2; x < room.maxX; x += step) {
        const dark = weight(x, y)
        if (dark === 0) continue
        near = index.find(x, y, near)
        sums[3 * near] = at(sums, 3 * near) + dark * x
        sums[3 * near + 1] = at(sums, 3 * near + 1) + dark * y
        sums[3 * near + 2] = at(sums, 3 * near + 2) + dark
      }
    }
    for (let i = 0; i < count; i++) {
      const total = at(sums, 3 * i + 2)
      if (total === 0) continue
      places[2 * i] = at(sums, 3 * i) / total
      places[2 * i + 1] = at(sums, 3 * i + 1) / total
    }
  }
  return places
}

/** Places points at random. `weight` is the probability that a place keeps its point. */
function randomPoints(
  room: Bounds,
  points: number,
  weight: (x: number, y: number) => number,
  random: Random,
): Float64Array {
  const dots: number[] = []
  for (let i = 0; i < 200 * points && dots.length < 2 * points; i++) {
    const x = random.between(room.minX, room.maxX)
    const y = random.between(room.minY, room.maxY)
    if (random.next() < weight(x, y)) dots.push(x, y)
  }
  return Float64Array.from(dots)
}
