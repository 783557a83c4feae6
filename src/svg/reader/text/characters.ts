import type { Declared } from '../css/cascade.ts'
import { parseLength, resolveLength } from '../css/lengths.ts'
import { fractionOf } from '../css/paint.ts'
import { inherit, type Style } from '../css/style.ts'
import { passesConditions } from '../document/conditions.ts'
import { ANIMATIONS, type SvgElement } from '../document/tree.ts'
import { ANOTHER_WAY } from '../reading/options.ts'
import { type Frame, lengthContext, type Walker } from '../reading/reading.ts'
import { baselineDrop, baselineShift } from './baseline.ts'
import type { BidiChar } from './bidi.ts'
import { type Decoration, decorationsOf } from './decoration.ts'
import { lineDirection, toLineAxes } from './line.ts'
import { type Lists, listsOf, type Position, positionOf } from './lists.ts'
import { deeperLevel } from './order.ts'

/** One character of a text element with its combining marks, and the properties that decide its place. */
export interface TextChar extends Position, BidiChar {
  readonly frame: Frame
  /** Distance from the `y` of the text down to the baseline, user units. */
  readonly drop: number
  /** Whether the character is white space that collapses with its neighbours. */
  readonly collapses: boolean
  /** Whether the character takes up space but is not drawn. */
  readonly isHidden: boolean
  /** Language tag from `lang` or `xml:lang`. */
  readonly language: string | undefined
  readonly path: SvgElement | undefined
  readonly decorations: readonly Decoration[]
}

/** The characters of an element with `textLength`. */
export interface LengthSpan {
  readonly first: number
  /** One beyond the index of the last character. */
  readonly end: number
  /** The value of `textLength`, user units. */
  readonly length: number
  /** Whether the glyphs are stretched, and not only the spaces between them. */
  readonly stretches: boolean
}

/** The characters of a text element, and the parts of it that have a `textLength`. */
export interface TextContent {
  readonly chars: readonly TextChar[]
  /** The spans, inner ones before outer ones. */
  readonly spans: readonly LengthSpan[]
}

/** Steps of work for a character: to make its object of a few hundred bytes, and to find its order and its place. */
const CHARACTER = 1000

/** The elements in a text that have position lists. */
const POSITIONING = new Set(['text', 'tspan'])
const NO_LISTS: Lists = { x: [], y: [], dx: [], dy: [], rotate: [], used: 0 }
/** Matches a character that joins the character before it. */
const JOINS = /^(?:\p{M}|\u200d|\ufe0f)$/u

/** The characters of a text element in order, with white space collapsed (SVG 2, section 11.5). */
export function textContent(walker: Walker, element: SvgElement, frame: Frame): TextContent {
  const collector = new Collector(walker)
  const declared = walker.reading.cascade.declared(element, frame.scope)
  const baseline = frame.style['dominant-baseline']
  collector.element(element, {
    frame,
    baseline,
    ...bidi(declared, frame.style.direction, { level: frame.style.direction === 'rtl' ? 1 : 0, isOverridden: false }),
    drop: baselineDrop(declared, frame.style, baseline, walker.reading.budget),
    rise: baselineShift(declared, frame),
    lists: [],
    path: undefined,
    isHidden: false,
    language: element.parent && languageOf(element.parent),
    decorations: decorationsAround(walker, element, frame),
  })
  const { chars, spans } = collector
  while (chars.at(-1)?.collapses) chars.pop()
  return { chars, spans: spans.map((span) => ({ ...span, end: Math.min(span.end, chars.length) })) }
}

/** Decorations of the ancestors, which apply to each text inside. */
function decorationsAround(walker: Walker, { parent }: SvgElement, frame: Frame): readonly Decoration[] {
  if (parent === undefined) return []
  walker.reading.budget.spend(20)
  const own = decorationsOf(walker.reading.cascade.declared(parent), frame, 0)
  return [...decorationsAround(walker, parent, frame), ...own]
}

