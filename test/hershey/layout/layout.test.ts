import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { fontNames, layoutText, loadFont, type TextLayout } from '../../../src/hershey/index.ts'
import { runs } from '../../support/fuzz.ts'
import { golden } from '../../support/golden.ts'

const NAMES = ['rowmans', 'timesi', 'scriptc', 'EMSAllure', 'gothiceng'] as const
/** Fonts whose letters have several forms. Most of these fonts join letters. */
const HANDS: readonly string[] = ['linnet', 'heron', 'wren', 'yona', 'bulbul']
const word = fc.stringMatching(/^[a-zA-Z,.éß-]{1,12}$/)
const texts = (layout: TextLayout) => layout.lines.map((line) => line.text)

describe('text', () => {
  it('has its first baseline at y = 0, no ink left of x = 0, and capitals of the given size', () => {
    const { bounds, ascent } = layoutText('HEH', { size: 7 })
    expect(bounds.minY).toBeCloseTo(-7)
    expect(bounds.maxY).toBeCloseTo(0)
    expect(bounds.minX).toBeGreaterThanOrEqual(0)
    expect(ascent).toBeCloseTo(7)
  })

  it.each(NAMES)('in %s is as wide as its two parts together', (font) => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const width = (text: string) => layoutText(text, { font, size: 4 }).width
        expect(width(a + b)).toBeCloseTo(width(a) + width(b), 9)
      }),
      runs(40),
    )
  })

  it('has as many strokes as its glyphs, in a font without joins', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        fc.constantFrom(
          ...fontNames()
            .map(({ name }) => name)
            .filter((name) => !HANDS.includes(name)),
        ),
        (text, font) => {
          const { glyphs } = loadFont(font)
          const plain = Array.from(text)
            .filter((char) => glyphs.has(char.codePointAt(0) ?? 0))
            .join('')
          const counts = Array.from(plain, (char) =>
            strokeCount(glyphs.get(char.codePointAt(0) ?? 0)?.strokes ?? strokesOf()),
          )
          const { strokes } = layoutText(plain, { font, width: 40 })
          expect(strokeCount(strokes)).toBe(counts.reduce((sum, count) => sum + count, 0))
        },
      ),
      runs(100),
    )
  })

  it('breaks at newlines of three kinds, and keeps empty lines', () => {
    expect(texts(layoutText('a\nb\r\nc\u2028d\n\ne'))).toEqual(['a', 'b', 'c', 'd', '', 'e'])
  })

  it('spaces lines by the line height of the font, times the option lineSpacing', () => {
    const { lines, lineHeight, height, ascent, descent } = layoutText('a\nb\nc', { size: 4, lineSpacing: 1.5 })
    const { metrics } = loadFont('rowmans')
    expect(lineHeight).toBeCloseTo((1.5 * 4 * metrics.lineHeight) / metrics.capHeight)
    expect(lines.map((line) => line.baseline)).toEqual([0, lineHeight, 2 * lineHeight])
    expect(height).toBeCloseTo(ascent + 2 * lineHeight + descent)
  })

  it('puts letter spacing between characters and not after the last', () => {
    const width = (letterSpacing: number) => layoutText('abc', { letterSpacing }).width
    expect(width(2)).toBeCloseTo(width(0) + 4)
    expect(layoutText('abc🦄', { letterSpacing: 2 }).width).toBeCloseTo(width(2))
  })

  it('goes to the next tab stop at each tab', () => {
    const { bounds } = layoutText('I\t\tI', { tabWidth: 20 })
    const one = layoutText('I').bounds
    expect(bounds.maxX - one.maxX).toBeCloseTo(40)
  })

  it('leans to the right by the slant and turns clockwise by the rotation', () => {
    const upright = layoutText('I', { size: 10 }).bounds
    const leaning = layoutText('I', { size: 10, slant: 45 }).bounds
    expect(leaning.maxX).toBeCloseTo(upright.maxX + 10)
    const turned = layoutText('I', { size: 10, rotation: 90 }).bounds
    expect([turned.minX, turned.maxX]).toEqual([expect.closeTo(0), expect.closeTo(10)])
    expect(turned.minY).toBeCloseTo(upright.minX)
  })

  it('may be empty', () => {
    expect(layoutText('')).toMatchObject({ width: 0, lines: [{ text: '', width: 0 }], missing: [], substituted: [] })
    expect(strokeCount(layoutText(' \n').strokes)).toBe(0)
  })

  it.each([
    ['size', { size: 0 }, /size must be a finite number above 0, got 0/],
    ['width', { width: -5 }, /width must be a finite number above 0, got -5/],
    ['slant', { slant: Number.NaN }, /slant must be a finite number of at least -80, got NaN/],
    ['amount', { hand: { seed: 1, amount: -1 } }, /amount must be a finite number of at least 0, got -1/],
    ['letterSpacing', { letterSpacing: Infinity }, /letterSpacing must be a finite number, got Infinity/],
  ])('is refused for a bad %s, with an error that names the option', (field, options, message) => {
    expect(() => layoutText('a', options)).toThrow(message)
    expect(() => layoutText('a', options)).toThrow(expect.objectContaining({ code: 'ERR_PARAMS', detail: { field } }))
  })
})

