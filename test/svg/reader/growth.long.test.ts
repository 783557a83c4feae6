import { describe, expect, it } from 'vitest'
import { readSvg } from '../../../src/svg/index.ts'
import type { ReadOptions } from '../../../src/svg/reader/reading/options.ts'
import { list } from './hostile/make.ts'

const page = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm" viewBox="0 0 100 100">${inside}</svg>`

/** The steps of reading 2n, 4n and 8n of something, each divided by the steps of reading half as many. */
function growth(svg: (n: number) => string, n: number, options: ReadOptions): number[] {
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

describe('the steps of reading', () => {
  it.each([
    ['coincident', () => 'x="20" y="20"'],
    ['nearly coincident', (i: number) => `x="${20 + (i % 7) / 100}" y="${20 + (i % 11) / 100}"`],
    ['separate', (i: number) => `x="${(i % 30) * 3}" y="${Math.floor(i / 30) * 3}"`],
  ])('grow roughly in proportion to the number of %s shapes when hidden lines are removed', (kind, at) => {
    const side = kind === 'separate' ? 2 : 30
    const squares = (n: number) =>
      page(
        Array.from(
          { length: n },
          (_, i) => `<rect ${at(i)} width="${side}" height="${side}" fill="#888" stroke="#000"/>`,
        ).join(''),
      )
    expect(Math.max(...growth(squares, 100, { hide: true }))).toBeLessThan(2.5)
  })

  it('are at most 20,000 for each of many coincident circles when hidden lines are removed', () => {
    const circles = (n: number) => page('<circle cx="50" cy="50" r="40" fill="#888" stroke="#000"/>'.repeat(n))
    expect(readSvg(circles(200), { hide: true }).work / 200).toBeLessThan(20_000)
  })

  it('grow at most with the square of the number of shifted shapes when hidden lines are removed', () => {
    const shifted = (n: number) =>
      page(
        list(
          n,
          (i) => `<rect x="${10 + i / 50}" y="${10 + i / 50}" width="60" height="60" fill="#888" stroke="#000"/>`,
        ),
      )
    expect(Math.max(...growth(shifted, 50, { hide: true }))).toBeLessThan(4.5)
  })

  it('grow roughly in proportion to the pieces of the hatch lines in a path that crosses itself', () => {
    // with twice as many edges, each line has twice as many crossings, and so twice as many pieces by the even-odd rule
    const path = (n: number) => page(`<path fill-rule="evenodd" d="${star(n)}"/>`)
    const ratios = growth(path, 52, { fill: { mode: 'hatch', spacing: 2 } })
    expect(Math.max(...ratios)).toBeLessThan(2.5)
  })

  it('grow roughly in proportion to the pieces of the edge of a clip that crosses itself, inside a shape', () => {
    // with twice as many corners, the edges have four times as many crossings
    const clipped = (n: number) =>
      page(`<clipPath id="c"><path clip-rule="evenodd" d="${star(n + 1)}"/></clipPath>
        <rect x="5" y="5" width="90" height="90" clip-path="url(#c)"/>`)
    const ratios = growth(clipped, 24, { clipEdges: true })
    expect(Math.max(...ratios)).toBeLessThan(5)
  })

  it.each<[string, (long: string, n: number) => string, ReadOptions]>([
    ['font-family that texts inherit', (a, n) => `<g font-family="${a}">${'<text y="9">x</text>'.repeat(n)}</g>`, {}],
    [
      'color that shapes inherit',
      (a, n) =>
        `<g fill="currentColor" color="rgb(from ${a})">${list(n, (i) => `<rect width="9" height="9" rx="${i}" stroke-width="${i}"/>`)}</g>`,
      {},
    ],
    [
      'fill of shapes in a mask',
      (a, n) =>
        `<mask id="m" fill="rgb(from ${a})">${'<circle r="9"/>'.repeat(n)}</mask><path stroke="red" d="M0 0h9v9" mask="url(#m)"/>`,
      {},
    ],
    [
      'fill that markers take from their shape',
      (a, n) =>
        `<marker id="m"><path d="M0 0h1v1z" fill="context-fill"/></marker><path marker-mid="url(#m)" fill="rgb(from ${a})" d="M0 0${'h1'.repeat(n)}"/>`,
      {},
    ],
    [
      'fill that makes a layer',
      (a, n) => `<g fill="rgb(from ${a})">${'<rect width="9" height="9"/>'.repeat(n)}</g>`,
      { layers: 'color' },
    ],
    [
      'fill that a hatch uses',
      (a, n) => `<g fill="rgb(from ${a})">${'<rect width="9" height="9"/>'.repeat(n)}</g>`,
      { fill: { mode: 'hatch', spacing: 100 } },
    ],
    [
      'stop-color of a gradient that shapes use',
      (a, n) =>
        `<linearGradient id="g"><stop stop-color="rgb(from ${a})"/></linearGradient>${'<rect width="9" height="9" fill="url(#g)"/>'.repeat(n)}`,
      {},
    ],
    [
      'opacity in a style sheet, of an element that is copied',
      (a, n) =>
        `<style>rect{opacity:0.${'0'.repeat(a.length)}1}</style><rect id="r" width="9" height="9"/>${'<use href="#r"/>'.repeat(n)}`,
      {},
    ],
  ])('grow with the length of the %s, and with the number of elements that read it', (_name, inside, options) => {
    const svg = (n: number) => page(inside('a'.repeat(1000 * n), n))
    // A reader that counts only one of the two gives ratios of about 2.
    expect(Math.min(...growth(svg, 25, options))).toBeGreaterThan(2.5)
  })

  it('grow roughly in proportion to the edges of a degenerate path that a hatch fills', () => {
    const back = (n: number) => page(`<path d="M10 10${'L90 90L10 10'.repeat(n)}"/>`)
    expect(Math.max(...growth(back, 100, { fill: { mode: 'hatch', spacing: 2 } }))).toBeLessThan(2.5)
  })
})
