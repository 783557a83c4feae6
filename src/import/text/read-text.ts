import { markedEncoding } from '../../decode-with.ts'
import { PlotdError } from '../../errors.ts'
import { type PageSize, pageNames, pageSize } from '../../geometry/pages.ts'
import {
  type Block,
  characterName,
  type PagesOptions,
  setPages,
  type TextPage,
  type TextPages,
} from '../../hershey/index.ts'
import { SvgBuilder } from '../../svg/index.ts'
import { limit } from '../draw/canvas.ts'
import { Notes } from '../draw/notes.ts'
import type { ImportNote, ImportResult } from '../importer.ts'
import { pageNotes, requirePage } from '../pages.ts'
import { markdownBlocks, type Sections } from './markdown-blocks.ts'
import { StyledFont } from './styled-font.ts'

export interface ReadTextOptions {
  readonly font: string
  /** Paper: a name such as 'a4', or a size such as '210x297mm'; default a4. */
  readonly paper?: string
  /** White border, mm; default 20. */
  readonly margin?: number
  /** Cap height, mm; default 3. */
  readonly size?: number
  /** Whether the text is Markdown; false when absent. */
  readonly isMarkdown?: boolean
  readonly title?: string
}

/** Limit on the characters of a text. */
const MAX_CHARACTERS = 400_000
/** Maximum number of characters of a block of plain text. A longer line becomes several blocks. */
const MAX_IN_PARAGRAPH = 20_000
/** Limit on the pages of a text. */
const MAX_PAGES = 500
/**
 * Limit on the characters of Markdown without an empty line. The time to read unclosed marks such as `**` grows with
 * the square of their number.
 */
const MAX_IN_BLOCK = 50_000
/**
 * Limit on the cells in the tables of a Markdown text, counted as if each line of a block were a row. The library
 * `marked` gives each row as many cells as the heading has, so a small text may have very many cells.
 */
const MAX_CELLS = 200_000
/** The line below the heading of a table. */
const BELOW_HEADING = /^[\s|:>-]*-[\s|:>-]*$/

/**
 * Sets a text on pages, and draws one page.
 *
 * @throws PlotdError ERR_PARAMS for a missing page, an unknown paper, a number out of range, or margins without room;
 *   ERR_SVG_LIMIT, ERR_EMPTY, ERR_FONT_UNKNOWN
 */
export function readText(bytes: Uint8Array, page: number, options: ReadTextOptions): ImportResult {
  const { pages, notes, paper } = layoutPages(bytes, options)
  requirePage(page, pages.length)
  const svg = new SvgBuilder(paper.width, paper.height, options.title === undefined ? {} : { title: options.title })
  const strokes = pages[page - 1]?.strokes
  if (strokes !== undefined) svg.layer('text', (layer) => layer.strokes(strokes))
  return { svg: svg.toString(), notes: [...notes, ...pageNotes(page, pages.length)] }
}

/** The number of pages of a text. @throws PlotdError as `readText` */
export const textPages = (bytes: Uint8Array, options: ReadTextOptions): number =>
  layoutPages(bytes, options).pages.length

/** The pages of a text, before one is chosen. */
interface TextLayout {
  readonly pages: readonly TextPage[]
  readonly notes: readonly ImportNote[]
  readonly paper: PageSize
}

function layoutPages(
  bytes: Uint8Array,
  { font, paper = 'a4', margin = 20, size = 3, isMarkdown = false }: ReadTextOptions,
): TextLayout {
  const page = paperOf(paper)
  const text = textOf(bytes)
  if (text.length > MAX_CHARACTERS) throw limit('characters', MAX_CHARACTERS, 'characters')
  if (isMarkdown) requireSmallBlocks(text.split(/\n[ \t]*\n/))
  const notes = new Notes()
  const note = (code: ImportNote['code'], message: string, count = 1): void => notes.add(code, message, count)
  const styledFont = new StyledFont(font, text, (message) => note('import', message))
  const width = page.width - 2 * margin
  const sections = isMarkdown ? markdownBlocks(text, styledFont, { size, width }, note) : plainBlocks(text)
  if (sections.flat().every((block) => block.text.trim() === '')) {
    const reasons = notes.list().map(({ message }) => message)
    throw new PlotdError('ERR_EMPTY', ['the text has no words', ...reasons].join('; '))
  }
  const pages: TextPage[] = []
  const letters = { ...page, margin, size, font: styledFont.font() }
  for (const blocks of sections) {
    const section = setSection(blocks, { ...letters, maxPages: MAX_PAGES - pages.length })
    pages.push(...section.pages)
    noteGlyphs(section, note)
  }
  return { pages, notes: notes.list(), paper: page }
}

/** Sets the blocks of one section. @throws PlotdError as `setPages`, but ERR_SVG_LIMIT for too many pages */
function setSection(blocks: readonly Block[], options: PagesOptions): TextPages {
  try {
    return setPages(blocks, options)
  } catch (thrown) {
    const isTooLong = thrown instanceof PlotdError && thrown.detail['maxPages'] !== undefined
    throw isTooLong ? limit('pages', MAX_PAGES, 'pages') : thrown
  }
}

/** Checks the size of the blocks of a Markdown text and of its tables. @throws PlotdError ERR_SVG_LIMIT */
function requireSmallBlocks(blocks: readonly string[]): void {
  let cells = 0
  for (const block of blocks) {
    if (block.length > MAX_IN_BLOCK) throw limit('characters without an empty line', MAX_IN_BLOCK, 'characters')
    const lines = block.split('\n')
    const columns = lines.filter((line) => BELOW_HEADING.test(line)).map((line) => line.split('|').length)
    cells += lines.length * columns.reduce((most, count) => Math.max(most, count), 0)
    if (cells > MAX_CELLS) throw limit('cells in its tables', MAX_CELLS, 'cells')
  }
}

function paperOf(name: string): PageSize {
  const page = pageSize(name)
  if (page !== undefined) return page
  const expected = `a paper (${pageNames.join(', ')}) or a size such as 210x148mm`
  throw new PlotdError('ERR_PARAMS', `textPaper must be ${expected}, got ${JSON.stringify(name)}`, {
    issues: [{ field: 'textPaper', expected: `expected ${expected}` }],
  })
}

const textOf = (bytes: Uint8Array): string =>
  new TextDecoder(markedEncoding(bytes)).decode(bytes).replaceAll('\r\n', '\n').replaceAll('\r', '\n')

/** The blocks of a plain text. A form feed begins a page. A first or last page without words is left out. */
function plainBlocks(text: string): Sections {
  return text
    .split('\f')
    .filter((part, i, all) => part.trim() !== '' || (i > 0 && i + 1 < all.length))
    .map((part) => part.replace(/\s+$/, '').split('\n').flatMap(lineBlocks))
}

/** Each line of a file is a block of its own, so that a page may end after any line. */
const lineBlocks = (line: string): Block[] =>
  (line.match(LINE_PARTS) ?? ['']).map((part) => ({ text: part, align: 'left', hyphenate: false }))
const LINE_PARTS = new RegExp(`.{1,${MAX_IN_PARAGRAPH}}`, 'gsu')

function noteGlyphs(
  { missing, substituted, overfull }: TextPages,
  note: (code: ImportNote['code'], message: string, count?: number) => void,
): void {
  for (const character of missing)
    note('not-drawn', `no font here has ${characterName(character)}; it is left out`, character.count)
  for (const substitute of substituted)
    if (substitute.as !== undefined)
      note('import', `${characterName(substitute)} is drawn as “${substitute.as}”`, substitute.count)
  if (overfull > 0) note('import', 'a word is wider than its line', overfull)
}
