import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readFont } from '../../../../src/hershey/fonts/read-font.ts'
import type { StrokeFont } from '../../../../src/hershey/index.ts'
import { golden } from '../../../support/golden.ts'
import { box, drawn } from '../support.ts'

/** The capitals of this font are 700 of 1000 units high. At a font size of 10 mm, one unit is 0.01 mm. */
let font: StrokeFont
beforeAll(async () => {
  const path = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'fonts', 'tiny-open.ttf')
  font = await readFont(readFileSync(path), 'tiny-open', 'tiny-open.ttf')
})

const text = (inside: string, attributes = '') => `<text x="10" y="50" font-size="10" ${attributes}>${inside}</text>`
/** Distance from the start of a text to the letter after it, mm. */
const width = (inside: string, attributes = ''): number => {
  const [before = 0] = box(text('I', attributes), { font })
  const all = drawn(text(`${inside}<tspan>I</tspan>`, attributes), { font })
  return Math.round(100 * ((all.at(-1)?.[0] ?? 0) - before)) / 100
}

describe('text of an SVG in a font with rules', () => {
  it('draws a ligature as one glyph, without a second letter', () => {
    expect(width('fi')).toBeCloseTo(5.2)
    expect(drawn(text('fi'), { font })).not.toEqual(drawn(text('f<tspan>i</tspan>'), { font }))
  })

  it.each([
    ['the start of an element', 'f<tspan>i</tspan>', ''],
    ['letter spacing', 'fi', 'letter-spacing="0.001"'],
    ['a shift', 'fi', 'dx="0 0.001"'],
    ['a rotation', 'fi', 'rotate="0.01 0.02"'],
  ])('has no ligature across %s', (_, inside, attributes) =>
    expect(width(inside, attributes)).toBeCloseTo(3.4 + 2.2, 1),
  )

  it('is kerned, across elements too', () => {
    expect(width('AV')).toBeCloseTo(6 + 6 - 1.2)
    expect(width('A<tspan>V</tspan>')).toBeCloseTo(6 + 6 - 1.2)
  })

  it('draws the letter forms of its language', () => {
    expect(width('ta', 'lang="tr"')).toBeGreaterThan(width('ta', 'lang="de"'))
    expect(width('ta', 'xml:lang="tr-TR"')).toBe(width('ta', 'lang="tr"'))
    expect(width('ta', 'lang="no tag, %"')).toBe(width('ta'))
    const inGroup = `<g lang="tr">${text('ta')}</g>`
    expect(drawn(inGroup, { font })).toEqual(drawn(text('ta', 'lang="tr"'), { font }))
  })
})

it('text of an SVG is put in upper case by the rules of its language', () => {
  const upper = 'style="text-transform: uppercase"'
  expect(drawn(text('i', `${upper} lang="tr"`))).toEqual(drawn(text('İ')))
  expect(drawn(text('i', upper))).toEqual(drawn(text('I')))
})

describe('Arabic text of an SVG', () => {
  it('is joined in a font that borrows the Arabic letters', () => {
    const [medial, alone] = ['ببب', 'ب ب ب'].map((letters) => drawn(text(letters)).flat().length)
    expect(medial).not.toBe(alone)
    expect(drawn(text('لا'))).toEqual(drawn(text('<tspan>لا</tspan>')))
  })

  it('takes the forms of joined letters when each letter has its own position', () => {
    const shape = (inside: string) =>
      drawn(inside)
        .map((line) => line.length)
        .sort((a, b) => a - b)
    expect(shape(text('بب', 'dx="0 10"'))).toEqual(shape(text('بب')))
  })
})

describe('text of an SVG in a handwriting font', () => {
  it('draws a letter in several forms', () => {
    const shapes = drawn(text('nnn', ''), { font: 'linnet' }).map((line) =>
      line.map((value, i) => Math.round(100 * (value - (line[i % 2] ?? 0)))).join(),
    )
    expect(new Set(shapes).size).toBe(shapes.length)
  })

  it('is the same in each reading', () => {
    const options = { font: 'linnet' }
    expect(drawn(text('nnn'), options)).toEqual(drawn(text('nnn'), options))
  })
})

describe('text of an SVG in a joined handwriting font', () => {
  const options = { font: 'wren' }
  const strokes = (inside: string, attributes = '') => drawn(text(inside, attributes), options).length

  it('is joined, with its dots and bars after the word', () => {
    const word = drawn(text('minute'), options)
    expect(word.length).toBeLessThan('minute'.length)
    const xs = (word.at(-1) ?? []).filter((_, i) => i % 2 === 0)
    expect(Math.max(...xs) - Math.min(...xs)).toBeLessThan(4) // the bar of the t, after the dot of the i
  })

  it('is joined when it is shifted or stretched, and with each text-anchor', () => {
    const joined = strokes('nun')
    expect(joined).toBe(1)
    for (const attributes of [
      'text-anchor="middle"',
      'text-anchor="end"',
      'baseline-shift="2"',
      'textLength="60" lengthAdjust="spacingAndGlyphs"',
    ])
      expect(strokes('nun', attributes), attributes).toBe(joined)
  })

  it.each([
    ['letter spacing', 'nun', 'letter-spacing="0.5"', 3],
    ['spaces from textLength', 'nun', 'textLength="60"', 3],
    ['a list of places', 'nun', 'dx="0 0 1"', 2],
    ['a rotation of each letter', 'nun', 'rotate="1"', 3],
    ['the start of an element', 'n<tspan>un</tspan>', '', 2],
  ])('is not joined across %s', (_, inside, attributes, expected) => expect(strokes(inside, attributes)).toBe(expected))

  it('is joined along a path that bends little', () => {
    const along = (d: string) => {
      const path = `<path id="p" d="${d}" stroke="none" fill="none"/>`
      return drawn(`${path}<text font-size="10"><textPath href="#p">nun</textPath></text>`, options).length
    }
    expect(along('M5,60 Q40,50 90,60')).toBe(1)
    expect(along('M5,60 L15,60 L15,90')).toBeGreaterThan(1)
  })

  it('has one stroke for each joined part of an Arabic word, in the font bulbul', () => {
    expect(drawn(text('سلم'), { font: 'bulbul' })).toHaveLength(1)
  })

  it('equals its golden file', () => {
    const lines = [
      text('Joined minimum, naïve ßhé', 'transform="translate(0 -30)"'),
      text('sp<tspan>lit</tspan> words', 'text-anchor="start"'),
      `<text x="10" y="70" font-size="10" letter-spacing="1">apart</text>`,
    ]
    const written = drawn(lines.join(''), options).map((line) =>
      line.map((value) => Number((value + 0).toFixed(1))).join(' '),
    )
    expect(`${written.join('\n')}\n`).toBe(golden('svg/joined-hand.txt', `${written.join('\n')}\n`))
  })
})
