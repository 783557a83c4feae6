import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlotdError } from '../../../src/errors.ts'
import { type ReadLimits, readSvg } from '../../../src/svg/index.ts'
import { runs } from '../../support/fuzz.ts'
import { drawn, page, read } from './support.ts'

const LIMITED = { code: 'ERR_SVG_LIMIT' }
const laughs = (levels: number): string => {
  const entities = Array.from({ length: levels }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`)
  return `<!DOCTYPE svg [<!ENTITY e0 "ha">${entities.join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&e${levels};</text></svg>`
}
const doublings = Array.from({ length: 30 }, (_, i) => `<g id="u${i + 1}"><use href="#u${i}"/><use href="#u${i}"/></g>`)
const chain = Array.from({ length: 1000 }, (_, i) => `<use id="c${i + 1}" href="#c${i}"/>`).join('')

describe('the SVG reader', () => {
  it('ignores references that contain 200,000 spaces', () => {
    const spaces = ' '.repeat(200_000)
    const hrefs = `<use href="${spaces}#${spaces}x"/><rect width="9" height="9" fill="none" stroke='url(#${spaces}"x'/>`
    expect(drawn(`${hrefs}<path d="M0 0h9" clip-path="url(#${spaces}x"/>`)).toHaveLength(1)
  })

  it.each<[string, string]>([
    ['entities that multiply', laughs(9)],
    ['an entity inside itself', '<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]><svg>&a;</svg>'],
    [
      'a long entity used often',
      `<!DOCTYPE svg [<!ENTITY a "${'x'.repeat(10_000)}">]><svg>${'&a;'.repeat(1000)}</svg>`,
    ],
    [
      '`use` elements that double thirty times',
      page(`<defs><rect id="u0" width="1" height="1"/>${doublings.join('')}</defs><use href="#u30"/>`),
    ],
    ['a million elements', page('<g/>'.repeat(1_000_000))],
    ['groups nested a thousand deep', page('<g>'.repeat(1000) + '</g>'.repeat(1000))],
    [
      'a chain of a thousand `use` elements',
      page(`<defs><rect id="c0" width="9" height="9"/>${chain}</defs><use href="#c1000"/>`),
    ],
  ])('refuses %s', (_name, svg) => {
    expect(() => readSvg(svg)).toThrowError(expect.objectContaining(LIMITED))
  })

  it.each<[keyof ReadLimits, number, string]>([
    ['bytes', 100, page('<rect/>'.repeat(20))],
    ['elements', 10, page('<rect/>'.repeat(20))],
    ['depth', 5, page('<g><g><g><g><g><g/></g></g></g></g></g>')],
    ['points', 50, page(`<polyline stroke="red" points="${'1,1 2,2 '.repeat(30)}"/>`)],
    [
      'useExpansions',
      4,
      page(
        '<marker id="m" markerWidth="9" markerHeight="9"><path d="M0 0L9 9"/></marker><polyline stroke="red" marker-mid="url(#m)" points="1,1 2,2 3,3 4,4 5,5 6,6 7,7"/>',
      ),
    ],
    [
      'useExpansions',
      3,
      page('<rect id="r" width="1" height="1"/><use href="#r"/><use href="#r"/><use href="#r"/><use href="#r"/>'),
    ],
  ])('refuses a file beyond the limit on %s, and reads it under a higher limit', (limit, value, svg) => {
    expect(() => readSvg(svg, { limits: { [limit]: value } })).toThrowError(
      expect.objectContaining({ ...LIMITED, detail: expect.objectContaining({ limit, most: value }) }),
    )
    expect(() => readSvg(svg, { limits: { [limit]: 1e6 } })).not.toThrow()
  })

  it('refuses a compressed file that unpacks to more bytes than a plain file may have', () => {
    const bomb = gzipSync(page('<g/>'.repeat(1000)))
    const limited = { ...LIMITED, message: expect.stringContaining('more than 500 bytes') }
    expect(() => readSvg(bomb, { limits: { bytes: 500 } })).toThrowError(expect.objectContaining(limited))
  })

  it('refuses a file of 500 MB', () => {
    const bytes = Buffer.alloc(500_000_000)
    expect(() => readSvg(bytes)).toThrowError(expect.objectContaining(LIMITED))
  })

  it.each([
    ['variables that double', Array.from({ length: 60 }, (_, i) => `--v${i + 1}:var(--v${i}) var(--v${i})`).join(';')],
    ['variables in a circle', '--v60:var(--a);--a:var(--v60)'],
    ['a variable that is its own fallback', `--v60:${'var(--v60,'.repeat(24)}1px${')'.repeat(24)}`],
    ['a variable with a thousand brackets', `--v60:${'calc('.repeat(1000)}`],
  ])('ignores %s', (_name, style) => {
    expect(drawn(`<rect height="9" style="--v0:1px;${style};width:var(--v60)"/>`)).toEqual([])
  })

  it('applies a rule inside 8 other rules, but ignores a rule inside 5000', () => {
    const nested = (deep: number) => `rect{${'rect:is(&amp;){'.repeat(deep)}fill:none${'}'.repeat(deep + 1)}`
    expect(drawn(`<style>${nested(8)}</style><rect width="9" height="9"/>`)).toEqual([])
    expect(drawn(`<style>${nested(5000)}</style><rect width="9" height="9"/>`)).toHaveLength(1)
  })

  it.each([
    ['numbers beyond any sheet', '<path stroke="red" d="M0 0L1e30 1e30"/>'],
    ['curves of enormous size', '<circle r="1e12"/><path d="M0 0C1e20 0 0 1e20 5 5"/>'],
    ['a transform with an enormous scale', '<rect width="9" height="9" transform="scale(1e300) scale(1e300)"/>'],
    ['invalid numbers', '<rect width="NaN" height="Infinity"/><path d="M0 0L1e999 0"/><circle r="1e400"/>'],
    ['dashes finer than any pen', '<path stroke="red" stroke-dasharray="1e-9" d="M0 0H90"/>'],
  ])('keeps every coordinate within 1 km when it reads %s', (_name, inside) => {
    const { points } = read(inside).drawing
    expect(points.every((value) => Math.abs(value) < 1e6)).toBe(true)
  })

  it('refuses a tolerance of 0', () => {
    expect(() => drawn('', { tolerance: 0 })).toThrowError(expect.objectContaining({ code: 'ERR_PARAMS' }))
  })

  it('reports a stroke that is left out because the stroke reaches beyond 1 km', () => {
    expect(read('<path stroke="red" d="M0 0L1e30 1e30"/>').notDrawn).toEqual([{ what: 'stroke beyond 1 km', count: 1 }])
  })
})

describe('a file that is no SVG', () => {
  it.each([
    ['an empty file', ''],
    ['plain text', 'hello'],
    ['another document', '<html><body/></html>'],
    ['another namespace', '<svg xmlns="http://example.org/"/>'],
    ['a tag not closed', '<svg xmlns="http://www.w3.org/2000/svg"><g></svg>'],
    ['the end missing', '<svg xmlns="http://www.w3.org/2000/svg"><g>'],
    ['an unknown entity', '<svg xmlns="http://www.w3.org/2000/svg"><text>&nope;</text></svg>'],
    ['two roots', '<svg/><svg/>'],
  ])('is refused: %s', (_name, svg) => {
    expect(() => readSvg(svg)).toThrowError(expect.objectContaining({ code: 'ERR_SVG_INVALID' }))
  })

  it('is reported with line and column', () => {
    expect(() => readSvg('<svg>\n<g>\n</svg>')).toThrowError(/line 3, column \d+/)
  })
})

const RICH = page(
  '<style>.a>rect{fill:red}#b:not(.c){stroke:blue}</style><clipPath id="k"><circle r="30" cx="40" cy="40"/></clipPath>' +
    '<marker id="m" markerWidth="5" markerHeight="5" orient="auto"><path d="M0 0L5 5"/></marker><g class="a" clip-path="url(#k)">' +
    '<rect x="10%" width="5em" height="30" rx="4" transform="rotate(30) scale(2,.5)"/></g><use href="#b" x="10"/>' +
    '<path id="b" d="M1 2h3v4c1 2 3 4 5 6s1 1 2 2q3 3 4 4t5 5a5 6 10 1 0 8 9zm3 3l4 4" stroke="red" stroke-dasharray="3 2" marker-mid="url(#m)"/>' +
    '<text x="5" y="50" font-size="6">some <tspan dx="2">text</tspan></text><svg viewBox="0 0 9 9" width="30"><line x2="9" stroke="red"/></svg>',
)

describe('damaged SVGs', () => {
  const change = fc.tuple(fc.nat(RICH.length), fc.nat(12), fc.string({ maxLength: 6 }))
  const piece = fc.constantFrom(
    '1e9',
    '-',
    '%',
    '"',
    '<',
    '>',
    '/',
    'NaN',
    ',,',
    '0',
    '&amp;',
    'url(#b)',
    'url(#k)',
    'none',
    'M',
    'z',
  )

  it('are read or refused with a code', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(change, fc.tuple(fc.nat(RICH.length), fc.nat(4), piece)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          let svg = RICH
          for (const [place, cut, text] of changes) svg = svg.slice(0, place) + text + svg.slice(place + cut)
          try {
            const { points } = readSvg(svg, { limits: { points: 200_000 } }).drawing
            return points.every((value) => Number.isFinite(value))
          } catch (thrown) {
            if (thrown instanceof PlotdError) return thrown.code.startsWith('ERR_SVG_')
            throw thrown
          }
        },
      ),
      runs(1500),
    )
  })

  it('are read with every coordinate within 1 km, whatever the size of their numbers', () => {
    const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e-320, 1e308, Number.NaN, Infinity), fc.integer())
    fc.assert(
      fc.property(fc.array(number, { minLength: 12, maxLength: 12 }), (n) => {
        const inside = `<path stroke="red" stroke-dasharray="${n[0]} ${n[1]}" transform="matrix(${n.slice(2, 8).join(' ')})" d="M${n[8]} ${n[9]}C${n.slice(0, 6).join(' ')}A${n[10]} ${n[11]} ${n[3]} 0 1 ${n[4]} ${n[5]}"/>`
        const { points } = read(inside, { limits: { points: 500_000 } }).drawing
        return points.every((value) => Math.abs(value) <= 1e6)
      }),
      runs(300),
    )
  })
})
