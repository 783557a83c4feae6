import { PlotdError } from '../../errors.ts'
import { transformStrokes, translation } from '../../geometry/affine.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { strokesOf } from '../../geometry/drawing.ts'
import { loadFont } from '../../hershey/index.ts'
import { hatch } from '../draw/hatch.ts'
import { mustFit, type TextBox, textIn } from '../fit-text.ts'
import { qrCode } from '../signs/qr-code.ts'
import { type Card, lettersOf, type PostcardParams } from './card.ts'

/** Room for a large stamp, mm. */
const STAMP = { width: 24, height: 29 } as const

/**
 * The side that the post reads (UPU S42). The address is in the right half, in lines that are 7 mm apart, or less in
 * smaller letters. The zone below the address stays free for sorting machines. The stamp's corner is above the address,
 * and the sender is at the upper left.
 *
 * @throws PlotdError ERR_PARAMS when address, sender or code do not fit
 */
export function backOf(card: Card, params: PostcardParams): Strokes[] {
  const { width, height, margin } = card
  const middle = width / 2
  const letters = lettersOf(params, 'font')
  const font = loadFont(params.font)
  const corner = { x: width - margin - STAMP.width, y: margin, ...STAMP }
  const top = Math.max(corner.y + STAMP.height + 6, height * 0.42)
  const addressBox = {
    x: middle + 8,
    y: top,
    width: width - margin - middle - 8,
    height: height - top - Math.max(margin, 15),
  }
  const senderBox = { x: margin, y: margin, width: middle - margin - 8, height: height * 0.24 }
  const strokes: Strokes[] = [stampCorner(corner), strokesOf([middle, margin + 12, middle, height - margin - 12])]
  const write = (field: 'address' | 'sender', box: TextBox, largest: number, spacing: number) => {
    const words = params[field].trim()
    if (words === '') return
    const text = mustFit(
      field,
      words,
      { ...box, largest, smallest: Math.min(2, largest) },
      { ...letters, lineSpacing: spacing },
    )
    strokes.push(textIn(box, text))
  }
  write('address', addressBox, 3.4, lineSpacingFor(font, 3.4, 7))
  write('sender', senderBox, 2.1, 1)
  if (params.code.trim() !== '') strokes.push(codeIn({ ...senderBox, height: height - 2 * margin }, params))
  return strokes
}

/** The QR code in the lower left corner of a box. @throws PlotdError ERR_PARAMS when the box is too small */
function codeIn(box: TextBox, { code, codePen, sender }: PostcardParams): Strokes {
  const { strokes, side } = qrCode(code.trim(), { pen: codePen })
  const above = sender.trim() === '' ? 0 : box.height * 0.3
  if (side > box.width || side > box.height - above) {
    const expected = `a shorter text, a finer pen or a larger card: the code is ${side.toFixed(0)} mm wide`
    throw new PlotdError('ERR_PARAMS', `code: does not fit the back; expected ${expected}`, {
      issues: [{ field: 'code', value: code, expected: `expected ${expected}` }],
    })
  }
  return transformStrokes(translation(box.x, box.y + box.height - side), strokes)
}

/**
 * The line spacing, as a multiple of the font's own, at which baselines are `distance` apart, mm. `size` is the cap
 * height, mm.
 */
function lineSpacingFor(font: ReturnType<typeof loadFont>, size: number, distance: number): number {
  return distance / (font.metrics.lineHeight * (size / font.metrics.capHeight))
}

/** The corners of a frame for the stamp, and hatching inside, which the stamp will cover. */
function stampCorner({ x, y, width, height }: TextBox): Strokes {
  const reach = 4
  const corners = [
    [x, y + reach, x, y, x + reach, y],
    [x + width - reach, y, x + width, y, x + width, y + reach],
    [x + width, y + height - reach, x + width, y + height, x + width - reach, y + height],
    [x + reach, y + height, x, y + height, x, y + height - reach],
  ]
  const inner = [x + 5, y + 6, x + width - 5, y + 6, x + width - 5, y + height - 6, x + 5, y + height - 6]
  return strokesOf(...corners, ...hatch(inner, 45, 2.4))
}
