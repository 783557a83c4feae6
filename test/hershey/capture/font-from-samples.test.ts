import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { smoothStroke } from '../../../src/hershey/capture/smooth-stroke.ts'
import { coverage, fontFromSamples, fontFromSvg, layoutText } from '../../../src/hershey/index.ts'
import { recorded, WRITTEN } from '../../support/written-alphabet.ts'

describe('a recorded stroke', () => {
  const noisy = Array.from({ length: 200 }, (_, i): [number, number] => [i / 4, Math.sin(i * 1.7) * 0.4])

  it('becomes smooth', () => {
    const line = smoothStroke(noisy)
    const heights = line.slice(8, -8).map(([, y]) => Math.abs(y))
    expect(Math.max(...heights)).toBeLessThan(0.15)
  })

  it('keeps its corners and its ends', () => {
    const corner: [number, number][] = [
      ...Array.from({ length: 40 }, (_, i): [number, number] => [0, 40 - i]),
      ...Array.from({ length: 40 }, (_, i): [number, number] => [i, 0]),
    ]
    const line = smoothStroke(corner)
    expect(Math.min(...line.map(([x, y]) => Math.hypot(x, y)))).toBeLessThan(0.8)
    expect([line[0], line.at(-1)]).toEqual([
      [0, 40],
      [39, 0],
    ])
  })

  it('loses the hook where the pen leaves the tablet', () => {
    const hook: [number, number][] = [
      ...Array.from({ length: 60 }, (_, i): [number, number] => [i, 0]),
      [58, 1.5],
      [57, 2.5],
    ]
    expect(Math.max(...smoothStroke(hook).map(([, y]) => y))).toBeLessThan(0.8)
  })

  it('of one point becomes a dot', () => {
    expect(smoothStroke([[5, 5]])).toHaveLength(4)
    expect(smoothStroke([])).toEqual([])
  })
})

describe.each([
  ['rowmans', 1],
  ['EMSReadability', 2],
  ['EMSTech', 3],
  ['futural', 4],
  ['linnet', 5],
])('an alphabet written in the manner of %s', (manner, seed) => {
  const written = fontFromSamples(recorded(manner, seed, 3))
  const font = fontFromSvg(written.svg, 'hand.svg')

  it('becomes a font with a form for each sample', () => {
    expect(written.characters).toBe(WRITTEN.length)
    expect(written.forms).toBe(3 * WRITTEN.length)
    expect(font.faces).toHaveLength(3)
    expect(font.info.style).toBe('hand')
    expect(coverage('Grüne, Zoë!', font).complete).toBe(true)
  })

  it('stands on the baseline, with small letters about as high as their guide line', () => {
    expect(font.metrics.xHeight).toBeGreaterThan(38)
    expect(font.metrics.xHeight).toBeLessThan(49)
    const bottoms = (font.faces ?? []).flatMap(({ glyphs }) =>
      Array.from('acemnorsuvwxz', (char) => glyphs.get(char.charCodeAt(0))?.box.maxY ?? 99),
    )
    bottoms.sort((a, b) => a - b)
    expect(Math.abs(bottoms[Math.floor(bottoms.length / 2)] ?? 99)).toBeLessThan(1)
    for (const bottom of bottoms) expect(Math.abs(bottom)).toBeLessThan(12)
  })

  it('is spaced so that a word is neither too narrow nor too wide', () => {
    const { lines } = layoutText('minimum', { font, size: 5 })
    const ratio = (lines[0]?.width ?? 0) / 5 / 7
    expect(ratio).toBeGreaterThan(0.35)
    expect(ratio).toBeLessThan(1.1)
  })
})

describe('the distances of a written font', () => {
  const alphabet = recorded('EMSTech', 3, 1)
  const font = fontFromSvg(fontFromSamples(alphabet).svg, 'hand.svg')
  const kerningOf = (pair: string) => font.kerning?.(pair.charCodeAt(0), pair.charCodeAt(1)) ?? 0

  it('are smaller where two letters leave white space between them', () => {
    expect(kerningOf('To')).toBeGreaterThan(3)
    expect(kerningOf('AV')).toBeGreaterThan(2)
    expect(kerningOf('r.')).toBeGreaterThan(2)
    expect(kerningOf('nn')).toBe(0)
    expect(Math.abs(kerningOf('HH'))).toBeLessThan(3)
  })

  it('leave no pair of letters touching', () => {
    const { strokes } = layoutText('VAVATa.', { font, size: 70 })
    expect(strokeCount(strokes)).toBeGreaterThan(6)
    const letters = Array.from('AVTLWFPaornfyjg')
    for (const first of letters) {
      for (const second of letters) {
        const [a, b] = [font.glyphs.get(first.charCodeAt(0)), font.glyphs.get(second.charCodeAt(0))]
        if (!a || !b) continue
        const spacing = a.advance - (font.kerning?.(first.charCodeAt(0), second.charCodeAt(0)) ?? 0)
        expect(Math.min(...distances(a.strokes.points, b.strokes.points, spacing)), first + second).toBeGreaterThan(0)
      }
    }
  })
})

