import { type Bounds, boundsOf, EMPTY_BOUNDS, isEmpty } from '../../geometry/bounds.ts'
import { type Strokes, stroke, strokeCount } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { layoutText, loadFont } from '../../hershey/index.ts'
import { softened } from '../draw/curve.ts'
import { boxPolygon } from '../draw/region.ts'
import { type FittedText, fitText, mustFit, type TextBox, textIn, textWarnings } from '../fit-text.ts'
import type { TaskWarning } from '../task.ts'
import type { Card, PostcardParams, Template } from './card.ts'

/** One block of text with its place on the card. */
interface Block {
  readonly field: string
  readonly text: FittedText
  readonly box: TextBox
}

export interface Words {
  readonly strokes: readonly Strokes[]
  /** The box around all words; empty when there are none. */
  readonly bounds: Bounds
  /** What art must keep clear of, as polygons. */
  readonly covers: readonly number[][]
  readonly warnings: readonly TaskWarning[]
}

/** Cap heights, mm, on the large card; a script's whole height is about one and a half of its capitals'. */
const GREETING = { largest: 11.5, smallest: 3.2 }
const NAME = { largest: 9, smallest: 2.6 }
const MESSAGE = { largest: 3.4, smallest: 1.5 }
/** Capitals from which the points of a letter would show, mm. */
const SOFT = 4.5
/** A message this much smaller than usual is worth a word before it is inked, mm. */
const SMALL = 2.4

/**
 * Greeting, name, message and signature, one below the other, each in the largest size that fits.
 *
 * @throws PlotdError ERR_PARAMS naming the field that cannot be made to fit
 */
export function setWords(card: Card, template: Template, params: PostcardParams): Words {
  const area = template.textBox(card)
  const greeting = params.greeting ?? template.greeting
  const head = headBlocks(card, area, template, params, greeting)
  const headHeight = head.reduce((sum, { text }) => sum + text.height, 0)
  const rest = area.height - headHeight
  const body = params.message.trim() !== '' ? bodyOf(card, area, rest, template, params) : []
  const blocks = stacked(card, area, template.align, [...head, ...body])
  const strokes = blocks.map(inked)
  return {
    strokes,
    bounds: strokes.map(boundsOf).reduce(together, EMPTY_BOUNDS),
    covers: blocks.map(({ box, text }) => around(textIn(box, text), 3.2 * card.u)),
    warnings: blocks.flatMap(({ field, text }) => [...textWarnings(field, text), ...smallness(field, text)]),
  }
}

type Loose = Omit<Block, 'box'> & { readonly gap: number }

function headBlocks(card: Card, area: TextBox, template: Template, params: PostcardParams, greeting: string): Loose[] {
  const options = { font: loadFont(params.greetingFont), align: template.align, lineSpacing: 0.9 }
  const room = (height: number, sizes: { largest: number; smallest: number }) => ({
    width: area.width,
    height: area.height * height,
    largest: sizes.largest * card.u,
    smallest: sizes.smallest,
  })
  const blocks: Loose[] = []
  if (greeting.trim() !== '') {
    blocks.push({ field: 'greeting', text: oneLine('greeting', greeting, room(0.42, GREETING), options), gap: 0 })
  }
  const name = params.recipient.trim()
  blocks.push({ field: 'recipient', text: oneLine('recipient', name, room(0.3, NAME), options), gap: 1 * card.u })
  return blocks
}

/** On one line when that can be large enough to be a headline; else broken into several. */
function oneLine(
  field: string,
  words: string,
  place: { width: number; height: number; largest: number; smallest: number },
  options: Parameters<typeof fitText>[2],
): FittedText {
  const { bounds, width, height } = layoutText(words, { ...options, size: place.largest })
  const [wide, high] = [Math.max(width, bounds.maxX - bounds.minX), Math.max(height, bounds.maxY - bounds.minY)]
  const size = place.largest * Math.min(1, place.width / wide, place.height / high) * 0.999
  const single = size >= 0.62 * place.largest && fitText(words, { ...place, largest: size, smallest: size }, options)
  if (single) return single
  return mustFit(field, words, place, options)
}

function bodyOf(card: Card, area: TextBox, rest: number, template: Template, params: PostcardParams): Loose[] {
  const gap = 5 * card.u
  const sign = params.from.trim()
  const signPlace = { width: area.width, height: rest * 0.25, largest: 5.5 * card.u, smallest: 2.2 }
  const signature =
    sign === ''
      ? []
      : [
          {
            field: 'from',
            gap: 3 * card.u,
            text: mustFit('from', sign, signPlace, { font: params.greetingFont, align: 'right' }),
          },
        ]
  const used = signature.reduce((sum, block) => sum + block.text.height + block.gap, gap)
  const place = {
    width: area.width,
    height: rest - used,
    largest: Math.max(2.6, MESSAGE.largest * card.u),
    smallest: MESSAGE.smallest,
  }
  const options = { font: loadFont(params.font), align: template.align, lineSpacing: 1.08 }
  return [{ field: 'message', gap, text: mustFit('message', params.message.trim(), place, options) }, ...signature]
}

/** One below the other, the whole a little above the middle of the area, where the eye looks for it. */
function stacked({ u }: Card, area: TextBox, align: Template['align'], blocks: readonly Loose[]): Block[] {
  const total = blocks.reduce((sum, { text, gap }, i) => sum + text.height + (i === 0 ? 0 : gap), 0)
  let y = area.y + Math.max(0, area.height - total) * 0.42
  return blocks.map(({ field, text, gap }, i) => {
    y += i === 0 ? 0 : Math.min(gap, 12 * u)
    const inset = field === 'recipient' && align === 'left' ? Math.min(16 * u, area.width - widest(text)) : 0
    const box = { x: area.x + inset, y, width: area.width - inset, height: text.height }
    y += text.height
    return { field, text, box }
  })
}

const widest = (text: FittedText) => Math.max(...text.lines.map((line) => line.width))

const together = (a: Bounds, b: Bounds): Bounds => ({
  minX: Math.min(a.minX, b.minX),
  minY: Math.min(a.minY, b.minY),
  maxX: Math.max(a.maxX, b.maxX),
  maxY: Math.max(a.maxY, b.maxY),
})

/** Large script is softened: its letters were drawn for a smaller size. */
function inked({ box, text }: Block): Strokes {
  const strokes = textIn(box, text)
  if (text.size < SOFT) return strokes
  const out = new StrokeWriter()
  for (let s = 0; s < strokeCount(strokes); s++) out.add(softened(Array.from(stroke(strokes, s))))
  return out.take()
}

/** The box around ink, wider by `pad` on every side; nothing for no ink. */
function around(strokes: Strokes, pad: number): number[] {
  const box = boundsOf(strokes)
  if (isEmpty(box)) return []
  return boxPolygon(box.minX - pad, box.minY - pad, box.maxX - box.minX + 2 * pad, box.maxY - box.minY + 2 * pad)
}

function smallness(field: string, { size }: FittedText): TaskWarning[] {
  if (field !== 'message' || size >= SMALL) return []
  return [{ code: 'text-fit', message: `${field}: set in ${size.toFixed(1)} mm capitals to fit its place` }]
}
