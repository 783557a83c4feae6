import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, type Strokes, stroke, strokeCount, x, y } from '../../../src/geometry/drawing.ts'
import { dropFont } from '../../../src/hershey/fonts/library.ts'
import { addFont, fontFromSvg, layoutText, loadFont } from '../../../src/hershey/index.ts'
import { arrange, prepare } from '../../../src/hershey/layout/arrange.ts'
import { formsOf } from '../../../src/hershey/layout/forms.ts'
import { SVG_FONT } from '../../support/font-file.ts'
import { runs } from '../../support/fuzz.ts'

const words = fc.array(
  fc.string({
    minLength: 1,
    maxLength: 9,
    unit: fc.constantFrom(...Array.from('eeetttaaoinshrdlucmwfgypbvkéüžEAT.,7')),
  }),
  {
    minLength: 1,
    maxLength: 40,
  },
)

describe.each(['linnet', 'heron', 'wren'])('the forms of a character in %s', (name) => {
  const font = loadFont(name)
  const linesOf = (text: string, seed: number) => {
    const { cells } = arrange(prepare(text, { font }), 5, 90, { hand: { seed } })
    const lines = new Map<number, (typeof cells)[number][]>()
    for (const cell of cells) lines.set(cell.line, [...(lines.get(cell.line) ?? []), cell])
    return [...lines.values()]
  }

  it('never repeat within a line while an unused form is left', () => {
    fc.assert(
      fc.property(words, fc.nat(1000), (list, seed) => {
        for (const line of linesOf(list.join(' '), seed)) {
          const uses = new Map<string, number[]>()
          for (const { char, glyph } of line) {
            const forms = formsOf(font, char)
            if (forms.length > 1) uses.set(char, [...(uses.get(char) ?? []), forms.indexOf(glyph)])
          }
          for (const [char, used] of uses) {
            const count = formsOf(font, char).length
            for (let i = 0; i < used.length; i += count) {
              const round = used.slice(i, i + count)
              expect(new Set(round).size, `${char}: ${used.join()}`).toBe(round.length)
            }
          }
        }
      }),
      runs(1000),
    )
  })

  it('repeat at the largest possible distance when all are used', () => {
    const [line = []] = linesOf('eeeeeeeeee', 3)
    const forms = line.map(({ glyph }) => formsOf(font, 'e').indexOf(glyph))
    expect(new Set(forms.slice(0, 5)).size).toBe(5)
    expect(forms.slice(5)).toEqual(forms.slice(0, 5))
  })

  it('differ clearly: the median distance of two forms is above 4 % of the cap height', () => {
    const distances = Array.from('aeionstrhldcumg').flatMap((char) => {
      const forms = formsOf(font, char).map(({ strokes }) => outline(strokes))
      return forms.flatMap((one, i) => forms.slice(i + 1).map((two) => distance(one, two) / font.metrics.capHeight))
    })
    distances.sort((a, b) => a - b)
    expect(at(distances, Math.floor(distances.length / 2))).toBeGreaterThan(0.04)
    expect(at(distances, Math.floor(distances.length / 20))).toBeGreaterThan(0.015)
  })

  it('never make a line exceed the given width', () => {
    fc.assert(
      fc.property(words, fc.nat(100), (list, seed) => {
        for (const { width } of layoutText(list.join(' '), { font, size: 5, width: 90, hand: { seed, amount: 0 } })
          .lines)
          expect(width).toBeLessThanOrEqual(90 + 1e-6)
      }),
      runs(200),
    )
  })
})

it('a character that an added font lends has no forms of a substitute', () => {
  const font = loadFont('linnet')
  const lender = fontFromSvg(SVG_FONT.replace('"A"', '"ϕ"'), 'lender')
  expect(formsOf(font, 'ϕ')).toHaveLength(5)
  addFont(lender)
  expect(formsOf(font, 'ϕ')).toHaveLength(0)
  dropFont('lender')
  expect(formsOf(font, 'ϕ')).toHaveLength(5)
})

