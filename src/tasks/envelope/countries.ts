import { addressFormats } from 'i18n-postal-address'
import { PlotdError } from '../../errors.ts'
import { nearest } from '../nearest.ts'

/** Languages in which tables of addresses often name a country. */
const LANGUAGES = ['en', 'de', 'fr', 'nl', 'sv', 'es', 'it', 'pt', 'pl', 'da', 'nb', 'fi'] as const
/** Common English names that Intl does not have, each with the code of its country. */
const COMMON_NAMES: Readonly<Record<string, string>> = {
  UK: 'GB',
  'GREAT BRITAIN': 'GB',
  ENGLAND: 'GB',
  SCOTLAND: 'GB',
  WALES: 'GB',
  USA: 'US',
  HOLLAND: 'NL',
  'CZECH REPUBLIC': 'CZ',
}

const upper = (name: string): string => name.trim().toLocaleUpperCase('en')

let codes: Map<string, string> | undefined

/** Names of countries in several languages → ISO code. */
function codesByName(): Map<string, string> {
  if (codes) return codes
  codes = new Map(Object.entries(COMMON_NAMES))
  for (const language of LANGUAGES) {
    const names = new Intl.DisplayNames([language], { type: 'region' })
    for (const code of Object.keys(addressFormats)) {
      const name = upper(names.of(code) ?? code)
      if (!codes.has(name)) codes.set(name, code)
      // A country also has its name in its own language: Österreich, Suomi, 日本.
      if (language === 'en') addOwnName(codes, code)
    }
  }
  return codes
}

function addOwnName(into: Map<string, string>, code: string): void {
  const { language } = new Intl.Locale(`und-${code}`).maximize()
  const name = upper(new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? code)
  if (!into.has(name)) into.set(name, code)
}

/** The ISO 3166 code of a country, from the code or from a name. @throws PlotdError ERR_PARAMS with the field */
export function countryCode(field: string, name: string): string {
  const word = upper(name)
  if (word.length === 2 && Object.hasOwn(addressFormats, word)) return word
  const code = codesByName().get(word)
  if (code !== undefined) return code
  const near = nearest(word, [...codesByName().keys()])
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`
  throw new PlotdError(
    'ERR_PARAMS',
    `${field} is ${JSON.stringify(name)}, expected a country: a code such as DE, or a name${hint}`,
    {
      issues: [{ field, value: name, expected: 'expected a country: a code such as DE, or a name' }],
    },
  )
}

/** The last line of an address abroad: the country's name in `language`, in capitals. */
export const countryLine = (code: string, language: string): string =>
  (new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? code).toLocaleUpperCase(language)
