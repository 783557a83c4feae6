import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { at, strokeCount } from '../../../src/geometry/drawing.ts'
import { contourGaps } from '../../../src/hershey/fonts/opentype/glyf-ends.ts'
import { loadHarfBuzz } from '../../../src/hershey/fonts/opentype/harfbuzz.ts'
import { readFont } from '../../../src/hershey/fonts/read-font.ts'
import { addFont, hasFont, layoutText, loadFont, notesOn, type StrokeFont } from '../../../src/hershey/index.ts'
import { runs } from '../../support/fuzz.ts'

/**
 * The kinds `open`, `back` and `svg` encode the same strokes. `outline` has outlines. Em 1000, cap height 700 units.
 */
const file = (kind: string) =>
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'fonts', `tiny-${kind}.ttf`))
const KINDS = ['open', 'back', 'svg'] as const
const fonts = new Map<string, StrokeFont>()
const font = (kind: string = 'open') => fonts.get(kind) as StrokeFont

beforeAll(async () => {
  for (const kind of KINDS) fonts.set(kind, await readFont(file(kind), `tiny-${kind}`, `tiny-${kind}.ttf`))
})

const width = (text: string, of: StrokeFont = font(), options = {}) =>
  layoutText(text, { font: of, size: 700, ...options }).width
const lines = (text: string, of: StrokeFont): number[][] => {
  const { strokes } = layoutText(text, { font: of, size: 700 })
  return Array.from({ length: strokeCount(strokes) }, (_, i) => [
    ...strokes.points.slice(2 * at(strokes.starts, i), 2 * at(strokes.starts, i + 1)),
  ])
}

describe('lines of an OpenType font', () => {
  it.each(KINDS)('%s: an L is one open line, without the side that readers add to close it', (kind) => {
    const [line = [], ...more] = lines('L', font(kind))
    expect(more).toEqual([])
    const ends = [line.slice(0, 2), line.slice(-2)].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
    expect(ends).toEqual([
      [90, -700],
      [440, 0],
    ])
  })

  it.each(KINDS)('%s: an O stays closed, and an A has two strokes', (kind) => {
    const [ring = []] = lines('O', font(kind))
    expect(Math.hypot((ring[0] ?? 0) - (ring.at(-2) ?? 0), (ring[1] ?? 0) - (ring.at(-1) ?? 0))).toBeLessThan(3)
    expect(lines('A', font(kind))).toHaveLength(2)
  })

  it('have nearly the same length in each encoding', () => {
    const length = (kind: string) =>
      lines('AILOTVZ', font(kind)).reduce((sum, line) => {
        let own = 0
        for (let i = 2; i < line.length; i += 2)
          own += Math.hypot((line[i] ?? 0) - (line[i - 2] ?? 0), (line[i + 1] ?? 0) - (line[i - 1] ?? 0))
        return sum + own
      }, 0)
    expect(length('back')).toBeCloseTo(length('svg'), 0)
    expect(Math.abs(length('open') - length('svg'))).toBeLessThan(10)
  })

  it('are drawn also when the library takes more memory before the first letter is requested', async () => {
    const font = await readFont(file('open'), 'late', 'late.ttf')
    const { Blob: LibraryBlob } = await loadHarfBuzz()
    new LibraryBlob(new Uint8Array(64 << 20))
    expect(lines('QAT', font)).toEqual(lines('QAT', await readFont(file('open'), 'new', 'new.ttf')))
  })

  it('are refused with a remedy when the letters are outlines', async () => {
    await expect(readFont(file('outline'), 'o', 'o.ttf')).rejects.toThrow(/its letters are outlines.*plotd fonts thin/)
  })
})

