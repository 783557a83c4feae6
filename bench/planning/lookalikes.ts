import { contours } from 'd3-contour'
import { createNoise2D } from 'simplex-noise'
import { type Strokes, stroke, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { StrokeWriter } from '../../src/geometry/stroke-writer.ts'
import { readSvg } from '../../src/svg/index.ts'
import { seeded } from './seeded.ts'

/*
 * Drawings for the planning bench, each made by code: a town, a line that crosses itself, a page of text, contour
 * lines of hills, outlines of letters, lines that occur twice, and spirals. They resemble drawings that users plot.
 */

/** The strokes in a random order, each in a random direction. */
function shuffled(strokes: Strokes, random: () => number): Strokes {
  const lines = Array.from({ length: strokeCount(strokes) }, (_, i) => [...stroke(strokes, i)])
  for (let i = lines.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const [a = [], b = []] = [lines[i], lines[j]]
    lines[i] = b
    lines[j] = a
  }
  return strokesOf(...lines.map((line) => (random() < 0.5 ? line : backwards(line))))
}

const backwards = (line: readonly number[]): number[] =>
  line.map((_, i) => line[line.length - 2 - (i - (i % 2)) + (i % 2)] ?? 0)

/**
 * A town: bent main streets, and side streets that end on them between vertices. About a third of all strokes occur
 * twice.
 */
export function streets(): Strokes {
  const random = seeded(1)
  const out = new StrokeWriter()
  const bend = (row: number, px: number): number => 12 + row * 9 + 2 * Math.sin(px / 17 + row)
  for (let row = 0; row < 28; row++) {
    for (let piece = 0; piece < 14; piece++) {
      const line = Array.from({ length: 6 }, (_, k) => {
        const px = 10 + 28 * piece + 5.6 * k
        return [px, bend(row, px)]
      }).flat()
      out.add(line)
      if (random() < 0.35) out.add(backwards(line))
    }
  }
  for (let row = 0; row < 27; row++) {
    for (let side = 0; side < 60; side++) {
      const px = 12 + 388 * random()
      const [top, bottom] = [bend(row, px), bend(row + 1, px)]
      const line = [px, top, px + random() - 0.5, (top + bottom) / 2, px, bottom]
      out.add(line)
      if (random() < 0.35) out.add(line)
    }
  }
  return shuffled(out.take(), random)
}

/** One line of 11,654 segments that crosses itself, like a portrait in one line; `cut` makes each segment a stroke. */
export function oneLine(cut: boolean): Strokes {
  const random = seeded(2)
  const path: number[] = []
  for (let k = 0; k <= 11_654; k++) {
    const [turn, far] = [k * 0.11, 8 + 80 * (k / 11_654)]
    const wave = 3 * Math.sin(k * 0.7) * (1 + Math.cos(turn * 0.3))
    path.push(150 + (far + wave) * Math.cos(turn) + random() * 0.2, 105 + (far + wave) * Math.sin(turn))
  }
  if (!cut) return strokesOf(path)
  return strokesOf(...Array.from({ length: 11_654 }, (_, i) => path.slice(2 * i, 2 * i + 4)))
}

/** A page of text: 48 lines of a sentence in the stroke font. */
export function glyphs(): Strokes {
  const line = 'Sphinx of black quartz, judge my vow; pack my box with five dozen liquor jugs 0123456789'
  const rows = Array.from({ length: 48 }, (_, i) => `<text x="10" y="${12 + 5.7 * i}" font-size="4">${line}</text>`)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">${rows.join('')}</svg>`
  return readSvg(svg).drawing
}

/** The contour lines of hills, at about 32 heights. */
export function hills(): Strokes {
  const noise = createNoise2D(seeded(4))
  const [columns, rows] = [280, 200]
  const heights = Array.from({ length: columns * rows }, (_, i) => {
    const [px, py] = [i % columns, Math.floor(i / columns)]
    return noise(px / 45, py / 45) + 0.4 * noise(px / 15, py / 15)
  })
  const levels = contours().size([columns, rows]).thresholds(32)(heights)
  return strokesOf(
    ...levels.flatMap(({ coordinates }) => coordinates.flatMap((rings) => rings.map((ring) => ring.flat()))),
  )
}

/** Closed outlines like those of the letter o: 1,500 outer outlines, and one inside each; all have 48 chords. */
export function outlines(): Strokes {
  const out = new StrokeWriter()
  for (let i = 0; i < 1500; i++) {
    const [px, py] = [10 + 6.5 * (i % 60), 12 + 11 * Math.floor(i / 60)]
    for (const inner of [0, 1]) {
      const [w, h] = [2.2 - 0.9 * inner, 3.6 - 0.9 * inner]
      const pieces = 48
      const bowl = Array.from({ length: pieces }, (_, k) => {
        const angle = (2 * Math.PI * k) / pieces
        const flat = i % 3 === 0 ? 0.5 : 1
        return [px + w * Math.sign(Math.cos(angle)) * Math.abs(Math.cos(angle)) ** flat, py + h * Math.sin(angle)]
      })
      out.add([...bowl, bowl[0] ?? []].flat())
    }
  }
  return out.take()
}

/** Random lines. Every second line occurs again, backwards or shifted by 1 mm along itself. */
export function doubled(): Strokes {
  const random = seeded(6)
  const out = new StrokeWriter()
  for (let i = 0; i < 3000; i++) {
    const [px, py, angle] = [10 + 260 * random(), 10 + 180 * random(), random() * Math.PI]
    const [ux, uy, length] = [Math.cos(angle), Math.sin(angle), 3 + 20 * random()]
    const line = [px, py, px + length * ux, py + length * uy]
    out.add(line)
    if (i % 2 === 0)
      out.add(i % 4 === 0 ? backwards(line) : [px + ux, py + uy, px + (length + 1) * ux, py + (length + 1) * uy])
  }
  return shuffled(out.take(), random)
}

/** Spirals at random places. */
export function spirals(): Strokes {
  const random = seeded(7)
  const out = new StrokeWriter()
  for (let i = 0; i < 400; i++) {
    const [px, py, start] = [10 + 260 * random(), 10 + 180 * random(), random() * 6]
    const line: number[] = []
    for (let k = 0; k <= 200; k++)
      line.push(px + 0.025 * k * Math.cos(start + k / 6), py + 0.025 * k * Math.sin(start + k / 6))
    out.add(line)
  }
  return out.take()
}
