import { z } from 'zod'
import { choice, handField, mm, strictField } from '../fields.ts'
import { fontField } from '../font-field.ts'
import { POSTS, type PostName } from './posts.ts'
import { SIZES, type SizeName } from './sizes.ts'

const line = (most: number, meaning: string) => z.string().max(most).default('').describe(meaning)
const side = (least: number, most: number) => z.number().min(least).max(most).optional()

export const envelopeSchema = z.strictObject({
  recipient: line(120, 'name in the first line of the address'),
  address: line(600, 'the whole address as it is, one line each; instead of the parts below'),
  honorific: line(60, 'before the name: Ms, Frau, Dr'),
  company: line(120, 'company of the address'),
  careOf: line(120, 'who keeps letters for the recipient: c/o'),
  street: line(160, 'street and number, or PO box'),
  street2: line(160, 'second line of the street: flat, floor, building'),
  postcode: line(20, 'postal code'),
  town: line(120, 'town of the address'),
  region: line(80, 'state, province or county, where the country’s addresses have one'),
  country: line(60, 'country of the address: DE, or its name'),
  sentFrom: line(60, 'country of the sender; an address there has no line for its country'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'expected a language such as en or de')
    .default('en')
    .describe('language of the country’s name'),
  sender: line(400, 'return address, one line each'),
  size: choice(Object.keys(SIZES) as [SizeName, ...SizeName[]], 'dl', 'the envelope, lying; 10 is the #10'),
  width: side(90, 500).describe('width of an envelope of your own size, mm; with height'),
  height: side(60, 400).describe('height of an envelope of your own size, mm; with width'),
  post: choice(
    Object.keys(POSTS) as [PostName, ...PostName[]],
    'general',
    'the post that carries it: says which parts stay clear',
  ),
  postage: line(40, 'code of handwritten postage, for postnl, deutsche-post and postnord'),
  number: line(12, 'small number of the pair, the same as on the card'),
  numberOn: choice(['flap', 'front'], 'flap', 'where the number stands'),
  flap: mm(0, 200, 0, 'depth of the flap when it lies open above the envelope, mm; 0 is a closed flap'),
  font: fontField('EMSReadability', 'font of the addresses'),
  hand: handField('the same envelope is always the same hand'),
  strict: strictField(),
})
export type EnvelopeParams = z.infer<typeof envelopeSchema>