describe('the letters of heron', () => {
  const strokesIn = (text: string) => layoutText(text, { font: 'heron', size: 5 }).strokes

  it('are at most two strokes in a short word, of straight lines shorter than 1.2 mm', () => {
    const strokes = strokesIn('nun')
    expect(strokeCount(strokes)).toBeLessThan(3)
    for (let s = 0; s < strokeCount(strokes); s++) {
      const line = stroke(strokes, s)
      for (let i = 1; i < line.length / 2; i++)
        expect(Math.hypot(x(line, i) - x(line, i - 1), y(line, i) - y(line, i - 1))).toBeLessThan(1.2)
    }
  })

  it('are four to eight strokes in a word of 20 letters', () => {
    const strokes = strokeCount(strokesIn('nunununununununununu'))
    expect(strokes).toBeGreaterThanOrEqual(4)
    expect(strokes).toBeLessThanOrEqual(8)
  })

  it.each(['mini', 'nit'])('are all drawn before the dots and bars of their word: %s', (word) => {
    const strokes = strokesIn(word)
    const isHigh = Array.from({ length: strokeCount(strokes) }, (_, s) => stroke(strokes, s)).map(
      (line) => Math.max(...line.filter((_, i) => i % 2 === 1)) < -2.9,
    )
    expect(isHigh.slice(-2)).toEqual([true, true])
    expect(isHigh.slice(0, -2).some(Boolean)).toBe(false)
  })

  it('are not joined across a space, nor to a letter that begins at the top of a bowl', () => {
    expect(strokeCount(strokesIn('n n'))).toBe(2)
    expect(strokeCount(strokesIn('na'))).toBe(2)
  })
})

describe('a hand whose small letters all join', () => {
  const strokesIn = (text: string) => layoutText(text, { font: 'wren', size: 5, hand: { seed: 3, amount: 0 } }).strokes
  const jumps = (text: string) => {
    const line = stroke(strokesIn(text), 0)
    return Array.from({ length: line.length / 2 - 1 }, (_, i) =>
      Math.hypot(x(line, i + 1) - x(line, i), y(line, i + 1) - y(line, i)),
    )
  }

  it('writes each pair of small letters without dots and bars as one stroke of straight lines below 1.2 mm', () => {
    const letters = Array.from('abcdefghklmnopqrsuvwyz')
    for (const a of letters) {
      for (const b of letters) {
        expect(strokeCount(strokesIn(a + b)), a + b).toBe(1)
        expect(Math.max(...jumps(a + b)), a + b).toBeLessThan(1.2)
      }
    }
  })

  it('does not go down to the baseline after a letter that ends high', () => {
    const lowest = (text: string) => {
      const line = stroke(strokesIn(text), 0)
      const vertices = Array.from({ length: line.length / 2 }, (_, i) => i)
      const begin = vertices.findIndex((i) => x(line, i) > 3.2)
      const topOfL = vertices.findIndex((i) => y(line, i) < -4)
      return Math.max(...vertices.slice(begin, topOfL).map((i) => y(line, i)))
    }
    expect(lowest('ol')).toBeLessThan(-0.9)
    expect(lowest('nl')).toBeGreaterThan(-0.1)
    expect(strokeCount(strokesIn('vowel'))).toBe(1)
  })

  it('lifts the pen in long words only', () => {
    expect(strokeCount(strokesIn('woven'))).toBe(1)
    const strokes = strokeCount(strokesIn('nonenumerousnonenumerous'))
    expect(strokes).toBeGreaterThanOrEqual(3)
    expect(strokes).toBeLessThanOrEqual(5)
  })
})

/** 32 vertices at about equal distances along all strokes and the gaps between them, relative to the vertices' mean. */
function outline(strokes: Strokes): [number, number][] {
  const points: [number, number][] = []
  for (let s = 0; s < strokeCount(strokes); s++) {
    const line = stroke(strokes, s)
    for (let i = 0; i < line.length / 2; i++) points.push([x(line, i), y(line, i)])
  }
  const sums = points.map(() => 0)
  for (let i = 1; i < points.length; i++) {
    const [[ax, ay], [bx, by]] = [points[i - 1] ?? [0, 0], points[i] ?? [0, 0]]
    sums[i] = at(sums, i - 1) + Math.hypot(bx - ax, by - ay)
  }
  const samples = Array.from({ length: 32 }, (_, k): [number, number] => {
    const reach = (at(sums, sums.length - 1) * k) / 31
    return points[sums.findIndex((sum) => sum >= reach - 1e-9)] ?? [0, 0]
  })
  const middle = (axis: 0 | 1) => samples.reduce((sum, point) => sum + point[axis], 0) / samples.length
  const [mx, my] = [middle(0), middle(1)]
  return samples.map(([px, py]) => [px - mx, py - my])
}

const distance = (one: readonly [number, number][], two: readonly [number, number][]): number =>
  Math.sqrt(
    one.reduce((sum, [ax, ay], i) => sum + (ax - (two[i]?.[0] ?? 0)) ** 2 + (ay - (two[i]?.[1] ?? 0)) ** 2, 0) /
      one.length,
  )
