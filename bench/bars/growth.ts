import { readSvg } from '../../src/svg/index.ts'
import type { ReadOptions } from '../../src/svg/reader/reading/options.ts'

export const page = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm" viewBox="0 0 100 100">${inside}</svg>`

/** The steps of reading 2n, 4n and 8n of something, each divided by the steps of reading half as many. */
export function growth(svg: (n: number) => string, n: number, options: ReadOptions): number[] {
  const steps = [n, 2 * n, 4 * n, 8 * n].map((count) => readSvg(svg(count), options).work)
  return steps.slice(1).map((each, i) => each / (steps[i] ?? 0))
}

/**
 * A star of n corners whose edges cross each other everywhere.
 *
 * @param n  a multiple of 4, or an odd number that is no multiple of 3; for others the path repeats a smaller star
 */
const star = (n: number): string => {
  const corners = Array.from({ length: n }, (_, i) => {
    const angle = (2 * Math.PI * i * (Math.floor(n / 2) - 1)) / n
    return `${(50 + 40 * Math.cos(angle)).toFixed(4)} ${(50 + 40 * Math.sin(angle)).toFixed(4)}`
  })
  return `M${corners.join('L')}Z`
}

const squares =
  (side: number, at: (i: number) => readonly [x: number, y: number]) =>
  (n: number): string => {
    const rest = `width="${side}" height="${side}" fill="#888" stroke="#000"`
    return page(Array.from({ length: n }, (_, i) => `<rect x="${at(i)[0]}" y="${at(i)[1]}" ${rest}/>`).join(''))
  }

export interface Growing {
  readonly name: string
  /** The most by which the steps may grow when n doubles. */
  readonly limit: number
  readonly svg: (n: number) => string
  /** The smallest n. */
  readonly n: number
  readonly options: ReadOptions
}

const HIDE: ReadOptions = { hide: true }
const HATCH: ReadOptions = { fill: { mode: 'hatch', spacing: 2 } }

export const GROWING: readonly Growing[] = [
  { name: 'hidden coincident shapes', limit: 2.5, svg: squares(30, () => [20, 20]), n: 100, options: HIDE },
  {
    name: 'hidden nearly coincident shapes',
    limit: 2.5,
    svg: squares(30, (i) => [20 + (i % 7) / 100, 20 + (i % 11) / 100]),
    n: 100,
    options: HIDE,
  },
  {
    name: 'separate shapes',
    limit: 2.5,
    svg: squares(2, (i) => [(i % 30) * 3, Math.floor(i / 30) * 3]),
    n: 100,
    options: HIDE,
  },
  // with twice as many edges, each line has twice as many crossings, and so twice as many pieces by the even-odd rule
  {
    name: 'edges of a hatched path that crosses itself',
    limit: 2.5,
    svg: (n) => page(`<path fill-rule="evenodd" d="${star(n)}"/>`),
    n: 52,
    options: HATCH,
  },
  {
    name: 'edges of a hatched path that runs to and fro',
    limit: 2.5,
    svg: (n) => page(`<path d="M10 10${'L90 90L10 10'.repeat(n)}"/>`),
    n: 100,
    options: HATCH,
  },
  // with twice as many corners, the edges have four times as many crossings
  {
    name: 'corners of a clip that crosses itself',
    limit: 5,
    svg: (n) =>
      page(`<clipPath id="c"><path clip-rule="evenodd" d="${star(n + 1)}"/></clipPath>
        <rect x="5" y="5" width="90" height="90" clip-path="url(#c)"/>`),
    n: 24,
    options: { clipEdges: true },
  },
]
