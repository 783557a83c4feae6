import { type Bounds, EMPTY_BOUNDS, unionOfBounds } from './bounds.ts'
import type { Region } from './region.ts'
import { UNBOUNDED, type Work } from './work.ts'

/** A region is skipped for a segment if their bounds are farther apart than this, mm. */
const BESIDE = 1e-3

/** The union of regions; empty without regions. */
export function unionOf(regions: readonly Region[], work: Work = UNBOUNDED): Region {
  const [only] = regions
  if (regions.length === 1 && only !== undefined) return only
  return {
    bounds: regions.reduce<Bounds>((box, { bounds }) => unionOfBounds(box, bounds), EMPTY_BOUNDS),
    contains: (px, py) => {
      work.spend(regions.length)
      return regions.some((region) => region.contains(px, py))
    },
    crossings: (ax, ay, bx, by, into) => {
      work.spend(regions.length)
      for (const region of regions) region.crossings(ax, ay, bx, by, into)
    },
    shareAlong: (ax, ay, bx, by) => {
      work.spend(regions.length)
      const low = Math.min(ay, by)
      const high = Math.max(ay, by)
      const left = Math.min(ax, bx)
      const right = Math.max(ax, bx)
      const nearby = regions.filter(
        ({ bounds: { minX, minY, maxX, maxY } }) =>
          left <= maxX + BESIDE && right >= minX - BESIDE && low <= maxY + BESIDE && high >= minY - BESIDE,
      )
      const tests = nearby.map((region) => region.shareAlong(ax, ay, bx, by))
      return {
        contains: (t) => {
          work.spend(tests.length)
          return tests.some((test) => test.contains(t))
        },
      }
    },
    outlines: () => regions.flatMap((region) => [...region.outlines()]),
  }
}

/** The intersection of two regions; undefined is the whole plane. */
export function intersectionOf(a: Region | undefined, b: Region): Region {
  if (a === undefined) return b
  return {
    bounds: common(a.bounds, b.bounds),
    contains: (px, py) => a.contains(px, py) && b.contains(px, py),
    shareAlong: (ax, ay, bx, by) => {
      const inA = a.shareAlong(ax, ay, bx, by)
      const inB = b.shareAlong(ax, ay, bx, by)
      return { contains: (t) => inA.contains(t) && inB.contains(t) }
    },
    crossings: (ax, ay, bx, by, into) => {
      a.crossings(ax, ay, bx, by, into)
      b.crossings(ax, ay, bx, by, into)
    },
    outlines: () => [...a.outlines(), ...b.outlines()],
  }
}

/** The part of region a that lies outside region b. A point on the border of b does not belong to this part. */
export const differenceOf = (a: Region, b: Region): Region => ({
  bounds: a.bounds,
  contains: (px, py) => a.contains(px, py) && !b.contains(px, py),
  shareAlong: (ax, ay, bx, by) => {
    const inA = a.shareAlong(ax, ay, bx, by)
    const inB = b.shareAlong(ax, ay, bx, by)
    return { contains: (t) => inA.contains(t) && !inB.contains(t) }
  },
  crossings: (ax, ay, bx, by, into) => {
    a.crossings(ax, ay, bx, by, into)
    b.crossings(ax, ay, bx, by, into)
  },
  outlines: () => [...a.outlines(), ...b.outlines()],
})

const common = (a: Bounds, b: Bounds): Bounds => ({
  minX: Math.max(a.minX, b.minX),
  minY: Math.max(a.minY, b.minY),
  maxX: Math.min(a.maxX, b.maxX),
  maxY: Math.min(a.maxY, b.maxY),
})
