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
      const nearby = regions.filter(({ bounds }) => isBeside(bounds, ax, ay, bx, by))
      const tests = nearby.map((region) => region.shareAlong(ax, ay, bx, by))
      let last = tests[0] // neighbouring places often lie in the same region
      return (t) => {
        work.spend(1)
        if (last?.(t) === true) return true
        work.spend(tests.length)
        last = tests.find((test) => test(t))
        return last !== undefined
      }
    },
    outlines: () => regions.flatMap((region) => [...region.outlines()]),
  }
}

/** The intersection of two regions. If `a` is undefined, it stands for the whole plane. */
export function intersectionOf(a: Region | undefined, b: Region): Region {
  if (a === undefined) return b
  return {
    bounds: common(a.bounds, b.bounds),
    contains: (px, py) => a.contains(px, py) && b.contains(px, py),
    shareAlong: (ax, ay, bx, by) => {
      const inA = a.shareAlong(ax, ay, bx, by)
      const inB = b.shareAlong(ax, ay, bx, by)
      return (t) => inA(t) && inB(t)
    },
    crossings: (ax, ay, bx, by, into) => {
      a.crossings(ax, ay, bx, by, into)
      b.crossings(ax, ay, bx, by, into)
    },
    outlines: () => [...a.outlines(), ...b.outlines()],
  }
}

/** A region that adds to a picture, or that hides what lies below it. */
export interface PaintedPart {
  readonly region: Region
  readonly shows: boolean
}

/**
 * The visible region of parts that lie on each other, the topmost last. A point is in the region if `shows` is true for
 * the topmost part that contains the point. All parts are in one list, because a mask may hold thousands of shapes. If
 * each region held the next one, their calls would overflow the stack.
 */
export function paintedOf(parts: readonly PaintedPart[], work: Work = UNBOUNDED): Region {
  const regions = parts.map(({ region }) => region)
  const shown = parts.filter(({ shows }) => shows)
  return {
    bounds: shown.reduce<Bounds>((box, { region }) => unionOfBounds(box, region.bounds), EMPTY_BOUNDS),
    contains: (px, py) => {
      work.spend(parts.length)
      return parts.findLast(({ region }) => region.contains(px, py))?.shows ?? false
    },
    shareAlong: (ax, ay, bx, by) => {
      work.spend(parts.length)
      const tests = parts
        .filter(({ region }) => isBeside(region.bounds, ax, ay, bx, by))
        .map(({ region, shows }) => ({ along: region.shareAlong(ax, ay, bx, by), shows }))
      return (t) => {
        work.spend(tests.length)
        return tests.findLast(({ along }) => along(t))?.shows ?? false
      }
    },
    crossings: (ax, ay, bx, by, into) => {
      work.spend(parts.length)
      for (const region of regions) region.crossings(ax, ay, bx, by, into)
    },
    outlines: () => regions.flatMap((region) => [...region.outlines()]),
  }
}

/** Whether a segment may meet a box: whether the bounds of the segment are at most `BESIDE` from the box. */
const isBeside = ({ minX, minY, maxX, maxY }: Bounds, ax: number, ay: number, bx: number, by: number): boolean =>
  Math.min(ax, bx) <= maxX + BESIDE &&
  Math.max(ax, bx) >= minX - BESIDE &&
  Math.min(ay, by) <= maxY + BESIDE &&
  Math.max(ay, by) >= minY - BESIDE

const common = (a: Bounds, b: Bounds): Bounds => ({
  minX: Math.max(a.minX, b.minX),
  minY: Math.max(a.minY, b.minY),
  maxX: Math.min(a.maxX, b.maxX),
  maxY: Math.min(a.maxY, b.maxY),
})
