import { decodeHTMLStrict } from 'entities'
import { lexer, type Token, type Tokens } from 'marked'
import type { Block } from '../../hershey/index.ts'
import type { ImportNote } from '../importer.ts'
import type { RunStyle, StyledFont } from './styled-font.ts'

export interface BlockOptions {
  /** Cap height of the text, mm. */
  readonly size: number
  /** Width of a line, mm. */
  readonly width: number
}

/** Lists of blocks. Each list begins a new page. */
export type Sections = Block[][]

/** Cap heights of headings, as multiples of the cap height of the text. */
const HEADINGS = [2, 1.6, 1.3, 1.15, 1, 1] as const
/** Space above a heading, in cap heights of the text. */
const ABOVE_HEADING = 2.4
/** Space above a paragraph, in cap heights. */
const ABOVE = 1.4
/**
 * Space above an item of a list, and above a later paragraph in an item, in cap heights. Each item of a loose list,
 * and the first item of a list that is in no other list or quotation, has `ABOVE`.
 */
const ABOVE_ITEM = 0.5
/** Indent of a list and of a quotation, in cap heights. */
const INDENT = 3.4
const MAX_DEPTH = 20
const PAGE_BREAK =
  /^\s*(?:<!--\s*page\s*-?break\s*-->|<[^>]*page-break-(?:after|before)\s*:\s*always[^>]*>(?:\s*<[^>]*>)*|\\(?:newpage|pagebreak))\s*$/is

