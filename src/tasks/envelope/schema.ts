import { z } from 'zod'
import { choice, handField, number, strictField } from '../fields.ts'
import { fontField } from '../font-field.ts'
import { POSTS, type PostName } from './posts.ts'
import { SIZES, type SizeName } from './sizes.ts'

const line = (most: number, meaning: string) => z.string().max(most).default('').describe(meaning)
const side = (least: number, most: number) => z.number().min(least).max(most).optional()

export const envelopeSchema = z.strictObject({
  recipient: line(120, 'name of the recipient in the address'),
  address: line(
    600,
    'the whole address, with a line break between its lines; replaces the name and the parts from honorific to region',
  ),
  honorific: line(60, 'title before the name, such as Ms, Frau or Dr'),
  company: line(120, 'company in the address'),
  careOf: line(120, 'person or company that receives letters for the recipient (c/o)'),
  street: line(160, 'street and house number, or PO box'),
  street2: line(160, 'second line of the street, such as flat, floor or building'),
  postcode: line(20, 'postal code'),
  town: line(120, 'town or city'),
  region: line(80, 'state, province or county, where the country’s addresses have one'),
  country: line(60, 'country of the address, as a code such as DE or by its name'),
  sentFrom: line(60, 'country of the sender; an address in the same country gets no country line'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'expected a language such as en or de')
    .default('en')
    .describe('language in which the country’s name is written, such as en'),
  sender: line(400, 'return address, with a line break between its lines'),
  size: choice(
    Object.keys(SIZES) as [SizeName, ...SizeName[]],
    'dl',
    'size of the envelope in landscape; 10 is the US #10',
  ),
  width: side(90, 500).describe('width of an envelope of another size, mm; needs height'),
  height: side(60, 400).describe('height of an envelope of another size, mm; needs width'),
  post: choice(
    Object.keys(POSTS) as [PostName, ...PostName[]],
    'general',
    'postal service: decides which parts of the envelope stay clear',
  ),
  postage: line(40, 'code of handwritten postage; needs postnl, deutsche-post or postnord as the post'),
  number: line(12, 'small number that pairs the envelope with its card'),
  numberOn: choice(['flap', 'front'], 'flap', 'place of the number'),
  flap: number(0, 200, 0, 'depth of the flap when it lies open above the envelope, mm; 0 is a closed flap'),
  font: fontField('EMSReadability', 'font of the addresses'),
  hand: handField('the same envelope always gets the same hand'),
  strict: strictField(),
})
export type EnvelopeParams = z.infer<typeof envelopeSchema>
