import { type Bounds, boundsOf, EMPTY_BOUNDS, isEmpty, unionOfBounds } from '../../geometry/bounds.ts'
import { type Strokes, stroke, strokeCount } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { layoutText, loadFont, type TextOptions } from '../../hershey/index.ts'
import { smoothBetweenCorners } from '../draw/curve.ts'
import { boxPolygon } from '../draw/region.ts'
import { swellDownstrokes } from '../draw/swell.ts'
import { type FittedText, fitText, mustFit, type TextBox, type TextPlace, textIn, tooLong } from '../fit-text.ts'
import type { TaskWarning } from '../task.ts'
import { type Card, lettersOf, nameOn, type PostcardParams, type Template } from './card.ts'

/** One block of text with its place on the card. */
export interface Block {
  readonly field: string
  readonly text: FittedText
  readonly box: TextBox
}

/** The words of a card in their places. */
export interface Words {
  readonly strokes: readonly Strokes[]
  /** The box around all words; empty when there are none. */
  readonly bounds: Bounds
  /** Polygons that the art must not enter. */
  readonly covers: readonly number[][]
  readonly warnings: readonly TaskWarning[]
}

/**
 * Cap heights, mm. `largest` is for an A5 card. `smallest` is for every card, and holds for a headline of several
 * lines. A headline on one line has at least half of its largest size.
 */
const GREETING = { largest: 11.5, smallest: 3.2 }
const NAME = { largest: 7.6, smallest: 2.6 }
/**
 * Cap heights of the message, mm. On an A5 card, `short` is the largest for a few words, and `reading` the largest for
 * a long text. `smallest` holds on every card.
 */
const MESSAGE = { short: 6.6, reading: 3.7, smallest: 1.5 }
/** A message of at least this length, in characters, gets at most the reading size. */
const READING_LENGTH = 115
/** Minimum cap height at which letters get smooth curves, mm. Without these, vertices of large letters are visible. */
const MIN_SMOOTH = 4.5
/** Minimum turn at a corner of a letter, degrees. */
const CORNER = 90
/** Half the breadth of a swelled downstroke in a greeting, in cap heights. */
const SWELL = 0.026
/** Minimum height of a swelled downstroke, in cap heights. */
const DOWNSTROKE = 0.45
/** A message below this cap height, mm, causes a warning. */
const MIN_LEGIBLE = 2.4

/**
 * Steps in which greeting, name and signature shrink to leave room for the message. Each step has their size as a
 * fraction of the full size, and the message's least cap height on an A5 card, mm.
 */
const STEPS = [
  [1, 2.9],
  [0.82, 2.7],
  [0.66, 2.4],
  [0.66, MESSAGE.smallest],
  [0.5, MESSAGE.smallest],
] as const

/** Greatest distance by which the name and a short message of one line are indented from the greeting, in `u`. */
const INSET = 16
/** A message of one line is indented like the name if it is narrower than this fraction of its place's width. */
const SHORT_LINE = 0.66
/** Fraction of the free height that widens the gap above the message, and the largest widening, in `u`. */
const EXTRA_GAP = { share: 0.1, most: 5 }

/**
 * Sets greeting, name, message and signature, one below the other, each in the largest size that fits.
 *
 * @throws PlotdError ERR_PARAMS that names the field that does not fit
 */
export function setWords(card: Card, template: Template, params: PostcardParams): Words {
  const blocks = placeWords(card, template, params).map((block) => ({
    ...block,
    strokes: textIn(block.box, block.text),
  }))
  const isSwelled = loadFont(params.greetingFont).info.weight === 1
  const strokes = blocks.map((block) => inkOf(block, isSwelled))
  return {
    strokes,
    bounds: strokes.map(boundsOf).reduce(unionOfBounds, EMPTY_BOUNDS),
    covers: blocks.map((block) => paddedBox(block.strokes, 3.2 * card.u)),
    warnings: blocks.flatMap(({ field, text }) => sizeWarnings(field, text)),
  }
}

