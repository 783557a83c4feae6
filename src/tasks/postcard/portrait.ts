import { transformStrokes } from '../../geometry/affine.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { backOf } from './back.ts'
import type { Card, PostcardParams, Template } from './card.ts'

/** Height of the picture on a portrait card, as a fraction of the card's height; a template's `share` replaces it. */
const PICTURE = 0.55

/**
 * The template for the card's orientation. On a portrait card, a template with `portrait` centres the words, above or
 * below the picture.
 */
export function templateFor({ width, height, margin, u }: Card, template: Template, params: PostcardParams): Template {
  const { portrait } = template
  if (params.orientation === 'landscape' || !portrait) return template
  const picture = (portrait.share ?? PICTURE) * height
  const inset = margin + 5 * u
  const box = {
    x: inset,
    y: portrait.picture === 'above' ? picture + 2 * u : inset,
    width: width - 2 * inset,
    height: height - picture - inset - 3 * u,
  }
  return { ...template, align: 'center', textBox: () => box }
}

/** The part of the card for the picture, and its distance from the upper edge, mm. */
export function pictureOf(
  card: Card,
  { portrait }: Template,
  { orientation }: PostcardParams,
): readonly [Card, number] {
  if (orientation === 'landscape' || !portrait) return [card, 0]
  const height = (portrait.share ?? PICTURE) * card.height
  const u = height / 148
  const left = portrait.middle === undefined ? 0 : card.width / 2 - portrait.middle * u
  return [{ ...card, height, u, left }, portrait.picture === 'above' ? 0 : card.height - height]
}

/**
 * The address side.
 *
 * @throws PlotdError ERR_PARAMS when address, sender or code do not fit
 */
export const addressSide = (card: Card, params: PostcardParams): readonly Strokes[] =>
  onAddressSide(card, params, (turned) => backOf(turned, params))

/**
 * Draws on the address side. The address side of a portrait card is turned by 90°, because the post reads addresses in
 * landscape.
 */
export function onAddressSide(
  card: Card,
  { orientation }: PostcardParams,
  draw: (card: Card) => readonly Strokes[],
): readonly Strokes[] {
  if (orientation === 'landscape') return draw(card)
  const { width, height } = card
  const sides = draw({ ...card, width: height, height: width })
  return sides.map((strokes) => transformStrokes([0, 1, -1, 0, width, 0], strokes))
}
