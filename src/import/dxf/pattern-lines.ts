import { type Entity, num } from './document.ts'
import type { Vec } from './matrix.ts'

/** Parallel lines at equal distances, with the same dashes. */
interface Family {
  /** Degrees. */
  readonly angle: number
  /** A point on the first line. */
  readonly base: [x: number, y: number]
  /** The offset of the next line. */
  readonly step: [x: number, y: number]
  /** Lengths of dashes and, below 0, of gaps. */
  readonly dashes: number[]
}

/** Limit on the lines of one family. */
const MAX_LINES = 50_000
/** Limit on the dashes of one hatch. */
const MAX_DASHES = 500_000
/** Limit on the index of a period or of a line. With a larger index, rounding errors would move the ink visibly. */
const FARTHEST = 2 ** 40
/** Largest shift of the ends of lines and dashes by rounding errors, as a fraction of a period. */
const ROUNDING = 1e-9

/** The families of a pattern: group 78 counts them, and each begins with its angle, group 53. */
function familiesOf({ tags }: Entity): Family[] {
  const start = tags.findIndex(({ code }) => code === 78)
  const families: Family[] = []
  for (const { code, value } of start < 0 ? [] : tags.slice(start + 1)) {
    const number = Number(value)
    if (code === 98) break
    if (code === 53) families.push({ angle: number, base: [0, 0], step: [0, 0], dashes: [] })
    const last = families.at(-1)
    if (last === undefined) continue
    if (code === 43) last.base[0] = number
    else if (code === 44) last.base[1] = number
    else if (code === 45) last.step[0] = number
    else if (code === 46) last.step[1] = number
    else if (code === 49) last.dashes.push(number)
  }
  return families
}

/**
 * The lines of a hatch's pattern inside the hatch's loops (even-odd). Undefined when the hatch has no pattern or no
 * loop. Also undefined when the pattern's lines are too dense, lie on each other, begin too far away, or have too many
 * dashes.
 */
export function patternLines(
  entity: Entity,
  loops: readonly (readonly Vec[])[],
  spend: (steps: number) => void,
): Vec[][] | undefined {
  const families = familiesOf(entity)
  const z = num(entity, 30)
  const lines: Vec[][] = []
  for (const family of families) {
    const own = familyLines(family, loops, z, spend)
    if (own === undefined) return undefined
    for (const line of own) lines.push(line)
    if (lines.length > MAX_DASHES) return undefined
  }
  return families.length === 0 ? undefined : lines
}

/** The lines of one family; undefined in the cases of `patternLines`. */
function familyLines(
  { angle, base, step, dashes }: Family,
  loops: readonly (readonly Vec[])[],
  z: number,
  spend: (steps: number) => void,
): Vec[][] | undefined {
  const cos = Math.cos((angle * Math.PI) / 180)
  const sin = Math.sin((angle * Math.PI) / 180)
  // u is the coordinate along the lines, v across them.
  const toLine = (x: number, y: number): [u: number, v: number] => [x * cos + y * sin, y * cos - x * sin]
  const [baseU, baseV] = toLine(...base)
  const [stepU, stepV] = toLine(...step)
  const rotatedLoops = loops.map((loop) => loop.map(([x, y]) => toLine(x, y)))
  let low = Infinity
  let high = -Infinity
  for (const loop of rotatedLoops)
    for (const [, v] of loop) {
      low = Math.min(low, v)
      high = Math.max(high, v)
    }
  const from = Math.min((low - baseV) / stepV, (high - baseV) / stepV)
  const to = Math.max((low - baseV) / stepV, (high - baseV) / stepV)
  const isNear = Math.max(Math.abs(from), Math.abs(to)) < FARTHEST
  if (!(Math.abs(stepV) > 0) || !(to - from < MAX_LINES) || !isNear) return undefined
  const crossings = crossingsOf(rotatedLoops, baseV, stepV, Math.ceil(from), Math.floor(to), spend)
  const lines: Vec[][] = []
  const pointAt = (u: number, v: number): Vec => [u * cos - v * sin, u * sin + v * cos, z]
  for (const [n, list] of crossings) {
    list.sort((a, b) => a - b)
    const v = baseV + n * stepV
    for (let i = 0; i + 1 < list.length; i += 2) {
      const start = list[i] ?? 0
      const end = list[i + 1] ?? 0
      for (const [a, b] of dashesBetween(start, end, baseU + n * stepU, dashes, spend)) {
        lines.push(a === b ? [pointAt(a, v)] : [pointAt(a, v), pointAt(b, v)])
        if (lines.length > MAX_DASHES) return undefined
      }
    }
    spend(list.length)
  }
  return lines
}

/** The u at which lines cross the loops, by the number of the line. */
function crossingsOf(
  loops: readonly (readonly [u: number, v: number][])[],
  base: number,
  step: number,
  from: number,
  to: number,
  spend: (steps: number) => void,
): Map<number, number[]> {
  const crossings = new Map<number, number[]>()
  for (const loop of loops) {
    loop.forEach(([u0, v0], i) => {
      const [u1, v1] = loop[(i + 1) % loop.length] ?? [u0, v0]
      const a = (v0 - base) / step
      const b = (v1 - base) / step
      const low = Math.max(from, Math.ceil(Math.min(a, b)))
      const high = Math.min(to, Math.ceil(Math.max(a, b)) - 1)
      spend(1 + Math.max(0, high - low))
      for (let n = low; n <= high; n++) {
        const list = crossings.get(n) ?? []
        list.push(u0 + ((u1 - u0) * (n - a)) / (b - a))
        crossings.set(n, list)
      }
    })
  }
  return crossings
}

/**
 * The dashes between two places of a line whose pattern begins at `origin`. A dash of length 0 is a dot. A line is one
 * dash when it has no dashes or too many, or when `start`, `end` or `origin` is too large compared with the length of
 * the dashes and gaps.
 */
function* dashesBetween(
  start: number,
  end: number,
  origin: number,
  dashes: readonly number[],
  spend: (steps: number) => void,
): Generator<[number, number]> {
  const period = dashes.reduce((sum, dash) => sum + Math.abs(dash), 0)
  const isNear = Math.max(Math.abs(start), Math.abs(end), Math.abs(origin)) < FARTHEST * period
  const first = Math.floor((start - origin) / period)
  const last = Math.ceil((end - origin) / period)
  if (!isNear || !(last - first <= MAX_DASHES / 10)) {
    yield [start, end]
    return
  }
  const rounding = period * ROUNDING
  // A dot may lie at the end of the period before the first one, and at the start of the period after the last one.
  for (let k = first - 1; k <= last; k++) {
    spend(dashes.length)
    let offset = origin + k * period
    for (const dash of dashes) {
      const next = offset + Math.abs(dash)
      const from = Math.max(start, offset)
      const to = Math.min(end, next)
      if (dash === 0 && from - to <= rounding) yield [offset, offset]
      else if (dash > 0 && to - from > rounding) yield [from, to]
      offset = next
    }
  }
}
