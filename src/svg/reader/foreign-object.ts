import { compose, translation } from '../../geometry/affine.ts'
import type { Declared } from './css/cascade.ts'
import { parseLength, resolveAgainst } from './css/lengths.ts'
import { fractionOf } from './css/paint.ts'
import { fontSize, inherit, type Style } from './css/style.ts'
import type { SvgElement } from './document/tree.ts'
import { ANOTHER_WAY } from './reading/options.ts'
import { type Frame, lengthContext, type Walker } from './reading/reading.ts'
import { geometry } from './shapes/shapes.ts'
import { CAP_HEIGHT } from './text/line.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Elements of HTML that begin and end a line. */
const BLOCKS = words(
  'address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header html legend li main menu nav ol p pre section summary table tr ul',
)
/**
 * Elements whose text is not drawn: those that a browser does not show, those whose text is for browsers that cannot
 * show the element, and `svg`.
 */
const SILENT = words(
  'area audio base canvas datalist embed head iframe link meta meter noembed noframes noscript param progress rp ' +
    'script style svg template title video',
)
/** Form fields. Their text is not drawn. */
const FIELDS = words('input select textarea')
/** Elements whose content is more than text. */
const RICH = words(
  'audio button canvas details embed fieldset hr iframe img li math meter object progress svg table video',
)
/** Matches a `style` attribute that draws a line around or beside text. */
const BORDER = /(?:^|;)\s*(?:border(?:-(?:top|right|bottom|left))?|outline)\s*:\s*(?!none|0)/i
const USUAL_LINE = 1.2
/**
 * A line that does not wrap is squeezed into its box if it is at most this many times as wide as the box: the stroke
 * font may be wider than the font of the file. A wider line overflows the box, because draw.io writes boxes of 1 px.
 */
