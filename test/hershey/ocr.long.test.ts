import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { transformStrokes, translation } from '../../src/geometry/affine.ts'
import { layoutText } from '../../src/hershey/index.ts'
import { raster } from '../support/raster.ts'
import { removeFolder } from '../support/remove-folder.ts'

const hasTesseract = (() => {
  try {
    return execFileSync('tesseract', ['--list-langs'], { encoding: 'utf8' }).includes('eng')
  } catch {
    return false
  }
})()

const [WHO, DID, WHAT] = [
  ['The old gardener', 'My sister', 'A careful engineer', 'Professor Quinn', 'Every visitor', 'Jack and Olive'],
  ['quickly mended', 'was very fond of', 'wrote a letter about', 'never forgot', 'kept a record of'],
  ['the quiet harbour', 'six jugs of water', 'a box of yellow pencils', 'the broken clock', 'my extra keys'],
] as const
const LINES = WHO.flatMap((who, i) => DID.map((did, k) => `${who} ${did} ${WHAT[(i + k) % WHAT.length]} on 14 March.`))

/** Pixels in one mm: 300 dpi. */
const DENSITY = 300 / 25.4

/** Text as a gray picture in the PGM format, as a pen of 0.4 mm writes it. */
function picture(text: string, font: string, seed: number): Buffer {
  const { strokes, bounds } = layoutText(text, { font, size: 5, hand: { seed, amount: 1 } })
  const inside = transformStrokes(translation(4 - bounds.minX, 4 - bounds.minY), strokes)
  const { width, height, gray } = raster(
    inside,
    bounds.maxX - bounds.minX + 8,
    bounds.maxY - bounds.minY + 8,
    0.4,
    DENSITY,
  )
  return Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), gray])
}

/** The Levenshtein distance of two texts. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap))
    }
    row = next
  }
  return row[b.length] ?? 0
}

describe.skipIf(!hasTesseract)('the ink of a hand, read by tesseract (skipped without its data for English)', () => {
  it.each([
    ['linnet', 97, '7'],
    ['heron', 97, '7'],
    ['wren', 90, '13'], // all small letters join; mode 13 reads a line as mode 7 does, but without a search for words
  ])('%s: more than %s % of the characters are right', (font, percent, mode) => {
    const folder = mkdtempSync(join(tmpdir(), 'plotd-ocr-'))
    try {
      const files = LINES.map((text, i) => {
        const file = join(folder, `${i}.pgm`)
        writeFileSync(file, picture(text, font, i + 1))
        return file
      })
      writeFileSync(join(folder, 'list'), files.join('\n'))
      execFileSync('tesseract', [join(folder, 'list'), join(folder, 'read'), '--psm', mode, '--dpi', '300'], {
        stdio: 'ignore',
        env: { ...process.env, OMP_THREAD_LIMIT: '1' },
      })
      const read = readFileSync(join(folder, 'read.txt'), 'utf8').split('\f')
      const wrong = LINES.reduce((sum, line, i) => sum + edits(line, (read[i] ?? '').trim()), 0)
      expect(1 - wrong / LINES.join('').length).toBeGreaterThan(percent / 100)
    } finally {
      removeFolder(folder)
    }
  })
})
