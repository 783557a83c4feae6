import { describe, expect, it } from 'vitest'
import { GROWING, growth, page } from '../../../bench/bars/growth.ts'
import { readSvg } from '../../../src/svg/index.ts'
import type { ReadOptions } from '../../../src/svg/reader/reading/options.ts'
import { list } from './hostile/make.ts'

describe('the steps of reading', () => {
  it.each(GROWING)('grow at most $limit times when the number of $name doubles', ({ svg, n, options, limit }) => {
    expect(Math.max(...growth(svg, n, options))).toBeLessThan(limit)
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
})