describe('alignment', () => {
  const ends = (align: 'left' | 'center' | 'right') =>
    layoutText('a\nlonger line', { align, width: 100 }).lines.map(({ x, width }) => [x, x + width])

  it('puts lines at the left, in the middle and at the right of the width', () => {
    expect(ends('left').map(([start]) => start)).toEqual([0, 0])
    for (const [start = 0, end = 0] of ends('center')) expect(start).toBeCloseTo(100 - end)
    for (const [, end] of ends('right')) expect(end).toBeCloseTo(100)
  })

  it('without a width uses the widest line', () => {
    const { lines, width } = layoutText('a\nlonger line', { align: 'right' })
    expect(lines[1]).toMatchObject({ x: 0, width })
    expect((lines[0]?.x ?? 0) + (lines[0]?.width ?? 0)).toBeCloseTo(width)
  })

  it('justifies every line except the last line of a paragraph and any line whose gaps would be too wide', () => {
    const text = 'The quick brown fox jumps over the lazy dog and runs away\nnext'
    const { lines } = layoutText(text, { align: 'justify', width: 60, size: 3 })
    const last = lines.findIndex(({ text: line }) => line.endsWith('away'))
    for (const line of lines.slice(0, last)) expect(line.width).toBeCloseTo(60)
    expect(lines[last]?.width).toBeLessThan(60)
    const torn = layoutText('a b incomprehensibilities', { align: 'justify', width: 52, size: 3 })
    expect(torn.lines[0]?.text).toBe('a b')
    expect(torn.lines[0]?.width).toBeLessThan(10)
  })
})

describe('layout as a whole', () => {
  const drawn = (font: string) => {
    const layout = layoutText('“Dear Ä — hyphen-ated,\n\tŒuvre № 5 naïve Ξ э ♡”', {
      font,
      size: 4,
      width: 45,
      align: 'center',
    })
    const rows = layout.lines.map(
      ({ text, x, width, baseline }) => `${[x, width, baseline].map(short).join(' ')} ${text}`,
    )
    const { points, starts } = layout.strokes
    const ink = Array.from({ length: starts.length - 1 }, (_, i) =>
      [...points.subarray(2 * (starts[i] ?? 0), 2 * (starts[i + 1] ?? 0))].map(short).join(' '),
    )
    const substitutes = layout.substituted.map(
      ({ char, as, from, count }) => `${char} ${as ?? ''} ${from ?? ''} ${count}`,
    )
    return [...rows, ...substitutes, ...ink, ''].join('\n')
  }
  const short = (value: number) => (Math.round(value * 100) / 100 || 0).toString()

  it.each(['rowmans', 'timesi', 'EMSTech'])('in %s equals its golden file', (font) => {
    expect(drawn(font)).toBe(golden(`hershey/${font}.txt`, drawn(font)))
  })

  it('in rowmand differs from the golden file of rowmans', () => {
    expect(drawn('rowmand')).not.toBe(golden('hershey/rowmans.txt', drawn('rowmans')))
  })
})
