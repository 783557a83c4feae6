import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { at, strokeCount } from '../../../src/geometry/drawing.ts'
import { parseJhf } from '../../../src/hershey/fonts/jhf.ts'
import { packageRoot } from '../../../src/threads.ts'

const FOLDER = join(packageRoot, 'src/hershey/fonts/hershey')
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.jhf'))
const text = (file: string) => readFileSync(join(FOLDER, file), 'utf8')

describe('a .jhf file', () => {
  it.each(files)('%s is read whole: every glyph of every line, no pair left over', (file) => {
    const source = text(file)
    const lines = source.split('\n').filter((line) => line !== '')
    const glyphs = parseJhf(source, file)
    expect(glyphs.length).toBe(lines.length)
    glyphs.forEach((glyph, i) => {
      const line = lines[i] ?? ''
      const pairs = line.slice(8).match(/../g) ?? []
      const drawn = pairs.slice(1).filter((pair) => pair !== ' R')
      expect(at(glyph.strokes.starts, strokeCount(glyph.strokes))).toBe(drawn.length)
      expect(glyph.advance).toBe(line.charCodeAt(9) - line.charCodeAt(8))
    })
  })

  it('gives a glyph its left bearing at x = 0 and its baseline at y = 0', () => {
    const glyph = parseJhf(text('rowmans.jhf'))['A'.charCodeAt(0) - 32]
    expect(glyph?.advance).toBe(18)
    expect([...(glyph?.strokes.points ?? [])]).toEqual([9, -21, 1, 0, 9, -21, 17, 0, 4, -7, 14, -7])
    expect([...(glyph?.strokes.starts ?? [])]).toEqual([0, 2, 4, 6])
  })

  it('may continue a glyph on further lines', () => {
    const [broken] = parseJhf('  501  9I[RFJ[ RRF\nZ[ RMTWT\n')
    const [whole] = parseJhf('  501  9I[RFJ[ RRFZ[ RMTWT\n')
    expect(broken).toEqual(whole)
  })

  it.each([
    ['is empty', '', /line 1: there is no glyph/],
    ['is something else', '<svg/>', /line 1: expected a number/],
    ['holds a glyph cut short', '  501  9I[RFJ[\n', /line 1: expected 9 coordinate pairs, found 3/],
    ['holds a glyph that is too long', '    1  1JZ\n    2  1JZRR\n', /line 2: expected 1 coordinate pairs, found 2/],
    [
      'has its bearings the wrong way round',
      '    1  1ZJ\n',
      /line 1: the right bearing -8 lies left of the left bearing 8/,
    ],
    ['has a pair outside the alphabet', '    1  2JZ\u0001R\n', /line 1: expected a coordinate pair, found '.R'/],
  ])('is refused with an error that names the line when it %s', (_, source, message) => {
    expect(() => parseJhf(source, 'own.jhf')).toThrow(message)
    expect(() => parseJhf(source, 'own.jhf')).toThrow(expect.objectContaining({ code: 'ERR_FONT_INVALID' }))
  })
})
