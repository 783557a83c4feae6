import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { centreLines } from '../../../src/hershey/centreline/centre-lines.ts'
import { thinFont } from '../../../src/hershey/centreline/thin-font.ts'
import { readFont } from '../../../src/hershey/fonts/read-font.ts'
import { layoutText } from '../../../src/hershey/index.ts'

const EM = 1000
const box = (x: number, y: number, width: number, height: number): number[] => [
  ...[x, y, x + width, y],
  ...[x + width, y + height, x, y + height],
]
const ring = (x: number, y: number, r: number, turn: 1 | -1): number[] =>
  Array.from({ length: 96 }, (_, i) => (turn * i * Math.PI) / 48).flatMap((a) => [
    x + r * Math.cos(a),
    y + r * Math.sin(a),
  ])
const linesOf = (...outlines: number[][]) => centreLines(outlines, EM).lines
const ends = (line: readonly number[] = []) => [line.slice(0, 2), line.slice(-2)].map((end) => end.map(Math.round))
/** Greatest distance of a line from the straight line between its ends. */
const bow = (line: readonly number[] = []): number => {
  const [ax = 0, ay = 0] = line
  const [dx, dy] = [(line.at(-2) ?? 0) - ax, (line.at(-1) ?? 0) - ay]
  return Math.max(
    ...line.map((value, i) =>
      i % 2 === 1 ? 0 : Math.abs((value - ax) * dy - ((line[i + 1] ?? 0) - ay) * dx) / Math.hypot(dx, dy),
    ),
  )
}

describe('the centre line', () => {
  it('runs straight along the middle of a stem, to less than 20 units from the ends of the stem', () => {
    const [line, ...more] = linesOf(box(100, 0, 80, 700))
    expect([more, bow(line) < 2]).toEqual([[], true])
    for (const [x, y] of ends(line)) {
      expect(x).toBeCloseTo(140, -0.5)
      expect(Math.min(y ?? 0, 700 - (y ?? 0))).toBeLessThan(20)
    }
  })

  it('runs straight to a slanted end, not into its sharper corner', () => {
    const [line] = linesOf([100, 0, 180, 60, 180, 700, 100, 700])
    expect(bow(line)).toBeLessThan(3)
  })

  it('keeps corners sharp: the centre line of an L is one stroke with a vertex at the corner', () => {
    const [line = [], ...more] = linesOf([100, 0, 180, 0, 180, 620, 500, 620, 500, 700, 100, 700])
    expect(more).toEqual([])
    const corner = Math.min(
      ...line.map((value, i) => (i % 2 === 1 ? Infinity : Math.hypot(value - 140, (line[i + 1] ?? 0) - 660))),
    )
    expect(corner).toBeLessThan(8)
  })

  it('runs straight through a crossing, and at a T the line of the stem ends on the line of the bar', () => {
    expect(linesOf(box(300, 0, 80, 700), box(100, 300, 480, 80)).map((line) => bow(line) < 4)).toEqual([true, true])
    const [bar, stem] = linesOf(box(100, 0, 480, 80), box(300, 0, 80, 700))
    expect([bow(bar) < 4, bow(stem) < 4]).toEqual([true, true])
    expect(ends(stem).some(([x = 0, y = 0]) => Math.hypot(x - 340, y - 40) < 8)).toBe(true)
  })

  it('of a bowl is one closed line', () => {
    const [line = [], ...more] = linesOf(ring(300, 300, 250, 1), ring(300, 300, 170, -1))
    expect(more).toEqual([])
    expect(ends(line)[0]).toEqual(ends(line)[1])
    for (let i = 0; i < line.length; i += 2)
      expect(Math.hypot((line[i] ?? 0) - 300, (line[i + 1] ?? 0) - 300)).toBeCloseTo(210, -1)
  })

  it('of a dot is a short line at the middle of the dot', () => {
    const [line, ...more] = linesOf(ring(100, 100, 50, 1))
    expect([more, ends(line)]).toEqual([
      [],
      [
        [98, 100],
        [102, 100],
      ],
    ])
  })

  it('is absent for outlines without an area', () => {
    expect([linesOf(), linesOf([0, 0, 1, 1]), linesOf([0, 0, 500, 0, 1000, 0])]).toEqual([[], [], []])
  })
})

describe('a font of outlines', () => {
  const file = readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'fonts', 'tiny-outline.ttf'))

  it('becomes a font of single lines that keeps its kerning', async () => {
    const { bytes, glyphs, contrast } = await thinFont(file, 'outline.ttf')
    expect([glyphs > 15, contrast > 0]).toEqual([true, true])
    const font = await readFont(bytes, 'thin', 'thin.otf')
    expect(strokeCount(layoutText('I', { font }).strokes)).toBe(1)
    expect(layoutText('AV', { font, size: font.metrics.capHeight }).width).toBeCloseTo(600 + 600 - 120)
  })

  it('is refused when its file is no font', async () => {
    await expect(thinFont(new Uint8Array(40), 'x')).rejects.toThrow(/x: expected a font with characters/)
  })
})
