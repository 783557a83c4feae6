import type { PlotdError } from '../../errors.ts'
import { moveStrokes } from '../../geometry/affine.ts'
import { areNear, type Bounds, boundsOf } from '../../geometry/bounds.ts'
import { type Strokes, strokesOf } from '../../geometry/drawing.ts'
import { mergeStrokes } from '../../geometry/stroke-writer.ts'
import { type LetterOptions, layoutText, type TextOptions } from '../../hershey/index.ts'
import { type FittedText, type TextBox, textIn, tooLong } from '../fit-text.ts'
import { pairNumber } from '../sides.ts'
import { paramError } from '../validate.ts'
import type { Address } from './address.ts'
import type { Post } from './posts.ts'
import type { EnvelopeParams } from './schema.ts'

/**
 * Cap heights, mm. The machines of post offices read 2 to 4.7 mm. An address whose letters would be below `good` begins
 * further left than other addresses.
 */
const ADDRESS = { largest: 4.2, good: 3.2, smallest: 2 }
const SENDER = { largest: 2.4, smallest: 1.5 }
/** Minimum distance of ink from the edges, mm. */
const EDGE = 5
/**
 * Handwritten postage. Lengths in mm: maximum cap height, maximum distances of signs and rows, upper edge. The font has
 * plain, separate letters.
 */
const CODE = { size: 6, apart: 9, rows: 9, top: EDGE + 2.5, font: 'futural' } as const
/** Minimum distance of handwritten postage from other ink, and of the return address from the address, mm. */
const GAP = 3
/** Minimum distance of the number from other ink, mm. */
const NUMBER_GAP = 1
/** Distance of the number on the flap from the fold, mm. */
const NUMBER_ABOVE = 6

/** Ink in its place, for the drawing and for the check of overlaps. */
export interface PlacedInk {
  readonly what: 'address' | 'sender' | 'postage' | 'number'
  readonly strokes: Strokes
  readonly bounds: Bounds
}

/** The size of an envelope, mm. */
interface Sheet {
  readonly width: number
  readonly height: number
}

/**
 * Everything on the front of an envelope, y from its top edge.
 *
 * @throws PlotdError ERR_PARAMS for a wrong code, when a text does not fit, or when handwritten postage or the number
 *   meets another zone
 */
export function placesOf(
  sheet: Sheet,
  post: Post,
  params: EnvelopeParams,
  address: Address,
  letters: LetterOptions,
): PlacedInk[] {
  const code = postageRows(post, params, address)
  const corner = stampCorner(sheet, post)
  const places: PlacedInk[] = []
  if (code.length > 0) places.push(postage(sheet, post, corner, code))
  const block = addressBlock(sheet, post, corner, address, letters)
  places.push(block)
  const sender = params.sender.trim()
  if (sender !== '') places.push(senderBlock(sheet, corner, sender, letters, block.bounds))
  if (params.number.trim() !== '' && params.numberOn === 'front') places.push(frontNumber(sheet, post, params.number))
  checkOverlaps(sheet, post, places, params)
  checkNumber(places, params)
  return places
}

/** The number must not meet other ink, such as the address, which machines read. @throws PlotdError ERR_PARAMS */
function checkNumber(places: readonly PlacedInk[], { number }: EnvelopeParams): void {
  const ink = places.find(({ what }) => what === 'number')?.bounds
  const obstacle = ink && places.find(({ what, bounds }) => what !== 'number' && areNear(ink, bounds, NUMBER_GAP))
  if (!obstacle) return
  const expected = `a shorter number, or one on the flap: here it would meet the ${obstacle.what}`
  throw paramError('number', number, expected)
}

/** Machines read handwritten postage, so its zone must not meet another zone, the strip or the edges. */
function checkOverlaps(
  { width, height }: Sheet,
  { strip }: Post,
  places: readonly PlacedInk[],
  params: EnvelopeParams,
) {
  const zone = places.find(({ what }) => what === 'postage')?.bounds
  if (!zone) return
  const stripBounds = { minX: Math.max(0, width - strip.width), minY: height - strip.height, maxX: width, maxY: height }
  const isInside = zone.minX >= EDGE - 0.01 && zone.minY >= EDGE - 0.01 && zone.maxX <= width - EDGE + 0.01
  const border = areNear(zone, stripBounds, GAP) ? 'strip of the post' : isInside ? undefined : 'edge'
  const obstacle = places.find(({ what, bounds }) => what !== 'postage' && areNear(zone, bounds, GAP))?.what ?? border
  if (obstacle === undefined) return
  throw postageError(params.postage, `an envelope with room for the code: here the code would meet the ${obstacle}`)
}

