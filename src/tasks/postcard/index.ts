/**
 * The room `postcard`: the task, and one file for each template. `card` defines what a template gets, `words` sets the
 * text, `back` draws the address side; `cake`, `leaf`, `town` and the like are motifs. Import from this file.
 */
import { transformStrokes, translation } from '../../geometry/affine.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { DEFAULT_FONT, linesIn } from '../../hershey/index.ts'
import { randomFrom } from '../draw/random.ts'
import { Scene } from '../draw/scene.ts'
import { drawnSvg } from '../drawn-svg.ts'
import { safeName } from '../names.ts'
import { drawSides, pairNumber, type Side } from '../sides.ts'
import { defineTask, type TaskText, type TaskWarning } from '../task.ts'
import { birthday } from './birthday.ts'
import { blank } from './blank.ts'
import {
  type Card,
  nameOn,
  type PostcardParams,
  postcardSchema,
  SIZES,
  seedOf,
  type Template,
  type TemplateName,
  withOneFamily,
} from './card.ts'
import { congratulations } from './congratulations.ts'
import { getWell } from './get-well.ts'
import { holiday } from './holiday.ts'
import { invitation } from './invitation.ts'
import { newBaby } from './new-baby.ts'
import { addressSide, onAddressSide, pictureOf, templateFor } from './portrait.ts'
import { sympathy } from './sympathy.ts'
import { thankYou } from './thank-you.ts'
import { wedding } from './wedding.ts'
import { setWords, wordWarnings } from './words.ts'

export type { PostcardParams } from './card.ts'

export const templates: Readonly<Record<TemplateName, Template>> = {
  birthday,
  'thank-you': thankYou,
  holiday,
  blank,
  wedding,
  'new-baby': newBaby,
  'get-well': getWell,
  congratulations,
  invitation,
  sympathy,
}

/** The card of a job, with random numbers from the seed, or from the recipient's name. */
function cardOf(params: PostcardParams): Card {
  const [long, short] = SIZES[params.size]
  const [width, height] = params.orientation === 'portrait' ? [short, long] : [long, short]
  const u = short / 148
  return { width, height, u, left: 0, margin: Math.max(8, 9 * u), random: randomFrom(seedOf(params)) }
}

/** One side of the card: its strokes, and warnings to the user before ink. */
interface CardSide extends Side {
  readonly warnings: readonly TaskWarning[]
}

function front(card: Card, params: PostcardParams): CardSide {
  const template = templates[params.template]
  const { bounds, covers, strokes, warnings } = setWords(card, templateFor(card, template, params), params)
  const [picture, top] = pictureOf(card, template, params)
  // The picture has coordinates of its own. Its upper edge lies `top` mm below the upper edge of the card.
  const { width, height, margin } = picture
  const scene = new Scene({ minX: margin, minY: margin, maxX: width - margin, maxY: height - margin })
  for (const polygon of covers)
    if (polygon.length > 0) scene.cover(polygon.map((value, i) => (i % 2 === 0 ? value : value - top)))
  template.draw({ ...picture, words: { ...bounds, minY: bounds.minY - top, maxY: bounds.maxY - top } }, scene)
  const art = top === 0 ? scene.take() : transformStrokes(translation(0, top), scene.take())
  return { name: 'front', strokes: [art, ...strokes], warnings }
}

function textsOf(request: PostcardParams): TaskText[] {
  const params = withOneFamily(request)
  const { message, from, address, sender, number, font, greetingFont, side, strict } = params
  const texts: TaskText[] = [{ field: 'number', text: number, font: DEFAULT_FONT, strict }]
  if (side !== 'back') {
    const greeting = params.greeting ?? templates[params.template].greeting
    texts.push({ field: 'greeting', text: greeting, font: greetingFont, strict })
    texts.push({ field: 'recipient', text: nameOn(params), font: greetingFont, strict })
    texts.push({ field: 'from', text: from, font: greetingFont, strict })
    texts.push({ field: 'message', text: message, font, strict })
  }
  if (side !== 'front') {
    texts.push({ field: 'address', text: address, font, strict })
    texts.push({ field: 'sender', text: sender, font, strict })
  }
  return texts
}

/**
 * Warns about an address of one line, because the post returns a card with such an address. An empty address is no
 * problem, because a user may write the address by hand.
 */
const addressWarnings = ({ address }: PostcardParams): TaskWarning[] =>
  address.trim() === '' || linesIn(address.trim()).length > 1
    ? []
    : [{ code: 'address', message: 'address: it is one line; the post wants street and town on lines of their own' }]

function warningsOf(request: PostcardParams): readonly TaskWarning[] {
  const params = withOneFamily(request)
  const card = cardOf(params)
  const front =
    params.side === 'back' ? [] : wordWarnings(card, templateFor(card, templates[params.template], params), params)
  if (params.side === 'front') return [...front, ...notOnFront(params)]
  addressSide(card, params) // throws the errors with which rendering would fail
  return [...front, ...addressWarnings(params)]
}

const notOnFront = (params: PostcardParams): TaskWarning[] =>
  (['address', 'sender', 'code'] as const)
    .filter((field) => params[field].trim() !== '')
    .map((field) => ({ code: 'not-drawn', message: `${field} is only on the back: choose side "back" or "both"` }))

function sidesOf(request: PostcardParams): CardSide[] {
  const params = withOneFamily(request)
  const card = cardOf(params)
  const sides: CardSide[] = []
  if (params.side !== 'back') sides.push(front(card, params))
  if (params.side !== 'front') sides.push({ name: 'back', strokes: addressSide(card, params), warnings: [] })
  if (params.number.trim() === '') return sides
  // The number is drawn on the back, or on the front if the job draws only the front.
  const ink =
    params.side === 'front' ? numberOn(card, params) : onAddressSide(card, params, (back) => numberOn(back, params))
  return sides.map((side, i) => (i === sides.length - 1 ? { ...side, strokes: [...side.strokes, ...ink] } : side))
}

/** The number that a card shares with its envelope, in the lower left corner. */
const numberOn = ({ height }: Card, { number }: PostcardParams): Strokes[] => [
  transformStrokes(translation(NUMBER_INSET, height - NUMBER_INSET), pairNumber(number).strokes),
]

/**
 * The number that a card shares with its envelope begins at this distance from the left edge, mm. The number's baseline
 * is at the same distance from the lower edge.
 */
const NUMBER_INSET = 5

export const postcard = defineTask<PostcardParams>({
  name: 'postcard',
  summary: 'a postcard with a drawing, a greeting and your message',
  schema: postcardSchema,
  title: ({ recipient, template }) => `${capitalize(template)} for ${recipient.trim().replace(/\s+/g, ' ')}`,
  isQuick: true,
  outputName: ({ recipient, template, side }) =>
    `postcards/postcard_${safeName(recipient)}_${template}${side === 'back' ? '_back' : ''}.svg`,
  texts: textsOf,
  check: warningsOf,
  render: (params, { warn }) => {
    const sides = sidesOf(params)
    for (const warning of params.side === 'front' ? notOnFront(params) : addressWarnings(params)) warn(warning)
    for (const { warnings } of sides) for (const warning of warnings) warn(warning)
    const { width, height } = cardOf(params)
    return drawnSvg(drawSides(width, height, sides))
  },
})

const capitalize = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1).replace('-', ' ')}`