/** The blocks of text in their places. @internal tests check places and sizes @throws as `setWords` */
export function placeWords(card: Card, template: Template, params: PostcardParams): Block[] {
  const area = template.textBox(card)
  return stack(card, area, template.align, columnOf(card, area, template, params))
}

/** The warnings of `setWords`, without its strokes. @throws as `setWords` */
export const wordWarnings = (card: Card, template: Template, params: PostcardParams): TaskWarning[] =>
  columnOf(card, template.textBox(card), template, params).flatMap(({ field, text }) => sizeWarnings(field, text))

type UnplacedBlock = Omit<Block, 'box'> & { readonly gap: number }

const heightOf = (blocks: readonly UnplacedBlock[]): number =>
  blocks.reduce((sum, { text, gap }) => sum + text.height + gap, 0)

function columnOf(card: Card, area: TextBox, template: Template, params: PostcardParams): UnplacedBlock[] {
  const message = params.message.trim()
  let tight: TextPlace | undefined
  for (const [share, least] of STEPS) {
    const head = headBlocks(card, area, template, params, share)
    const signature = signatureOf(card, area, params, share)
    if (message === '') return [...head, ...signature]
    const gap = 5 * card.u * share
    const height = area.height - heightOf(head) - heightOf(signature) - gap
    tight = placeFor(card, area, height, Array.from(message).length, least)
    const text = fitText(message, tight, bodyStyle(template, params))
    if (text) return [...head, { field: 'message', gap, text }, ...signature]
  }
  throw tooLong('message', message, tight ?? { ...area, largest: MESSAGE.reading, smallest: MESSAGE.smallest })
}

const bodyStyle = (template: Template, params: PostcardParams): TextOptions => ({
  ...lettersOf(params, 'font'),
  align: template.align,
  lineSpacing: 1.08,
})

function placeFor({ u }: Card, { width }: TextBox, height: number, length: number, least: number): TextPlace {
  const ideal = MESSAGE.reading * Math.sqrt(READING_LENGTH / Math.max(1, length))
  const largest = Math.max(2.6, u * Math.min(MESSAGE.short, Math.max(MESSAGE.reading, ideal)))
  return { width, height, largest, smallest: Math.min(largest, Math.max(MESSAGE.smallest, least * u)) }
}

function headBlocks(
  card: Card,
  area: TextBox,
  template: Template,
  params: PostcardParams,
  share: number,
): UnplacedBlock[] {
  const options = { ...lettersOf(params, 'greetingFont'), align: template.align, lineSpacing: 0.9 }
  const room = (height: number, sizes: { largest: number; smallest: number }) => ({
    width: area.width,
    height: area.height * height * share,
    largest: sizes.largest * card.u * share,
    smallest: Math.min(sizes.smallest, sizes.largest * card.u * share),
  })
  const greeting = (params.greeting ?? template.greeting).trim()
  const name = nameOn(params)
  const first =
    greeting === ''
      ? []
      : [{ field: 'greeting', text: oneLine('greeting', greeting, room(0.42, GREETING), options), gap: 0 }]
  // Without a greeting the name is the headline.
  const sizes = first.length === 0 ? GREETING : NAME
  const gap = first.length === 0 ? 0 : 1.6 * card.u
  return [...first, { field: 'recipient', text: oneLine('recipient', name, room(0.3, sizes), options), gap }]
}

function signatureOf(card: Card, area: TextBox, params: PostcardParams, share: number): UnplacedBlock[] {
  const sign = params.from.trim()
  if (sign === '') return []
  const place = { width: area.width, height: area.height * 0.16, largest: 5.5 * card.u * share, smallest: 1.8 }
  const text = mustFit('from', sign, place, { ...lettersOf(params, 'greetingFont'), align: 'right' })
  return [{ field: 'from', gap: 3 * card.u * share, text }]
}

