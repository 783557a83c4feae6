import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { stroke, strokesOf } from '../../../src/geometry/drawing.ts'
import { shapedArabic } from '../../../src/hershey/glyphs/arabic.ts'
import { graphemesOf } from '../../../src/hershey/glyphs/cells.ts'
import { directionsOf, visualOrder } from '../../../src/hershey/glyphs/direction.ts'
import { coverage, layoutText } from '../../../src/hershey/index.ts'
import { strokeShapes } from '../../support/stroke-shapes.ts'

const formsIn = (text: string) => shapedArabic(graphemesOf(text)).map((unit) => unit.shown)
const codes = (text: string) => formsIn(text).map((char) => char.codePointAt(0)?.toString(16))

describe('Arabic letters', () => {
  it('take the initial, medial and final forms in a word, and the isolated form when they stand alone', () => {
    expect(codes('ببب ب')).toEqual(['fe91', 'fe92', 'fe90', '20', 'fe8f'])
  })

  it('do not join after a letter that has no initial form', () => {
    expect(codes('دار')).toEqual(['fea9', 'fe8d', 'fead'])
    expect(codes('بدب')).toEqual(['fe91', 'feaa', 'fe8f'])
  })

  it('make one sign of lam and alef, alone and joined', () => {
    expect(codes('لا')).toEqual(['fefb'])
    expect(codes('سلام')).toEqual(['feb3', 'fefc', 'fee1'])
  })

  it('keep their marks', () => {
    expect(formsIn('بَب')[0]).toBe('\uFE91\u064E')
  })

  it('join to an extender and not across a non-joiner', () => {
    expect(codes('بـ')).toEqual(['fe91', '640'])
    expect(codes('ب\u200Cب')).toEqual(['fe8f', '200c', 'fe8f'])
  })

  it('of the languages Arabic and Persian are all drawn by the font bulbul itself', () => {
    const arabic = 'ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي پچژکگی مَرْحَبًا بِكُمُ اللُّهٌ ٠١٢٣٤٥٦٧٨٩،؛؟'
    expect(coverage(arabic, 'bulbul').complete).toBe(true)
  })
})

describe('Hebrew letters', () => {
  it('with their points are all drawn by the font yona itself', () => {
    const hebrew = 'אבגדהוזחטיכךלמםנןסעפףצץקרשת בְּרֵאשִׁית בָּרָא אֱלֹהִים שֵׂה אֳנִי כֻּלָּם'
    expect(coverage(hebrew, 'yona').complete).toBe(true)
  })
})

describe('text from left to right', () => {
  it('needs no directions', () => {
    expect(directionsOf(graphemesOf('plain – “text” 12'))).toBeUndefined()
  })
})

describe('text from right to left', () => {
  const order = (text: string) => {
    const chars = graphemesOf(text)
    const levels = directionsOf(chars)?.levels ?? []
    return (visualOrder(levels) ?? chars.map((_, i) => i)).map((i) => chars[i]).join('')
  }

  it.each([
    ['a word', 'אבג', 'גבא'],
    ['numbers inside', 'אב 12 ג', 'ג 12 בא'],
    ['Latin inside', 'אב cd גד', 'דג cd בא'],
    ['a Hebrew word in an English line', 'say שלום now', 'say םולש now'],
  ])('is drawn in visual order: %s', (_, text, expected) => {
    expect(order(text)).toBe(expected)
  })

  it('stands at the right of its width, and starts there', () => {
    const { lines, bounds, strokes } = layoutText('שלום\nשלום לכולם', { font: 'yona', size: 5, width: 80 })
    for (const { x, width } of lines) expect(x + width).toBeCloseTo(80, 6)
    expect(bounds.maxX).toBeGreaterThan(75)
    expect(strokes.points[0]).toBeGreaterThan(60)
  })

  it('mirrors brackets', () => {
    const shapes = (text: string) => strokeShapes(layoutText(text, { font: 'yona', size: 5 }).strokes)
    const [[open], [close]] = [shapes('('), shapes(')')]
    expect(shapes('(א')).toContain(close)
    expect(shapes('(א')).not.toContain(open)
    expect(shapes(')א')).toContain(open)
  })

  it.each(['.', ',', ':', ';', '!', '?', '،', '؛', '؟'])('has more white space before %s than after it', (mark) => {
    const { strokes } = layoutText(`ا${mark}ا`, { font: 'bulbul', size: 68 })
    const boxes = Array.from({ length: strokes.starts.length - 1 }, (_, i) =>
      boundsOf(strokesOf([...stroke(strokes, i)])),
    )
    const [right, ...others] = boxes.sort((a, b) => b.minX - a.minX)
    const left = others.pop()
    const before = (right?.minX ?? 0) - Math.max(...others.map(({ maxX }) => maxX))
    const after = Math.min(...others.map(({ minX }) => minX)) - (left?.maxX ?? 0)
    expect(before).toBeGreaterThan(after)
  })

  it('writes the joined part of an Arabic word as one stroke', () => {
    const strokes = (text: string) => layoutText(text, { font: 'bulbul', size: 5 }).strokes.starts.length - 1
    expect(strokes('سلس')).toBe(1)
    expect(strokes('دسلس')).toBe(2)
    expect(strokes('بسلس')).toBe(2)
  })
})