/** Whether a text element may hold this child. A textPath may stand in text or in a link, as in browsers. */
function isAllowedIn({ name }: SvgElement, outer: SvgElement): boolean {
  return name === 'tspan' || name === 'a' || (name === 'textPath' && /^(?:text|a)$/.test(outer.name))
}

/** The properties that an element of a text passes on to its children. */
interface TextContext extends Omit<BidiChar, 'text'> {
  readonly frame: Frame
  /** `dominant-baseline` of the whole text. */
  readonly baseline: string
  readonly drop: number
  /** Sum of the element's and its ancestors' baseline shifts. */
  readonly rise: number
  /** The position lists of the element and of the elements around it, the innermost first. */
  readonly lists: readonly Lists[]
  readonly path: SvgElement | undefined
  readonly isHidden: boolean
  readonly language: string | undefined
  readonly decorations: readonly Decoration[]
}

class Collector {
  readonly chars: TextChar[] = []
  readonly spans: LengthSpan[] = []
  readonly #walker: Walker

  constructor(walker: Walker) {
    this.#walker = walker
  }

  element(element: SvgElement, outer: TextContext): void {
    this.#walker.reading.budget.visit(element)
    // Lists of positions take longer to split than other attributes take to read.
    this.#walker.reading.budget.spend(2 * element.size + element.children.length + outer.decorations.length)
    const own = POSITIONING.has(element.name) ? listsOf(element, outer.frame) : { ...NO_LISTS }
    const path = element.name === 'textPath' ? element : outer.path
    const declared = this.#walker.reading.cascade.declared(element, outer.frame.scope)
    const lines = decorationsOf(declared, outer.frame, outer.drop - outer.rise)
    const decorations = [...outer.decorations, ...lines]
    const language = ownLanguage(element) ?? outer.language
    const inside = { ...outer, path, language, lists: [own, ...outer.lists], decorations }
    const first = this.chars.length
    for (const child of element.children) {
      if (typeof child === 'string') this.#text(child, element, inside)
      else if (isAllowedIn(child, element)) this.#child(child, inside)
      else if (child.name === 'tref') this.#countNotDrawn('tref')
      else if (ANIMATIONS.has(child.name)) this.#countNotDrawn('animation', ANOTHER_WAY.asItBegins)
    }
    const span = lengthSpan(element, outer.frame, first, this.chars.length)
    if (span !== undefined) this.spans.push(span)
  }

  #countNotDrawn(what: string, detail?: string): void {
    const { sink, reading } = this.#walker
    if (sink.purpose === 'plot') reading.notDrawn.add(what, detail)
  }

  #child(child: SvgElement, outer: TextContext): void {
    const { cascade, settings } = this.#walker.reading
    const declared = cascade.declared(child, outer.frame.scope)
    if (declared.display === 'none' || !passesConditions(child, settings.language)) return
    const style = withModeOf(inherit(outer.frame.style, declared, outer.frame), outer.frame.style)
    const frame = { ...outer.frame, style }
    const isPlot = this.#walker.sink.purpose === 'plot'
    const clip = isPlot ? this.#walker.clip(child, declared, frame) : frame.clip
    const isGone =
      isPlot && (fractionOf(declared.opacity ?? '1') === 0 || this.#walker.isFullyHidden(child, declared, frame))
    const isHidden = outer.isHidden || clip === 'nothing' || isGone
    this.element(child, {
      ...outer,
      frame: clip === 'nothing' ? frame : { ...frame, clip },
      ...bidi(declared, style.direction, outer),
      drop: baselineDrop(declared, style, outer.baseline, this.#walker.reading.budget),
      rise: outer.rise + baselineShift(declared, frame),
      isHidden,
    })
  }

  #text(source: string, element: SvgElement, { frame, drop, rise, lists, ...rest }: TextContext): void {
    const { budget } = this.#walker.reading
    const text = this.#inCase(source, frame.style['text-transform'], rest.language)
    budget.spend(text.length * (CHARACTER + 5 * lists.length))
    const keepsSpace = isPreserved(frame, element)
    const shared = { ...rest, frame, drop: drop - rise }
    for (const char of text.replace(keepsSpace ? /[\t\n\r]/g : /[\t\n\r ]+/g, ' ')) {
      const before = this.chars.at(-1)
      const collapses = char === ' ' && !keepsSpace
      if (collapses && (before === undefined || before.collapses)) continue
      if (before !== undefined && JOINS.test(char)) {
        budget.spend(before.text.length)
        this.chars[this.chars.length - 1] = { ...before, text: before.text + char }
      } else
        this.chars.push({
          ...shared,
          text: char,
          collapses,
          ...toLineAxes(lineDirection(frame.style), positionOf(lists)),
        })
      for (const list of lists) list.used++
    }
  }

  #inCase(text: string, transform: string, language?: string): string {
    if (transform === 'uppercase') return text.toLocaleUpperCase(language)
    if (transform === 'lowercase') return text.toLocaleLowerCase(language)
    if (transform !== 'capitalize') return text
    // A word may begin in an earlier element. WORD_START looks back at two code points, which are at most four units.
    const before = this.chars
      .slice(-2)
      .map((char) => char.text.slice(-4))
      .join('')
    const capital = (letter: string, at: number): string =>
      at < before.length ? letter : letter.toLocaleUpperCase(language)
    return (before + text).replace(WORD_START, capital).slice(before.length)
  }
}