/** Sets a headline on one line if its letters can be large enough, else on several lines. */
function oneLine(
  field: string,
  words: string,
  place: { width: number; height: number; largest: number; smallest: number },
  options: Parameters<typeof fitText>[2],
): FittedText {
  const { bounds, width, height } = layoutText(words, { ...options, size: place.largest })
  const wide = Math.max(width, bounds.maxX - bounds.minX)
  const high = Math.max(height, bounds.maxY - bounds.minY)
  const size = place.largest * Math.min(1, place.width / wide, place.height / high) * 0.999
  const single = size >= 0.5 * place.largest && fitText(words, { ...place, largest: size, smallest: size }, options)
  if (single) return single
  return mustFit(field, words, place, options)
}

/**
 * Stacks the blocks, slightly above the middle of the area. The gaps above message and signature grow with the free
 * height. With `align` left, the name and a short message of one line are indented.
 */
function stack({ u }: Card, area: TextBox, align: Template['align'], blocks: readonly UnplacedBlock[]): Block[] {
  const free = Math.max(0, area.height - heightOf(blocks))
  const extraGap = Math.min(EXTRA_GAP.most * u, EXTRA_GAP.share * free)
  const extraGaps = blocks.map(({ field }) => (field === 'message' ? extraGap : field === 'from' ? extraGap / 2 : 0))
  const insets = blocks.map((block) => insetOf(block, area, align, u))
  const reach = Math.max(
    ...blocks.map(({ field, text }, i) => (field === 'from' ? 0 : (insets[i] ?? 0) + widest(text))),
  )
  let y = area.y + (free - extraGaps.reduce((sum, extraGap) => sum + extraGap, 0)) * 0.42
  return blocks.map(({ field, text, gap }, i) => {
    y += gap + (extraGaps[i] ?? 0)
    const inset = insets[i] ?? 0
    // The signature stands at the right, but not far from the words.
    const right = field === 'from' ? Math.min(area.width, Math.max(reach, widest(text), 0.6 * area.width)) : area.width
    const left = align === 'center' && field === 'from' ? (area.width - right) / 2 : inset
    const box = {
      x: area.x + left - (field === 'from' ? area.width - right : 0),
      y,
      width: area.width - inset,
      height: text.height,
    }
    y += text.height
    return { field, text, box }
  })
}

function insetOf({ field, text }: UnplacedBlock, { width }: TextBox, align: Template['align'], u: number): number {
  const isShort = text.lines.length === 1 && widest(text) < SHORT_LINE * width
  if (align !== 'left' || (field !== 'recipient' && !(field === 'message' && isShort))) return 0
  return Math.max(0, Math.min(INSET * u, width - widest(text)))
}

const widest = (text: FittedText) => Math.max(...text.lines.map((line) => line.width))

/**
 * The strokes of a block. Large letters get smooth curves, because they were designed for a smaller size. A large
 * greeting also gets swelled downstrokes if `isSwelled`. In a font whose stems have several strokes, swelling would
 * blacken the stems unevenly.
 */
function inkOf({ field, text, strokes }: Block & { readonly strokes: Strokes }, isSwelled: boolean): Strokes {
  if (text.size < MIN_SMOOTH) return strokes
  const out = new StrokeWriter()
  for (let s = 0; s < strokeCount(strokes); s++) {
    const line = smoothBetweenCorners(Array.from(stroke(strokes, s)), CORNER)
    out.add(
      isSwelled && field === 'greeting' ? swellDownstrokes(line, SWELL * text.size, DOWNSTROKE * text.size) : line,
    )
  }
  return out.take()
}

/** The box around ink, wider by `pad` on every side; empty without ink. */
function paddedBox(strokes: Strokes, pad: number): number[] {
  const box = boundsOf(strokes)
  if (isEmpty(box)) return []
  return boxPolygon(box.minX - pad, box.minY - pad, box.maxX - box.minX + 2 * pad, box.maxY - box.minY + 2 * pad)
}

function sizeWarnings(field: string, { size }: FittedText): TaskWarning[] {
  if (field !== 'message' || size >= MIN_LEGIBLE) return []
  return [{ code: 'text-fit', message: `${field}: set in ${size.toFixed(1)} mm capitals to fit its place` }]
}