/** The corner of the stamp. On a small envelope the corner is smaller than the post asks, but at least 20 mm high. */
function stampCorner({ width, height }: Sheet, { stamp }: Post): TextBox {
  const high = Math.min(stamp.height, Math.max(20, 0.4 * height))
  const wide = Math.min(stamp.width, 0.45 * width)
  return { x: width - wide, y: 0, width: wide, height: high }
}

/** The rows of the code. @throws PlotdError ERR_PARAMS for a code that is wrong for this post or address */
export function postageRows(
  post: Post,
  { postage, post: name }: EnvelopeParams,
  { country }: Address,
): readonly string[] {
  const postageText = postage.trim()
  if (postageText === '') return []
  const { code: form, country: home } = post
  if (!form)
    throw postageError(
      postageText,
      `no postage: ${name} has no handwritten code; postnl, deutsche-post and postnord have one`,
    )
  const code = postageText
    .toUpperCase()
    .replace(/^#PORTO/, '')
    .replace(/[\s-]+/g, '')
  if (!form.signs.test(code)) throw postageError(postageText, `${form.description}, as ${name} gives them`)
  const isAbroad = country !== undefined && country !== home
  if (isAbroad && !form.paysAbroad)
    throw postageError(postageText, `an address in ${home}: this code does not pay for letters abroad`)
  return form.rows(code, isAbroad)
}

const postageError = (value: string, expected: string): PlotdError => paramError('postage', value, expected)

/**
 * Places the code in the stamp's corner, in upright letters at even distances, so that machines can read the code.
 */
function postage({ width, height }: Sheet, post: Post, corner: TextBox, rows: readonly string[]): PlacedInk {
  const columns = Math.max(...rows.map((row) => row.length))
  // The eight signs of Deutsche Post stand closer than `CODE.apart`, so that they fit into the corner.
  const gap = Math.min(CODE.apart, (corner.width - 2 * EDGE) / columns)
  const size = Math.min(CODE.size, 0.72 * gap)
  const down = Math.min(CODE.rows, (corner.height - CODE.top - size) / Math.max(1, rows.length - 1))
  const box = {
    x: width - EDGE - columns * gap,
    y: CODE.top,
    width: columns * gap,
    height: size + (rows.length - 1) * down,
  }
  const fits = size >= 5 && down >= 1.3 * size && box.y + box.height <= height - post.strip.height - EDGE
  if (!fits) {
    throw postageError(
      rows.join(' '),
      `a larger envelope: ${Math.round(width)} × ${Math.round(height)} mm has no room for the code`,
    )
  }
  const strokes = mergeStrokes(
    ...rows.flatMap((row, r) =>
      Array.from(row, (sign, c) => {
        const { strokes, bounds } = layoutText(sign, { font: CODE.font, size })
        const middle = box.x + (c + 0.5) * gap - (bounds.minX + bounds.maxX) / 2
        return moveStrokes(sign === '0' ? addSlash(strokes, bounds) : strokes, middle, box.y + size + r * down)
      }),
    ),
  )
  return { what: 'postage', strokes, bounds: boundsOf(strokes) }
}

/** Adds a slash to a zero, because the zero of this font looks nearly like its O. */
const addSlash = (strokes: Strokes, { minX, minY, maxX, maxY }: Bounds): Strokes =>
  mergeStrokes(strokes, strokesOf([minX + 0.15 * (maxX - minX), maxY, maxX - 0.15 * (maxX - minX), minY]))

/**
 * Places the address, which machines read, below the stamp and above the strip. The left edge of the address depends on
 * the length of its lines.
 */
function addressBlock(sheet: Sheet, post: Post, corner: TextBox, address: Address, letters: LetterOptions): PlacedInk {
  const { width, height } = sheet
  const top = Math.min(post.top, Math.max(corner.height, 0.4 * height))
  const bottom = height - post.strip.height - 1
  const text = address.lines.join('\n')
  const options = { ...letters, lineSpacing: 1.1 }
  const least = Math.max(post.sides, post.fromRight === undefined ? 0 : width - post.fromRight)
  const preferred = Math.max(least, 0.45 * width)
  let box = { x: preferred, y: top, width: width - post.sides - preferred, height: bottom - top }
  let fitted = box.height > 0 ? fitUnwrapped(text, box, ADDRESS.largest, options) : undefined
  if ((fitted?.size ?? 0) < ADDRESS.good && least < preferred && box.height > 0) {
    // For long lines the block begins further left, but only as far as necessary.
    const wide = { ...box, x: least, width: width - post.sides - least }
    const larger = fitUnwrapped(text, wide, Math.max(ADDRESS.good, fitted?.size ?? 0), options)
    if (larger && larger.size > (fitted?.size ?? 0)) {
      const x = Math.max(least, Math.min(preferred, width - post.sides - widthOf(larger)))
      fitted = larger
      box = { ...wide, x, width: width - post.sides - x }
    }
  }
  if (!fitted || fitted.size < ADDRESS.smallest) throw tooLong('address', text, { ...box, ...ADDRESS })
  const strokes = textIn(box, fitted, 0.4)
  return { what: 'address', strokes, bounds: boundsOf(strokes) }
}

/**
 * Places the return address top left, beside the stamp, where no machine expects an address. A return address that
 * would come nearer to the address than `GAP` gets only the height above the address.
 */
function senderBlock(
  { width, height }: Sheet,
  corner: TextBox,
  text: string,
  letters: LetterOptions,
  address: Bounds,
): PlacedInk {
  const inset = Math.min(12, 0.06 * width + EDGE / 2)
  const box = {
    x: inset,
    y: Math.max(EDGE + 2, inset * 0.7),
    width: corner.x - inset - 4,
    height: Math.min(30, 0.4 * height - inset * 0.7 - 3),
  }
  const whole = senderIn(box, text, letters)
  if (!areNear(whole.bounds, address, GAP)) return whole
  return senderIn({ ...box, height: address.minY - GAP - box.y }, text, letters)
}

function senderIn(box: TextBox, text: string, letters: LetterOptions): PlacedInk {
  const fitted = fitUnwrapped(text, box, SENDER.largest, letters)
  if (!fitted || fitted.size < SENDER.smallest) throw tooLong('sender', text, { ...box, ...SENDER })
  const strokes = textIn(box, fitted)
  return { what: 'sender', strokes, bounds: boundsOf(strokes) }
}

/** Places the number at the left edge above the strip, where neither machine nor reader expects an address. */
function frontNumber({ height }: Sheet, { strip }: Post, number: string): PlacedInk {
  const y = height - strip.height - 1
  const strokes = moveStrokes(pairNumber(number).strokes, EDGE, y)
  return { what: 'number', strokes, bounds: boundsOf(strokes) }
}

/**
 * Places the number just above the middle of the fold, where a flap of any shape has paper. The origin is at the fold,
 * and the flap lies above the fold.
 */
export function flapNumber(width: number, number: string): Strokes {
  const { strokes, bounds } = pairNumber(number)
  return moveStrokes(strokes, (width - bounds.maxX - bounds.minX) / 2, -NUMBER_ABOVE)
}

/**
 * Unwrapped lines in the largest size up to `largest` at which they stay in the box. Undefined when the box has no
 * area.
 */
function fitUnwrapped(text: string, box: TextBox, largest: number, options: TextOptions): FittedText | undefined {
  if (box.width <= 0 || box.height <= 0) return undefined
  const whole = layoutText(text, { ...options, size: largest })
  const { minY, maxY } = whole.bounds
  const share = Math.min(1, box.width / widthOf(whole), box.height / Math.max(whole.height, maxY - minY)) * 0.999
  const size = largest * share
  return { ...layoutText(text, { ...options, size }), size }
}

const widthOf = ({ bounds, lines }: Pick<FittedText, 'bounds' | 'lines'>): number =>
  Math.max(0.1, bounds.maxX - bounds.minX, ...lines.map(({ width }) => width))