describe('the rules of an OpenType font', () => {
  it('kern pairs of letters', () => {
    expect(width('AV')).toBe(600 + 600 - 120)
  })

  it('draw f and i as a ligature, but as two letters when a soft hyphen is between them', () => {
    expect(width('fi')).toBe(520)
    expect(width('f\u00ADi')).toBe(340 + 220)
  })

  it('change letters by their neighbours', () => {
    expect(lines('aa', font()).length).toBe(4)
    expect(lines('aa', font()).at(2)).not.toEqual(
      lines('aa', font())
        .at(0)
        ?.map((v, i) => (i % 2 === 0 ? v + 480 : v)),
    )
  })

  it('place a mark over its letter', () => {
    const acute = lines('a\u0301', font()).at(-1) ?? []
    expect(acute).toEqual([180, -540, 280, -660])
  })

  it('switch features on and off by the name of the font', () => {
    addFont(font(), 'unlisted')
    expect(hasFont('tiny-open:smcp,onum')).toBe(true)
    expect(width('a1', loadFont('tiny-open:smcp,onum'))).toBe(440 + 420)
    expect(width('fi', loadFont('TINY-OPEN:-liga'))).toBe(340 + 220)
    expect(() => loadFont('tiny-open:swsh')).toThrow(/no feature 'swsh'; it has calt kern liga locl mark onum smcp/)
    expect(() => loadFont('rowmans:smcp')).toThrow(/rowmans has no OpenType features/)
  })

  it('give a language its own forms of letters', () => {
    const wide = width('ta', font(), { language: 'tr' })
    expect(wide).toBeGreaterThan(width('ta'))
    expect(width('ta', font(), { language: 'tr-CY' })).toBe(wide)
    expect(width('ta', font(), { language: 'de' })).toBe(width('ta'))
  })

  it('leave other characters to plotd: composed, lent, substituted, missing', () => {
    expect(notesOn('fi á', font())).toEqual([])
    expect(notesOn('ǒB☃', font()).map(({ char, how }) => [char, how])).toEqual([
      ['ǒ', 'composed'],
      ['B', 'lent'],
      ['☃', expect.stringMatching(/missing|substituted/)],
    ])
    expect(layoutText('VB☃', { font: font() }).missing.length).toBeLessThanOrEqual(1)
  })

  it('keep Hebrew words within a Latin text in its line, and report none of their letters as missing', () => {
    const { lines: set, missing } = layoutText('AV שלום LT', { font: font(), size: 7 })
    expect([set[0]?.text, missing]).toEqual(['AV שלום LT', []])
  })
})

describe('with damaged or hostile bytes,', () => {
  it.each([
    ['a magic number alone', new Uint8Array([0, 1, 0, 0])],
    ['a cut font', file('open').subarray(0, 300)],
    ['a WOFF2 font', new TextEncoder().encode('wOF2')],
  ])('%s is refused', async (_, bytes) => {
    await expect(readFont(bytes, 'x', 'x.ttf')).rejects.toThrow(expect.objectContaining({ code: 'ERR_FONT_INVALID' }))
  })

  it.each([
    ['a picture', new TextEncoder().encode('\x89PNG\r\n')],
    ['nothing', new Uint8Array()],
  ])('%s with the name of a font is refused with the formats that are expected', async (_, bytes) => {
    await expect(readFont(bytes, 'x', 'x.ttf')).rejects.toThrow('x.ttf: expected an OpenType font (.otf, .ttf), an SVG')
  })

  it('a font that is too large is refused with its name', async () => {
    await expect(readFont(new Uint8Array(9 << 20), 'x', 'x.ttf')).rejects.toThrow('x.ttf: the font has 9437184 bytes')
  })

  it('a font with some wrong bytes is read or refused with a code', async () => {
    const good = file('svg')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (edits) => {
          const bytes = new Uint8Array(good)
          for (const [place, value] of edits) bytes[place] = value
          try {
            layoutText('AVa fi á', { font: await readFont(bytes, 'x', 'x.ttf') })
          } catch (thrown) {
            expect(thrown).toMatchObject({ code: 'ERR_FONT_INVALID' })
          }
        },
      ),
      runs(60),
    )
  })

  it('the reading of a glyph that contains itself a hundred times ends at a limit', () => {
    const components = 100
    const glyf = new Uint8Array(10 + 6 * components)
    const view = new DataView(glyf.buffer)
    view.setInt16(0, -1)
    for (let i = 0; i < components; i++) view.setUint16(10 + 6 * i, i + 1 < components ? 32 : 0)
    const loca = new Uint8Array(4)
    new DataView(loca.buffer).setUint16(2, glyf.length / 2)
    expect(contourGaps({ glyf, loca, isLong: false }, 0)).toBeUndefined()
  })

  it('a text with too many glyphs to be shaped is drawn letter by letter', () => {
    const { shaper } = font()
    if (shaper === undefined) throw new Error('the font has no shaper')
    const hostile: StrokeFont = {
      ...font(),
      shaper: {
        covers: (char) => shaper.covers(char),
        shape: () => [],
        single: (char) => shaper.single(char),
        kerning: () => 0,
      },
    }
    expect(lines('AV\u00ADL', hostile)).toHaveLength(lines('A', font()).length + 2)
  })

  it('glyphs beyond the end of a table cannot be read', () => {
    const loca = new Uint8Array([0, 0, 0x7f, 0xff])
    expect(contourGaps({ glyf: new Uint8Array(4), loca, isLong: false }, 0)).toBeUndefined()
    expect(contourGaps({ glyf: new Uint8Array(4), loca, isLong: false }, 9)).toBeUndefined()
  })
})
