import { describe, expect, it } from 'vitest'
import { strokeCount, x, y } from '../../../src/geometry/drawing.ts'
import { layoutText, textOnPath } from '../../../src/hershey/index.ts'

const circle = (radius: number) =>
  Float64Array.from(
    Array.from({ length: 721 }, (_, i) => {
      const angle = Math.PI + (i * Math.PI) / 360
      return [radius * Math.cos(angle), radius * Math.sin(angle)]
    }).flat(),
  )

describe('text on a path', () => {
  it('equals text without a path when the path is a straight line', () => {
    const onLine = textOnPath('Hello, world', Float64Array.of(10, 20, 210, 20), { font: 'timesr', size: 6 })
    const plain = layoutText('Hello, world', { font: 'timesr', size: 6 })
    expect(onLine.length).toBeCloseTo(plain.width)
    expect(onLine.strokes.points).toHaveLength(plain.strokes.points.length)
    onLine.strokes.points.forEach((value, i) => {
      expect(value - (i % 2 === 0 ? 10 : 20)).toBeCloseTo(plain.strokes.points[i] ?? Number.NaN)
    })
  })

  it('stands on a circle, with its letters perpendicular to the circle', () => {
    const { strokes } = textOnPath('IIIIIIII', circle(40), { size: 5 })
    expect(strokeCount(strokes)).toBe(8)
    for (let i = 0; i < strokeCount(strokes); i++) {
      const [top, foot] = [2 * i, 2 * i + 1].map((v) => Math.hypot(x(strokes.points, v), y(strokes.points, v)))
      expect(foot).toBeCloseTo(40, 1)
      expect(top).toBeCloseTo(45, 1)
    }
  })

  it('is aligned within the path, and on request shifted along it or set at a distance from it', () => {
    const path = Float64Array.of(0, 0, 100, 0)
    const place = (options: object) => textOnPath('HH', path, { size: 5, ...options }).bounds
    const [left, center, right] = [place({}), place({ align: 'center' }), place({ align: 'right' })]
    expect(center.minX).toBeCloseTo((left.minX + right.minX) / 2)
    expect(100 - right.maxX).toBeCloseTo(left.minX)
    expect(place({ start: 7 }).minX).toBeCloseTo(left.minX + 7)
    expect(place({ offset: 2 }).maxY).toBeCloseTo(-2)
  })

  it('counts the characters beyond the end of the path, and draws none of them', () => {
    const short = textOnPath('HHHHHHHHHH', Float64Array.of(0, 0, 20, 0), { size: 5 })
    expect(short.beyond).toBeGreaterThan(4)
    expect(strokeCount(short.strokes)).toBe(3 * (10 - short.beyond))
    expect(textOnPath('HH', Float64Array.of(0, 0, 200, 0)).beyond).toBe(0)
  })

  it('reads newlines as spaces and reports missing characters', () => {
    expect(textOnPath('a\nb', circle(50)).length).toBeCloseTo(textOnPath('a b', circle(50)).length)
    const whole = textOnPath('a b', circle(50))
    for (const newline of ['\r\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029', ' \n\u0085 ']) {
      expect(textOnPath(`a${newline}b`, circle(50)).strokes, JSON.stringify(newline)).toEqual(whole.strokes)
    }
    expect(textOnPath('🦄', circle(50)).missing).toMatchObject([{ char: '🦄' }])
  })
})
