import { execFileSync } from 'node:child_process'
import { openPdf } from '../../src/import/pdf/document.ts'
import { interpret } from '../../src/import/pdf/interpret.ts'
import { StrokeText } from '../../src/import/pdf/stroke-text.ts'
import { wordsOf } from '../../src/import/pdf/words.ts'

const PT = 25.4 / 72

export interface WordFigures {
  /** Horizontal words of the page that a stroke font can draw. */
  readonly words: number
  /** The counted words that poppler also has at the same place. */
  readonly matched: number
  /** The matched words whose width differs from poppler's by more than 2 %. */
  readonly wrongWidths: number
  /** Distance of each word's origin from the nearest origin in poppler's drawing, mm; empty without such origins. */
  readonly originDistances: readonly number[]
}

interface Box {
  readonly text: string
  readonly minX: number
  readonly maxX: number
  readonly minY: number
  readonly maxY: number
}

/** Compares the words of a page with those of `pdftotext -bbox`, and their origins with those of `pdftocairo -svg`. */
export async function compareWords(file: string, bytes: Uint8Array, page: number): Promise<WordFigures> {
  const document = await openPdf(bytes)
  const { shapes } = interpret(await document.page(page))
  await document.close()
  const text = new StrokeText('rowmans')
  for (const shape of shapes) if (shape.is === 'glyph') text.measure(shape)
  const words = wordsOf(shapes, ({ font, glyph }) => font.isReadable && text.canDraw(glyph.unicode))
  const boxes = popplerWords(file, page)
  const origins = popplerOrigins(file, page)
  let [matched, wrongWidths, count] = [0, 0, 0]
  const originDistances: number[] = []
  for (const word of words) {
    if (word.is !== 'word') continue
    const [first, last] = [word.glyphs[0], word.glyphs.at(-1) ?? word.glyphs[0]]
    const [a, b, , , x, y] = first.matrix
    if (Math.abs(b) > 1e-6 || a <= 0) continue // the boxes of rotated text do not show its width
    count++
    const letters = word.glyphs.map(({ glyph }) => glyph.unicode).join('')
    const box = boxes.find(
      (word) => word.text === letters && Math.abs(word.minX - x) < 0.2 && y > word.minY && y < word.maxY + 0.5,
    )
    if (box) {
      matched++
      if (Math.abs((last.end[0] - x) / (box.maxX - box.minX) - 1) > 0.02) wrongWidths++
    }
    if (origins.length > 0) originDistances.push(nearest(origins, x, y))
  }
  return { words: count, matched, wrongWidths, originDistances }
}

function popplerWords(file: string, page: number): Box[] {
  const html = run('pdftotext', ['-bbox', '-cropbox', '-f', String(page), '-l', String(page), file, '-'])
  const word = /<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)</g
  return Array.from(html.matchAll(word), ([, minX, minY, maxX, maxY, text = '']) => ({
    text: text.replace(/&(amp|lt|gt|quot|apos|#39);/g, (_, name: string) => ENTITIES[name] ?? ''),
    minX: Number(minX) * PT,
    minY: Number(minY) * PT,
    maxX: Number(maxX) * PT,
    maxY: Number(maxY) * PT,
  }))
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'" }

/**
 * Origins of characters, mm. Empty when the page moves characters by a transformation. Also empty when the page's size
 * is no whole number of points, because pdftocairo changes the size of such a page by about 0.1 %.
 */
function popplerOrigins(file: string, page: number): [number, number][] {
  const svg = run('pdftocairo', ['-svg', '-f', String(page), '-l', String(page), file, '-'])
  if (!/<svg [^>]*width="\d+" height="\d+"/.test(svg)) return []
  const body = svg.slice(svg.indexOf('</defs>'))
  const use = /<use xlink:href="#glyph-[\d-]+" x="([\d.-]+)" y="([\d.-]+)"\/>/g
  return Array.from(body.matchAll(use), ([, x, y]) => [Number(x) * PT, Number(y) * PT])
}

function run(program: string, args: string[]): string {
  try {
    return execFileSync(program, args, { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }).toString('utf8')
  } catch {
    return ''
  }
}

const nearest = (origins: readonly (readonly [number, number])[], x: number, y: number): number =>
  origins.reduce((least, [u, v]) => Math.min(least, Math.hypot(u - x, v - y)), Infinity)