/** Matches metadata (front matter) at the start of a text: YAML from a line `---` to a line `---` or `...`. */
const FRONT_MATTER =
  /^---[ \t]*\n["'\w](?:[^\n:]|:(?![ \t\n]))*:(?:[ \t][^\n]*)?\n(?:[^\n]*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|$)/
/** Matches an inline tag that itself shows something. Other tags only style text. */
const HTML_CONTENT = /^<(?:audio|canvas|embed|iframe|img|input|math|object|picture|svg|video)\b/i

/** The place of a block within lists and quotations. Lengths in mm; `above` in cap heights. */
interface Place {
  readonly indent: number
  readonly depth: number
  readonly style: RunStyle
  readonly above: number
}

/** The blocks of a Markdown text. Inline styles become characters of the styled font. */
export function markdownBlocks(
  text: string,
  font: StyledFont,
  options: BlockOptions,
  note: (code: ImportNote['code'], message: string) => void,
): Sections {
  const writer = new Writer(font, options, note)
  const [metadata = ''] = FRONT_MATTER.exec(text) ?? []
  if (metadata !== '') note('import', 'the metadata at the start of a Markdown text is not drawn')
  for (const part of text.slice(metadata.length).split('\f')) {
    writer.pageBreak()
    writer.tokens(lexer(part), { indent: 0, depth: 0, style: PLAIN, above: ABOVE })
  }
  return writer.sections.filter((blocks) => blocks.length > 0)
}

const PLAIN: RunStyle = { isEmphasized: false, isStrong: false }

class Writer {
  readonly sections: Sections = []
  readonly #font: StyledFont
  readonly #options: BlockOptions
  readonly #note: (code: ImportNote['code'], message: string) => void

  constructor(font: StyledFont, options: BlockOptions, note: (code: ImportNote['code'], message: string) => void) {
    this.#font = font
    this.#options = options
    this.#note = note
  }

  pageBreak(): void {
    this.sections.push([])
  }

  tokens(tokens: readonly Token[], place: Place): void {
    for (const token of tokens) this.#token(token, place)
  }

  #token(token: Token, place: Place): void {
    const { size } = this.#options
    if (PAGE_BREAK.test(token.raw)) this.pageBreak()
    else if (token.type === 'heading') this.#heading(token as Tokens.Heading, place)
    else if (token.type === 'paragraph' || token.type === 'text') this.#paragraph(token as Tokens.Paragraph, place)
    else if (token.type === 'list') this.#list(token as Tokens.List, place)
    else if (token.type === 'blockquote') {
      const style = { ...place.style, isEmphasized: true }
      this.#nested((token as Tokens.Blockquote).tokens, { ...place, style, indent: place.indent + INDENT * size })
    } else if (token.type === 'code') this.#code(token as Tokens.Code, place)
    else if (token.type === 'hr') this.#rule(place)
    else if (token.type === 'table') this.#table(token as Tokens.Table, place)
    else if (token.type === 'def' && isFootnote(token))
      this.#paragraph({ ...token, text: token.raw } as Tokens.Text, place)
    else if (token.type === 'html' && withoutComments(token.raw).trim() !== '')
      this.#note('not-drawn', 'HTML in a Markdown text')
  }

  #nested(tokens: readonly Token[], place: Place): void {
    if (place.depth < MAX_DEPTH) this.tokens(tokens, { ...place, depth: place.depth + 1 })
    else if (tokens.length > 0) this.#note('not-drawn', `lists and quotations nested more than ${MAX_DEPTH} deep`)
  }

  #add(block: Block): void {
    this.sections.at(-1)?.push(block)
  }

  #heading({ depth, tokens }: Tokens.Heading, place: Place): void {
    const size = this.#options.size * (HEADINGS[depth - 1] ?? 1)
    const style = depth > 3 ? { ...place.style, isStrong: true } : place.style
    const text = this.#inline(tokens, style)
    this.#add({
      text,
      size,
      before: ABOVE_HEADING * this.#options.size,
      keepWithNext: true,
      align: 'left',
      hyphenate: false,
      indent: place.indent,
    })
  }

  #paragraph(token: Tokens.Paragraph | Tokens.Text, place: Place, marker?: string): void {
    const text = this.#inline(token.tokens ?? [token as Token], place.style)
    if (text.trim() === '') return
    const before = place.above * this.#options.size
    this.#add({ text, before, indent: place.indent, ...(marker !== undefined && { marker }) })
  }

  #list({ ordered, start, items, loose }: Tokens.List, place: Place): void {
    const indent = place.indent + INDENT * this.#options.size
    items.forEach((item, i) => {
      const number = typeof start === 'number' ? start + i : i + 1
      const bullet = ordered ? `${number}.` : '•'
      const box = item.checked === true ? '[x]' : '[ ]'
      const marker = item.task ? box : bullet
      const [first, ...rest] = item.tokens.filter(({ type }) => type !== 'space' && type !== 'checkbox')
      const above = loose || (i === 0 && place.depth === 0) ? ABOVE : ABOVE_ITEM
      const inner = { ...place, indent, above: ABOVE_ITEM }
      if (first?.type === 'text' || first?.type === 'paragraph')
        this.#paragraph(first as Tokens.Paragraph, { ...inner, above }, marker)
      else {
        this.#add({ text: ' ', indent, marker, before: above * this.#options.size, keepWithNext: true })
        if (first !== undefined) this.#nested([first], inner)
      }
      this.#nested(rest, inner)
    })
  }

  #code({ text }: Tokens.Code, { indent }: Place): void {
    const { size } = this.#options
    this.#add({
      text: text.replaceAll('\t', '    '),
      before: ABOVE * size,
      indent: indent + 2 * size,
      hyphenate: false,
      align: 'left',
    })
  }

  #rule({ indent }: Place): void {
    const { size, width } = this.#options
    this.#add({ text: this.#font.rule(0.999 * (width - indent), size), before: ABOVE * size, indent, align: 'left' })
  }

  /** Writes each row as a line of text. Blanks align the columns, and no rules are drawn. */
  #table({ header, rows }: Tokens.Table, place: Place): void {
    this.#note('import', 'a table is drawn as lines of text')
    const cells = [header, ...rows].map((row, i) =>
      row.map(({ tokens, text }) => ({
        text: this.#inline(tokens, i === 0 ? { ...place.style, isStrong: true } : place.style),
        blanks: this.#font.widthInBlanks(text),
      })),
    )
    const most = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.blanks ?? 0)))
    const lines = cells.map((row) =>
      row
        .map(
          ({ text, blanks }, column) =>
            text + '\u00a0'.repeat(Math.min(200, Math.round((most[column] ?? 0) - blanks) + 3)),
        )
        .join(''),
    )
    const text = lines.map((line) => line.trimEnd()).join('\n')
    this.#add({ text, before: ABOVE * this.#options.size, indent: place.indent, hyphenate: false, align: 'left' })
  }

  #inline(tokens: readonly Token[], style: RunStyle, depth = 0): string {
    if (depth > MAX_DEPTH) {
      this.#note('not-drawn', `text in more than ${MAX_DEPTH} styles and links at once`)
      return ''
    }
    return tokens.map((token) => this.#run(token, style, depth)).join('')
  }

  #run(token: Token, style: RunStyle, depth: number): string {
    const inner = (next: RunStyle): string => this.#inline(('tokens' in token && token.tokens) || [], next, depth + 1)
    switch (token.type) {
      case 'em':
        return inner({ ...style, isEmphasized: !style.isEmphasized })
      case 'strong':
        return inner({ ...style, isStrong: true })
      case 'br':
        return '\n'
      case 'del':
        this.#note('import', 'text that is struck out is drawn without its line')
        return inner(style)
      case 'link':
        return isFootnote(token) ? this.#font.style(token.raw, style) : inner(style)
      case 'image':
        this.#note('not-drawn', 'a picture in a Markdown text')
        return ''
      case 'html':
        if (HTML_CONTENT.test(token.raw)) this.#note('not-drawn', 'HTML in a Markdown text')
        return /^<br\s*\/?>$/i.test(token.raw.trim()) ? '\n' : ''
      case 'codespan':
        return (token as Tokens.Codespan).text
      default: {
        if ('tokens' in token && token.tokens) return inner(style)
        const text = 'text' in token ? String(token.text) : token.raw
        return this.#font.style(decodeHTMLStrict(text).replace(/\s*\n\s*/g, ' '), style)
      }
    }
  }
}

/**
 * Whether a link or its definition is a footnote, such as `[^1]: word`. The library `marked` knows no footnotes: it
 * takes a footnote of one word as the address of a link. plotd draws footnotes, but no addresses of links.
 */
const isFootnote = ({ raw }: Token): boolean => raw.startsWith('[^')

/**
 * HTML without its comments. The function searches for the end of each comment without a regular expression, so that
 * the time grows linearly with the length.
 */
function withoutComments(html: string): string {
  let rest = ''
  let place = 0
  for (;;) {
    const start = html.indexOf('<!--', place)
    rest += html.slice(place, start < 0 ? undefined : start)
    const end = start < 0 ? -1 : html.indexOf('-->', start)
    if (end < 0) return rest
    place = end + 3
  }
}