/** The horizontal distances, in font units, between points of two letters at about the same height. */
function distances(a: Float64Array, b: Float64Array, apart: number): number[] {
  const out: number[] = []
  for (let i = 0; i < a.length; i += 2)
    for (let k = 0; k < b.length; k += 2)
      if (Math.abs((a[i + 1] ?? 0) - (b[k + 1] ?? 0)) < 2) out.push((b[k] ?? 0) + apart - (a[i] ?? 0))
  return out
}

describe('a signature', () => {
  it('is drawn where a text has its placeholder, in place of the letters of the placeholder', () => {
    const alphabet = recorded('rowmans', 1, 1)
    const strokes = [Array.from({ length: 60 }, (_, i) => [10 + 5 * i, 80 + 20 * Math.sin(i)] as const)]
    const samples = [...alphabet.samples, { text: '{sign}', strokes }]
    const font = fontFromSvg(fontFromSamples({ ...alphabet, samples }).svg, 'hand.svg')
    expect(strokeCount(layoutText('{sign}', { font }).strokes)).toBe(1)
    expect(coverage('Yours, {sign}', font).complete).toBe(true)
  })
})

describe('pairs that were written as one', () => {
  it('become ligatures of the font, and leave the text of a word unchanged', () => {
    const alphabet = recorded('rowmans', 1, 2)
    const [t, h] = ['t', 'h'].map((char) => alphabet.samples.find(({ text }) => text === char)?.strokes ?? [])
    const pair = {
      text: 'th',
      strokes: [...(t ?? []), ...(h ?? []).map((line) => line.map(([x, y]) => [x + 22, y] as const))],
    }
    const written = fontFromSamples({ ...alphabet, samples: [...alphabet.samples, pair] })
    const font = fontFromSvg(written.svg, 'hand.svg')
    expect(written.characters).toBe(WRITTEN.length + 1)
    expect(font.ligatures?.get('th')).toBeDefined()
    expect(coverage('the third', font).complete).toBe(true)
    expect(layoutText('the third', { font, hand: { seed: 1 } }).lines[0]?.text).toBe('the third')
  })
})

describe('an alphabet', () => {
  it('is refused when nothing was written, and when there is too much', () => {
    const empty = { name: 'x', baseline: 104, xLine: 62, samples: [] }
    expect(() => fontFromSamples(empty)).toThrow(expect.objectContaining({ code: 'ERR_FONT_INVALID' }))
    const point = [[1, 2]] as const
    const samples = Array.from({ length: 1001 }, () => ({ text: 'a', strokes: [point] }))
    expect(() => fontFromSamples({ ...empty, samples })).toThrow(/1001 letters/)
  })

  it('is refused when its strokes would be too long at its guide lines, or when a guide line is no number', () => {
    const samples = [{ text: 'n', strokes: [[[0, 0] as const, [10, 0] as const]] }]
    for (const xLine of [104 - 1e-9, Number.NaN])
      expect(() => fontFromSamples({ name: 'x', baseline: 104, xLine, samples })).toThrow(
        expect.objectContaining({ code: 'ERR_FONT_INVALID' }),
      )
  })

  it('takes a letter with a combining accent as one character, and leaves out what is no letter', () => {
    const { samples, ...guides } = recorded('rowmans', 9, 1)
    const others = ['e\u0301', ' ', '\n', '\u0008', '\ud800', '\uffff'].map((text) => ({
      text,
      strokes: samples[0]?.strokes ?? [],
    }))
    const { svg, forms } = fontFromSamples({ ...guides, samples: [...samples, ...others] })
    expect(forms).toBe(samples.length + 1)
    expect(fontFromSvg(svg, 'hand').glyphs.has(0xe9)).toBe(true)
  })

  it('names the letters that are worth writing again', () => {
    const alphabet = recorded('rowmans', 9, 3)
    const samples = alphabet.samples.map((sample, i) =>
      sample.text === 'n' && alphabet.samples[i - 1]?.text !== 'n'
        ? {
            ...sample,
            strokes: sample.strokes.map((line) => line.map(([x, y]) => [x, 104 + 2.2 * (y - 104)] as const)),
          }
        : sample,
    )
    expect(fontFromSamples({ ...alphabet, samples }).again).toContain('n')
    expect(fontFromSamples(alphabet).again).not.toContain('n')
  })

  it('can have a name and letters with signs that XML reserves', () => {
    const strokes = [
      [
        [10, 60],
        [40, 100],
      ] as const,
    ]
    const { svg } = fontFromSamples({
      name: 'A & "B"\u0007',
      baseline: 104,
      xLine: 62,
      samples: ['&', '<', '"', 'o'].map((text) => ({ text, strokes })),
    })
    expect(svg).not.toContain('\u0007')
    expect(fontFromSvg(svg, 'x.svg').glyphs.has('<'.charCodeAt(0))).toBe(true)
  })
})