const MAX_SQUEEZE = 1.6
/** What a browser sets for an element, besides what the file sets. */
const USUAL_STYLE: Readonly<Record<string, Partial<Style>>> = {
  pre: { 'white-space': 'pre' },
  center: { 'text-align': 'center' },
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

interface Line {
  text: string
  readonly style: Style
  readonly element: SvgElement
}

type Align = 'left' | 'center' | 'right'

/**
 * The alignment and the height of lines in their box, from `style` attributes. `align` is the alignment of lines
 * without `text-align`.
 */
interface Setting {
  align: Align
  /** The part of the free height that is above the lines. */
  shareAbove: 0 | 0.5 | 1
  lineHeight: number | undefined
}

/**
 * Draws the text of a foreignObject with simple HTML, such as the labels of Mermaid and draw.io. The lines stand in a
 * box, aligned by `text-align` and by the `style` attributes. `notDrawn` counts each form field. `notDrawn` also counts
 * a foreignObject in three cases: it has elements of `RICH`; it has lines such as borders and underlines; or it has
 * elements but no text, and its width and height are above 0.
 */
export function drawForeignObject(walker: Walker, element: SvgElement, declared: Declared, frame: Frame): void {
  const { reading, sink } = walker
  const reader = new HtmlReader(walker, frame)
  reader.read(element, frame.style)
  if (reader.isRich && sink.purpose === 'plot') reading.notDrawn.add('foreignObject', ANOTHER_WAY.onlyText)
  const input = { element, declared, lengths: lengthContext(frame) }
  const x = geometry(input, 'x', 0)
  const y = geometry(input, 'y', 0)
  const width = geometry(input, 'width', frame.viewWidth)
  const height = geometry(input, 'height', frame.viewHeight)
  const { lines } = reader
  if (lines.every(({ text }) => text.trim() === '')) {
    const isShown = reader.hasElements && width > 0 && height > 0
    if (!reader.isRich && isShown && sink.purpose === 'plot') reading.notDrawn.add('foreignObject')
    return
  }
  const { left, top, boxWidth, boxHeight, ...setting } = reader
  const box = { x: x + left, y: y + top, width: boxWidth ?? width - left, height: boxHeight ?? height - top }
  placeLines(walker, element, lines, box, setting, frame)
}

class HtmlReader implements Setting {
  readonly lines: Line[] = []
  align: Align = 'left'
  shareAbove: 0 | 0.5 | 1 = 0
  lineHeight: number | undefined
  left = 0
  top = 0
  boxWidth: number | undefined
  boxHeight: number | undefined
  isRich = false
  hasElements = false
  readonly #walker: Walker
  readonly #frame: Frame
  #isNew = true

  constructor(walker: Walker, frame: Frame) {
    this.#walker = walker
    this.#frame = frame
  }

  read(element: SvgElement, style: Style): void {
    const { reading } = this.#walker
    for (const child of element.children) {
      if (typeof child === 'string') {
        this.#text(child, style, element)
        continue
      }
      reading.budget.visit(child)
      reading.budget.spend(50 + child.children.length)
      const tag = child.name.replace(/^html:/, '').toLowerCase()
      const declared = reading.cascade.declared(child)
      if (isHidden(child, tag, declared)) continue
      if (FIELDS.has(tag)) {
        if (this.#walker.sink.purpose === 'plot') reading.notDrawn.add(tag)
        continue
      }
      if (RICH.has(tag) || hasLine(child, tag, declared)) this.isRich = true
      if (SILENT.has(tag)) continue
      this.hasElements = true
      this.#arrange(child.attributes['style'] ?? '', style)
      const isBlock = BLOCKS.has(tag)
      if (tag === 'br') this.#break(style, child)
      else if (isBlock) this.#isNew = true
      const outer = { ...style, ...USUAL_STYLE[tag] }
      this.read(child, inherit(outer, declared, this.#frame))
      if (isBlock) this.#isNew = true
    }
  }

  #text(text: string, style: Style, element: SvgElement): void {
    const space = style['white-space']
    const keepsBlanks = /^(?:pre|pre-wrap|break-spaces)$/.test(space)
    const lines = keepsBlanks || space === 'pre-line' ? text.split('\n') : [text]
    for (const [i, line] of lines.entries()) {
      if (i > 0) this.#break(style, element)
      if (this.#isNew && /^[\t\n\r ]*$/.test(line)) continue
      const words = keepsBlanks ? line : line.replace(/[\t\n\r ]+/g, ' ')
      const last = this.lines.at(-1)
      if (!this.#isNew && last !== undefined) last.text += words
      else this.lines.push({ text: keepsBlanks ? words : words.trimStart(), style, element })
      this.#isNew = false
    }
  }

  /** Ends the line. A line that has not begun stays blank. */
  #break(style: Style, element: SvgElement): void {
    if (this.#isNew) this.lines.push({ text: '', style, element })
    this.#isNew = true
  }

  #arrange(css: string, style: Style): void {
    const value = (name: string): string | undefined =>
      new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]+)`, 'i').exec(css)?.[1]?.trim().toLowerCase()
    const length = (name: string): number | undefined => {
      const parsed = parseLength(value(name) ?? '')
      const frame = { ...this.#frame, style }
      return parsed && parsed.unit !== '%' ? resolveAgainst(parsed, 0, lengthContext(frame)) : undefined
    }
    if (/center/.test(value('justify-content') ?? '')) this.align = 'center'
    if (/center/.test(value('align-items') ?? '') || value('vertical-align') === 'middle') this.shareAbove = 0.5
    const isColumn = /column/.test(value('flex-direction') ?? '')
    if (/end/.test(value('align-items') ?? '') && !isColumn) this.shareAbove = 1
    const factor = Number(value('line-height'))
    if (factor > 0) this.lineHeight = factor
    this.left += (length('margin-left') ?? 0) + (length('padding-left') ?? 0)
    this.top += (length('padding-top') ?? 0) + (length('margin-top') ?? 0)
    if (/flex/.test(value('display') ?? '')) {
      this.boxWidth = length('width')
      this.boxHeight = length('height')
    }
  }
}

/** Whether a browser shows nothing of an element. */
function isHidden({ attributes }: SvgElement, tag: string, { display, opacity = '1' }: Declared): boolean {
  if (display === 'none' || fractionOf(opacity) === 0 || attributes['hidden'] !== undefined) return true
  return tag === 'dialog' ? attributes['open'] === undefined : tag === 'input' && attributes['type'] === 'hidden'
}

/** Whether a browser draws a line around, beside, under or through the text of an element. */
function hasLine({ attributes: { style = '', href } }: SvgElement, tag: string, declared: Declared): boolean {
  const isLined = /^(?:del|ins|s|strike|u)$/.test(tag) || (tag === 'a' && href !== undefined)
  return BORDER.test(style) || (declared['text-decoration'] ?? (isLined ? 'underline' : 'none')) !== 'none'
}

function alignmentOf({ style }: Line, usual: Align): Align {
  const { 'text-align': css } = style
  if (css === 'start' || css === 'match-parent') return usual
  if (/center/.test(css)) return 'center'
  return /right|end/.test(css) ? 'right' : 'left'
}

const wraps = ({ style }: Line): boolean => !/^(?:nowrap|pre)$/.test(style['white-space'])

/** The fraction of the box's width at which a line is anchored, and the line's `text-anchor`, by alignment. */
const ANCHORS = {
  left: { share: 0, anchor: 'start' },
  center: { share: 0.5, anchor: 'middle' },
  right: { share: 1, anchor: 'end' },
} as const

function placeLines(
  walker: Walker,
  parent: SvgElement,
  all: readonly Line[],
  box: Box,
  setting: Setting,
  frame: Frame,
): void {
  const lines = all.flatMap((line) => (wraps(line) && box.width > 0 ? wrapLine(walker, line, box.width) : [line]))
  const heightOf = ({ style }: Line): number => fontSize(style) * (setting.lineHeight ?? USUAL_LINE)
  const totalHeight = lines.reduce((sum, line) => sum + heightOf(line), 0)
  let top = box.y + setting.shareAbove * (box.height - totalHeight)
  for (const line of lines) {
    const { share, anchor } = ANCHORS[alignmentOf(line, setting.align)]
    const size = fontSize(line.style)
    // The letters fill 0.9 em above the baseline and 0.2 em below, and stand in the middle of the line's height.
    const baseline = top + heightOf(line) / 2 + 0.35 * size
    top += heightOf(line)
    const place = { ...frame, matrix: compose(frame.matrix, translation(box.x + share * box.width, baseline)) }
    const width = widthOf(walker, line)
    const shouldFit = !wraps(line) && width > box.width && width <= MAX_SQUEEZE * box.width
    walker.visit(textElement(parent, line, anchor, shouldFit ? box.width : undefined), {
      ...place,
      style: { ...line.style, fill: line.style.color, stroke: 'none', 'dominant-baseline': 'auto' },
    })
  }
}

function textElement(
  parent: SvgElement,
  { text, element }: Line,
  anchor: string,
  length: number | undefined,
): SvgElement {
  const attributes = {
    'text-anchor': anchor,
    ...(length !== undefined && { textLength: String(length), lengthAdjust: 'spacingAndGlyphs' }),
  }
  return { name: 'text', attributes, parent, children: [text.trimEnd()], line: element.line, size: text.length }
}

/** Width of a line in the stroke font, user units. */
function widthOf({ reading }: Walker, { text, style }: Line): number {
  reading.budget.spend(10 * text.length)
  const ems = Array.from(text.trim()).reduce((sum, letter) => sum + reading.glyphs.glyph(letter).advance, 0)
  return ems * CAP_HEIGHT * fontSize(style)
}

function wrapLine(walker: Walker, line: Line, width: number): Line[] {
  const lines: Line[] = []
  for (const word of line.text.split(' ')) {
    const last = lines.at(-1)
    const longer = last && { ...last, text: `${last.text} ${word}` }
    // The file's own font may be narrower than the stroke font, so a line may be 15 % too wide before it wraps.
    if (last && longer && widthOf(walker, longer) <= width * 1.15) last.text = longer.text
    else lines.push({ ...line, text: word })
  }
  return lines
}