/** The style with the `writing-mode` of the text element, which applies to the whole text (SVG 2, section 11.7.1). */
function withModeOf(style: Style, { 'writing-mode': mode }: Style): Style {
  return style['writing-mode'] === mode ? style : { ...style, 'writing-mode': mode }
}

/** Level and override from `unicode-bidi`. */
function bidi(declared: Declared, direction: string, outer: Omit<BidiChar, 'text'>): Omit<BidiChar, 'text'> {
  const mode = declared['unicode-bidi'] ?? 'normal'
  if (mode === 'normal' || mode === 'plaintext') return { level: outer.level, isOverridden: outer.isOverridden }
  return { level: deeperLevel(outer.level, direction), isOverridden: /override$/.test(mode) }
}

/**
 * Matches the first letter of a word. A letter after an apostrophe, full stop, colon or middle dot inside a word does
 * not match, such as the t of don't.
 */
const WORD_START = /(?<![\p{L}\p{N}])(?<![\p{L}\p{N}]['’.:·])\p{L}/gu

const MAX_TAG = 35

function ownLanguage({ attributes }: SvgElement): string | undefined {
  const tag = (attributes['xml:lang'] ?? attributes['lang'])?.trim()
  if (tag === undefined || tag.length > MAX_TAG) return undefined
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined // the tag is not well-formed
  }
}

/** The language of an element: its own, else the language of the nearest ancestor that has one. */
function languageOf(element: SvgElement): string | undefined {
  for (let up: SvgElement | undefined = element; up !== undefined; up = up.parent) {
    const language = ownLanguage(up)
    if (language !== undefined) return language
  }
  return undefined
}

/** Elements whose `xml:space` browsers follow. Groups around a text are not among them. */
const FOLLOWS_SPACE = new Set(['text', 'tspan', 'textPath'])

function isPreserved({ style }: Frame, element: SvgElement): boolean {
  if (/^(?:pre|pre-wrap|break-spaces)$/.test(style['white-space'])) return true
  for (let up: SvgElement | undefined = element; up !== undefined; up = up.parent) {
    const space = FOLLOWS_SPACE.has(up.name) ? up.attributes['xml:space'] : undefined
    if (space !== undefined) return space === 'preserve'
  }
  return false
}

function lengthSpan({ attributes }: SvgElement, frame: Frame, first: number, end: number): LengthSpan | undefined {
  const declaredLength = parseLength(attributes['textLength'] ?? '')
  const length = declaredLength && resolveLength(declaredLength, 'x', lengthContext(frame))
  if (length === undefined || length <= 0) return undefined
  return { first, end, length, stretches: attributes['lengthAdjust'] === 'spacingAndGlyphs' }
}
