import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CATALOG } from '../../../src/hershey/fonts/catalog.ts'
import { ENCODINGS } from '../../../src/hershey/fonts/encodings.ts'
import { parseJhf } from '../../../src/hershey/fonts/jhf.ts'
import { fontNames, loadFont } from '../../../src/hershey/index.ts'
import { packageRoot } from '../../../src/threads.ts'

const FOLDER = join(packageRoot, 'src/hershey/fonts')
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8')
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.(jhf|svg|hand)$/.test(file) && !/(signs|eastern|capitals|cursive)\.hand$/.test(file),
)
const names = fontNames().map((info) => info.name)
const code = (char: string) => char.codePointAt(0) ?? 0
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

describe('the fonts that ship', () => {
  it('are 32 Hershey fonts, 9 EMS fonts and five hands, and the catalogue lists only their files and those of further characters', () => {
    expect(files.filter((file) => file.endsWith('.jhf'))).toHaveLength(32)
    expect(files.filter((file) => file.startsWith('ems/'))).toHaveLength(9)
    expect(files.filter((file) => file.endsWith('.hand'))).toHaveLength(5)
    const used = CATALOG.flatMap(({ file, extra }) => (extra === undefined ? [file] : [file, extra]))
    expect(new Set(used)).toEqual(new Set(files))
  })

  it.each(names)(
    '%s can be read, and draws its own sample, except the signs and a few letters in Greek and Cyrillic fonts',
    (name) => {
      const font = loadFont(name)
      expect(font.glyphs.size).toBeGreaterThan(30)
      expect(font.metrics.capHeight).toBeGreaterThan(0)
      expect(font.metrics.lineHeight).toBeGreaterThan(font.metrics.ascent)
      for (const char of font.info.sample.replaceAll(' ', '')) {
        if (/^(greek|timesg|cyril)/.test(name) && /[^\p{L}]|[ςάίόάῖыэяъьё]/u.test(char)) continue
        expect(font.glyphs.get(code(char))?.strokes.points.length, `${name}: ${char}`).toBeGreaterThan(0)
      }
    },
  )

  it.each(names)('%s has no glyph whose ink lies more than 4 cap heights from its place in the line', (name) => {
    const { glyphs, metrics } = loadFont(name)
    const limit = 4 * metrics.capHeight
    const strays = [...glyphs].filter(([, { box, advance, strokes }]) => {
      if (strokes.points.length === 0) return !(advance >= 0)
      return box.minX < -limit || box.maxX > advance + limit || box.minY < -limit || box.maxY > limit || !(advance >= 0)
    })
    expect(strays.map(([point]) => String.fromCodePoint(point))).toEqual([])
  })

  it('have all letters and digits if they are made for Latin text', () => {
    const other = /^(greek|timesg|cyril|japanese|yona|bulbul)/
    const latin = fontNames().filter(({ name, style }) => style !== 'symbols' && !other.test(name))
    expect(latin).toHaveLength(30)
    for (const { name } of latin) {
      const { glyphs } = loadFont(name)
      expect(
        Array.from(LETTERS).filter((char) => !glyphs.get(code(char))?.strokes.points.length),
        name,
      ).toEqual([])
    }
  })

  it('are read once', () => {
    expect(loadFont('rowmans')).toBe(loadFont('ROWMANS'))
  })

  it('have known names: `loadFont` refuses an unknown name', () => {
    expect(() => loadFont('comic')).toThrow(expect.objectContaining({ code: 'ERR_FONT_UNKNOWN' }))
  })
})

describe('the bearings of all glyphs except . , : ; and -', () => {
  /** The signs that plotd corrects in some files (`mend.ts`). */
  const corrected = /^[.,:;-]$/
  it.each(CATALOG.filter((entry) => entry.file.endsWith('.jhf')))('in $name are those of its file', (entry) => {
    const lines = parseJhf(read(entry.file))
    const source = read(entry.file)
      .split('\n')
      .filter((line) => line !== '')
    const encoding: readonly string[] = ENCODINGS[entry.encoding ?? 'plain']
    const font = loadFont(entry.name)
    expect(lines.length).toBeLessThanOrEqual(encoding.length)
    const codes = new Set<string>()
    lines.forEach((_, place) => {
      for (const char of encoding[place] ?? '') {
        if (codes.has(char) || corrected.test(char)) continue
        codes.add(char)
        const line = source[place] ?? ''
        const [left, right] = [line.charCodeAt(8) - 82, line.charCodeAt(9) - 82]
        const glyph = font.glyphs.get(code(char))
        expect(glyph?.advance, char).toBe(right - left)
        if (glyph && line.length > 10) expect(glyph.box.minX, char).toBe(leftmost(line) - left)
      }
    })
    expect(codes.size).toBeGreaterThan(30)
  })

  it('do not follow the ink: a j has 1 unit at its left and 3 at its right', () => {
    const { glyphs } = loadFont('rowmans')
    const j = glyphs.get(code('j'))
    expect([j?.advance, j?.box.minX, j?.box.maxX]).toEqual([10, 1, 7])
  })
})

function leftmost(line: string): number {
  const pairs = (line.slice(10).match(/../g) ?? []).filter((pair) => pair !== ' R')
  return Math.min(...pairs.map((pair) => pair.charCodeAt(0) - 82))
}

describe('licences', () => {
  const readme = read('README.md')

  it.each(files)('%s is listed with its licence and holder', (file) => {
    expect(readme).toMatch(
      new RegExp(`^\\| ${file.replaceAll('.', '\\.')} \\| .+ \\| (Hershey|MIT|OFL-1.1) \\| .+ \\|$`, 'm'),
    )
  })

  it("give Hershey's two acknowledgements, next to the fonts and in the files made from them", () => {
    const created = files.filter((file) => file.startsWith('hershey/extra/')).map(read)
    expect(created).toHaveLength(9)
    for (const text of [read('hershey/LICENSE.txt'), ...created]) {
      expect(text.replace(/\s+/g, ' ')).toContain('originally created by Dr. A. V. Hershey while working at the U. S.')
      expect(text.replace(/\s+/g, ' ')).toContain('originally created by James Hurt Cognition, Inc.')
    }
  })

  it("name every OFL font's designer as the metadata of its file does", () => {
    const licence = read('ems/OFL.txt')
    expect(licence).toContain('SIL OPEN FONT LICENSE Version 1.1')
    for (const file of files.filter((name) => name.startsWith('ems/'))) {
      const [, title] = /^Font name: +(.+)$/m.exec(read(file)) ?? []
      const [, designer] = /^Designer: +(.+)$/m.exec(read(file)) ?? []
      expect(licence).toContain(`${title}, created by Sheldon B. Michaels`)
      expect(licence).toContain(`designer: ${designer}`)
    }
  })
})
