import PostalAddress, { addressFormats } from 'i18n-postal-address'
import { PlotdError } from '../../errors.ts'
import { linesIn } from '../../hershey/index.ts'
import type { TaskWarning } from '../task.ts'
import { countryCode, countryLine } from './countries.ts'
import type { EnvelopeParams } from './schema.ts'

/** The lines of an address on the envelope, and warnings to the sender. */
export interface Address {
  readonly lines: readonly string[]
  /** ISO 3166 code; undefined when the parameter `country` is empty. */
  readonly country: string | undefined
  readonly warnings: readonly TaskWarning[]
}

type Parts = Pick<
  EnvelopeParams,
  | 'recipient'
  | 'address'
  | 'honorific'
  | 'company'
  | 'careOf'
  | 'street'
  | 'street2'
  | 'postcode'
  | 'town'
  | 'region'
  | 'country'
  | 'sentFrom'
  | 'language'
>

/** Countries whose post wants no comma between the town and the region. Other countries keep a comma within a line. */
const NO_COMMA = new Set(['US', 'AU', 'CA'])
/** Countries whose post wants the town in capitals, although the library leaves the town as it is. */
const CAPITALS = new Set(['NL'])
/** Countries whose template ends with the name. */
const NAME_LAST = new Set(['CN', 'JP', 'KZ', 'RU'])
/** Limits of an address in France, without the line of the country. */
const FRENCH = { lines: 6, characters: 38 }

/**
 * The lines of an address: those of `address`, or else the parts in the order of the country. The templates of
 * i18n-postal-address give the order for all countries except Brazil.
 *
 * @throws PlotdError ERR_PARAMS for an unknown country, or an empty address
 */
export function addressOf(params: Parts): Address {
  const country = params.country.trim() === '' ? undefined : countryCode('country', params.country)
  const from = params.sentFrom.trim() === '' ? undefined : countryCode('sentFrom', params.sentFrom)
  const countryLines = country === undefined || country === from ? [] : [countryLine(country, params.language)]
  const addressLines = wordLines(params.address)
  const lines = addressLines.length > 0 ? addressLines : linesByCountry(params, country ?? from ?? 'GB')
  const withoutCountry = lines.filter((line) => !countryLines.includes(line))
  const all = withoutCountry.length < lines.length ? lines : [...lines, ...countryLines]
  if (lines.length === 0) {
    throw new PlotdError('ERR_PARAMS', 'address: it is empty; expected address, or recipient, street and town', {
      issues: [{ field: 'address', value: '', expected: 'expected an address' }],
    })
  }
  const lostWords = addressLines.length > 0 ? [] : lostParts(params, all)
  const warnings = [...lostWords, ...shortAddress(all), ...frenchLimits(country, withoutCountry)]
  return { lines: all, country, warnings }
}

/** The lines of a text without the blanks around them; empty lines are left out. */
export const wordLines = (text: string): string[] =>
  linesIn(text)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/**
 * The parts in the order of a country. Where the template ends with the name, the order is reversed, unless the address
 * has Chinese, Japanese or Korean characters.
 */
function linesByCountry(params: Parts, country: string): string[] {
  const { recipient, honorific, company, careOf, street, street2, postcode, town, region } = params
  if (country === 'BR') return brazilianLines(params)
  const address = new PostalAddress({ formats: addressFormats, defaultFormat: country })
    .setHonorificPrefix(honorific.trim())
    .setGivenName(recipient.trim())
    .setCompanyName(company.trim())
    .setCareOf(careOf.trim())
    // Street and second line are one part, so that no template joins them into one line.
    .setAddress1(wordLines(`${street}\n${street2}`).join('\n'))
    .setPostalCode(postcode.trim())
    .setCity(town.trim())
    .setState(region.trim())
    .setProvince(region.trim())
    .setPrefecture(region.trim())
    // The template of Russia has a place for a state and a place for a region. Only the state's place is filled.
    .setRegion(country === 'RU' ? '' : region.trim())
  // The default format adds no fixed words for a company. Other formats add words such as 't.a.v.' (Netherlands).
  const parts = address.setFormat({ country, type: 'default' }).toArray()
  const rows = parts.map((row) => row.filter((part) => part !== '').map((part) => adaptPart(part, country, town)))
  // The library leaves the comma after a town, even when the next part is empty.
  const lines = rows.flatMap((row) => wordLines(row.join(' ').replace(/,$/, '')))
  const isEastAsian = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(lines.join(''))
  return NAME_LAST.has(country) && recipient.trim() !== '' && !isEastAsian ? lines.reverse() : lines
}

function adaptPart(part: string, country: string, town: string): string {
  const plain = NO_COMMA.has(country) ? part.replace(/,$/, '') : part
  return CAPITALS.has(country) && plain === town.trim() ? plain.toUpperCase() : plain
}

/**
 * The lines of an address in Brazil. The library puts the postal code before the town, but the post wants the code in a
 * line of its own.
 */
function brazilianLines({
  recipient,
  honorific,
  company,
  careOf,
  street,
  street2,
  postcode,
  town,
  region,
}: Parts): string[] {
  const place = [town, region].map((part) => part.trim()).filter((part) => part !== '')
  return wordLines(
    [`${honorific} ${recipient}`, company, careOf, street, street2, place.join(' - '), postcode].join('\n'),
  )
}

const PARTS = [
  'recipient',
  'honorific',
  'company',
  'careOf',
  'street',
  'street2',
  'postcode',
  'town',
  'region',
] as const

const wordsIn = (text: string): string[] => text.toLocaleUpperCase('en').match(/[\p{L}\p{M}\p{N}]+/gu) ?? []

/** Parts that the template of the country does not have. No word may be lost without a warning. */
function lostParts(params: Parts, lines: readonly string[]): TaskWarning[] {
  const drawn = new Set(wordsIn(lines.join(' ')))
  return PARTS.filter((part) => wordsIn(params[part]).some((word) => !drawn.has(word))).map((part) => ({
    code: 'address',
    message: `${part}: addresses of this country have no place for ${JSON.stringify(params[part].trim())}`,
  }))
}

const shortAddress = (lines: readonly string[]): TaskWarning[] =>
  lines.length > 1
    ? []
    : [{ code: 'address', message: 'address: it is one line; the post wants street and town on lines of their own' }]

function frenchLimits(country: string | undefined, lines: readonly string[]): TaskWarning[] {
  if (country !== 'FR') return []
  const long = lines.find((line) => Array.from(line).length > FRENCH.characters)
  if (long === undefined && lines.length <= FRENCH.lines) return []
  return [
    {
      code: 'address-form',
      message: `address: La Poste reads at most ${FRENCH.lines} lines of ${FRENCH.characters} characters`,
    },
  ]
}
