import { z } from 'zod'
import type { Bounds } from '../../geometry/bounds.ts'
import { type LetterOptions, loadFont } from '../../hershey/index.ts'
import type { Random } from '../draw/random.ts'
import type { Scene } from '../draw/scene.ts'
import { choice, handField, number, seedField, strictField } from '../fields.ts'
import type { TextBox } from '../fit-text.ts'
import { fontField } from '../font-field.ts'
import { LONGEST_CODE } from '../signs/qr-code.ts'
import { seedFromText } from '../text-seed.ts'

/** Width and height of cards by the name of their size, mm, in landscape. */
export const SIZES = {
  '210x148': [210, 148],
  a5: [210, 148],
  a6: [148, 105],
  '4x6in': [152.4, 101.6],
  '5x7in': [177.8, 127],
} as const

/** The designs, each with a description of its picture. */
export const DESIGNS = {
  birthday: 'a cake, balloons and streamers',
  'thank-you': 'a flourish swung in one line',
  holiday: 'a wreath, and snow',
  blank: 'a braided frame around your words',
  wedding: 'two braided rings, one through the other',
  'new-baby': 'a mobile of moon, stars and cloud',
  'get-well': 'flowers in a jug',
  congratulations: 'fireworks over a small town',
  invitation: 'a hill of fans, each in its own pattern',
  sympathy: 'the moon over still water',
} as const

export type TemplateName = keyof typeof DESIGNS

const templateNames = Object.keys(DESIGNS) as [TemplateName, ...TemplateName[]]
const designList = Object.entries(DESIGNS).map(([name, what]) => `${name} (${what})`)

const line = (most: number) => z.string().max(most)

/** The default fonts of a card. */
const DEFAULT_FONTS = { font: 'EMSReadability', greetingFont: 'EMSAllure' } as const
/** A Hershey font that borrows Greek and Cyrillic letters from other Hershey fonts of the same weight. */
const FAMILY = 'timesr'
const OTHER_SCRIPTS = /[\p{Script=Greek}\p{Script=Cyrillic}]{2}/u

export const postcardSchema = z.strictObject({
  recipient: line(120)
    .min(1)
    .regex(/\S/, 'expected a name')
    .describe('name of the recipient, written under the greeting'),
  salutation: line(120).optional().describe('words in place of the recipient’s name, such as “Dear Ms Lovelace,”'),
  message: line(3000).default('').describe('text of the card; its letters become smaller until it fits'),
  template: choice(templateNames, 'blank', `the design: ${designList.join('; ')}`),
  size: choice(
    Object.keys(SIZES) as ['210x148', 'a5', 'a6', '4x6in', '5x7in'],
    '210x148',
    'size of the card in landscape',
  ),
  orientation: choice(
    ['landscape', 'portrait'],
    'landscape',
    'landscape; or portrait, with the picture above or below the words, or the frame of the template blank around the words',
  ),
  seed: seedField()
    .unwrap()
    .optional()
    .describe('start of the random numbers: another seed gives another drawing; default: made from the recipient'),
  greeting: line(80).optional().describe('large words; default: those of the template; empty for none'),
  from: line(120).default('').describe('signature under the message'),
  side: choice(
    ['front', 'back', 'both'],
    'front',
    'front: picture and message; back: the address; both: both sides, with a pause to turn the card',
  ),
  address: line(400).default('').describe('address on the back, with a line break between its lines'),
  sender: line(400).default('').describe('return address on the back, with a line break between its lines'),
  code: line(LONGEST_CODE).default('').describe('web address or text of a QR code on the back'),
  codePen: number(0.1, 1, 0.5, "width of the pen's line in the QR code, mm"),
  number: line(12).default('').describe('small number that pairs the card with its envelope'),
  font: fontField(DEFAULT_FONTS.font, 'font of message and address'),
  greetingFont: fontField(DEFAULT_FONTS.greetingFont, 'font of greeting, name and signature'),
  hand: handField('the same card always gets the same hand'),
  strict: strictField(),
})
export type PostcardParams = z.infer<typeof postcardSchema>

/** The line under the greeting: the salutation, or the name. */
export const nameOn = ({ salutation = '', recipient }: Pick<PostcardParams, 'salutation' | 'recipient'>): string =>
  salutation.trim() || recipient.trim()

/**
 * The parameters, with fonts of one family if a text has two Greek or two Cyrillic letters in a row. Only default fonts
 * are replaced.
 */
export function withOneFamily(params: PostcardParams): PostcardParams {
  const { greeting = '', message, from, address, sender, font, greetingFont } = params
  const texts = [greeting, nameOn(params), message, from, address, sender]
  if (!texts.some((text) => OTHER_SCRIPTS.test(text))) return params
  return {
    ...params,
    font: font === DEFAULT_FONTS.font ? FAMILY : font,
    greetingFont: greetingFont === DEFAULT_FONTS.greetingFont ? FAMILY : greetingFont,
  }
}

/** The seed of a card: the given one, or one made from the recipient's name. */
export const seedOf = ({ seed, recipient }: Pick<PostcardParams, 'seed' | 'recipient'>): number =>
  seed ?? seedFromText(recipient)

/** The font and the handwriting of some words. */
export function lettersOf(params: PostcardParams, font: 'font' | 'greetingFont'): LetterOptions {
  const { hand: amount } = params
  return { font: loadFont(params[font]), ...(amount > 0 && { hand: { seed: seedOf(params), amount } }) }
}

/**
 * The surface that a template draws on. All places scale with `u`, mm: a 148th of the card's shorter side, or, for a
 * template with `portrait` on a portrait card, of the picture's height. `left` is the distance, mm, by which a picture
 * moves to the middle of a portrait card.
 */
export interface Card {
  readonly width: number
  readonly height: number
  readonly margin: number
  readonly u: number
  readonly left: number
  readonly random: Random
  /** The box around all words; undefined before the words are set. */
  readonly words?: Bounds
}

/** A design: the place of the words, and the drawing around them. */
export interface Template {
  readonly name: TemplateName
  readonly greeting: string
  /** Parameters of an example card. */
  readonly example: { readonly recipient: string; readonly message: string; readonly from?: string }
  /** The place of greeting, name, message and signature, inside the margin. */
  textBox(card: Card): TextBox
  readonly align: 'left' | 'center'
  /**
   * On a portrait card: the place of the picture, the picture's fraction of the card's height, and x of the middle of
   * the picture's content, in `u`. Absent when the design fills a portrait card as the design fills any other card.
   */
  readonly portrait?: { readonly picture: 'above' | 'below'; readonly share?: number; readonly middle?: number }
  /** Draws the art. The scene already covers the words, so that no line touches them. */
  draw(card: Card, scene: Scene): void
}
