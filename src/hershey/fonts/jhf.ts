import { PlotdError } from '../../errors.ts'
import { strokesOf } from '../../geometry/drawing.ts'
import { BLANK, type Glyph, glyphOf } from './font.ts'

/** Distance of the baseline below the origin of a Hershey glyph. Capitals reach 12 units above the origin. */
const BASELINE = 9
const ORIGIN = 'R'.charCodeAt(0)
const PEN_UP = ' R'
/** Height of capitals in units of Hershey's grid. */
export const JHF_CAP_HEIGHT = 21

/**
 * Reads James Hurt's format. A glyph is a number (5 columns), a count of coordinate pairs (3 columns), and the pairs.
 * The number is not used. A pair is two characters, each a distance from 'R'. The first pair is the left and the right
 * bearing; ' R' lifts the pen. A glyph can continue on the next lines until its count is reached.
 *
 * @param file  name of the file in errors
 * @throws PlotdError ERR_FONT_INVALID that names file and line
 */
export function parseJhf(source: string, file = 'font'): Glyph[] {
  const lines = source.split(/\r?\n/)
  const glyphs: Glyph[] = []
  for (let row = 0; row < lines.length; row++) {
    let line = lines[row] ?? ''
    if (line.trim() === '') continue
    const first = row + 1
    const pairs = pairCount(line, file, first)
    while (line.length < 8 + 2 * pairs && row + 1 < lines.length) line += lines[++row] ?? ''
    if (line.length !== 8 + 2 * pairs) {
      throw invalid(file, first, `expected ${pairs} coordinate pairs, found ${(line.length - 8) / 2}`)
    }
    glyphs.push(parsePairs(line.slice(8), file, first))
  }
  if (glyphs.length === 0) throw invalid(file, 1, 'there is no glyph in the file')
  return glyphs
}

function pairCount(line: string, file: string, row: number): number {
  if (!/^[ \d]{4}\d[ \d]{2}\d/.test(line)) {
    throw invalid(file, row, `expected a number and a count of pairs in eight columns, found '${line.slice(0, 8)}'`)
  }
  const pairs = Number(line.slice(5, 8))
  if (pairs < 1) throw invalid(file, row, 'the glyph has no bearings')
  return pairs
}

function parsePairs(pairs: string, file: string, row: number): Glyph {
  const left = pairs.charCodeAt(0) - ORIGIN
  const right = pairs.charCodeAt(1) - ORIGIN
  if (right < left) throw invalid(file, row, `the right bearing ${right} lies left of the left bearing ${left}`)
  if (pairs.length === 2) return glyphOf(right - left, BLANK)
  const lines: number[][] = []
  let line: number[] = []
  for (let i = 2; i < pairs.length; i += 2) {
    const pair = pairs.slice(i, i + 2)
    if (pair === PEN_UP) {
      line = []
      continue
    }
    if (!/^[!-~]{2}$/.test(pair)) throw invalid(file, row, `expected a coordinate pair, found '${pair}'`)
    const x = pair.charCodeAt(0) - ORIGIN - left
    const y = pair.charCodeAt(1) - ORIGIN - BASELINE
    if (line.length === 0) lines.push(line)
    line.push(x, y)
  }
  return glyphOf(right - left, strokesOf(...lines))
}

function invalid(file: string, line: number, why: string): PlotdError {
  return new PlotdError('ERR_FONT_INVALID', `${file}, line ${line}: ${why}`, { file, line })
}
