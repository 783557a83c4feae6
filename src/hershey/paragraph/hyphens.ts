import { createRequire } from 'node:module'

/**
 * Languages and the pattern files of the library `hyphen`. The patterns of a language are loaded at the first text in
 * that language.
 */
const PATTERNS: Readonly<Record<string, string>> = {
  af: 'af',
  be: 'be',
  bg: 'bg',
  bs: 'sh-latn',
  ca: 'ca',
  cs: 'cs',
  cy: 'cy',
  da: 'da',
  de: 'de-1996',
  el: 'el-monoton',
  en: 'en-us',
  'en-gb': 'en-gb',
  'en-us': 'en-us',
  es: 'es',
  et: 'et',
  eu: 'eu',
  fi: 'fi',
  fr: 'fr',
  fur: 'fur',
  ga: 'ga',
  gl: 'gl',
  hr: 'hr',
  hsb: 'hsb',
  hu: 'hu',
  hy: 'hy',
  ia: 'ia',
  id: 'id',
  is: 'is',
  it: 'it',
  ka: 'ka',
  la: 'la',
  lt: 'lt',
  lv: 'lv',
  mk: 'mk',
  mn: 'mn-cyrl',
  nb: 'nb',
  nl: 'nl',
  nn: 'nn',
  no: 'no',
  oc: 'oc',
  pl: 'pl',
  pms: 'pms',
  pt: 'pt',
  rm: 'rm',
  ro: 'ro',
  ru: 'ru',
  sh: 'sh-latn',
  sk: 'sk',
  sl: 'sl',
  sq: 'sq',
  sr: 'sr-cyrl',
  'sr-latn': 'sh-latn',
  sv: 'sv',
  tk: 'tk',
  tr: 'tr',
  uk: 'uk',
}

/** The languages with patterns. */
export const HYPHENATED_LANGUAGES: readonly string[] = Object.keys(PATTERNS)

/** Fewest letters before a hyphen. */
const BEFORE = 2
/** Fewest letters after a hyphen. */
const AFTER = 3
/** Fewest letters of a word that is hyphenated. */
const SHORTEST = 6
/** Most letters of a word that is hyphenated. The library's time grows with the square of the length. */
const LONGEST = 200
const SOFT_HYPHEN = '\u00AD'

type Hyphenate = (text: string, options: { readonly hyphenChar: string; readonly minWordLength: number }) => string

const require = createRequire(import.meta.url)
const loaded = new Map<string, Hyphenate>()

/**
 * The text with soft hyphens where its language permits them. A run of characters without spaces gets no hyphens when
 * it contains a digit, `@`, a slash, a backslash or a dot between letters: it may be an address. Words of under 6 or
 * over 200 letters, and words with a capital after the first letter, get no hyphens either. A word with soft hyphens
 * gets no more of them. In languages other than German, words that begin with a capital get no hyphens, because they
 * may be names.
 *
 * @param language  a language tag such as `de` or `en-GB`; in a language without patterns no word gets a hyphen
 */
export function withSoftHyphens(text: string, language: string): string {
  const hyphenate = hyphenatorFor(language)
  if (!hyphenate) return text
  const isGerman = /^de\b/i.test(language)
  const word = /[\p{L}\p{M}\u00AD]+/gu
  return text.replace(/\S+/gu, (chunk) => {
    if (/[\d@/\\]|[\p{L}\p{M}_]\.[\p{L}_]/u.test(chunk)) return chunk
    return chunk.replace(word, (letters) => {
      const isName = /^\p{Lu}/u.test(letters) && !isGerman
      const hasLaterCapital = /^.\P{Lu}*\p{Lu}/u.test(letters)
      if (
        letters.length < SHORTEST ||
        letters.length > LONGEST ||
        isName ||
        hasLaterCapital ||
        letters.includes(SOFT_HYPHEN)
      )
        return letters
      return withoutEdgeHyphens(hyphenate(letters, { hyphenChar: SOFT_HYPHEN, minWordLength: SHORTEST }))
    })
  })
}

/** The word without the hyphens that are too close to one of its ends. */
function withoutEdgeHyphens(word: string): string {
  const parts = word.split(SOFT_HYPHEN)
  while (parts.length > 1 && (parts[0] ?? '').length < BEFORE) parts.splice(0, 2, `${parts[0]}${parts[1]}`)
  while (parts.length > 1 && (parts.at(-1) ?? '').length < AFTER) parts.splice(-2, 2, `${parts.at(-2)}${parts.at(-1)}`)
  return parts.join(SOFT_HYPHEN)
}

function hyphenatorFor(language: string): Hyphenate | undefined {
  const file = patternsFor(language.toLowerCase())
  if (file === undefined) return undefined
  const known = loaded.get(file)
  if (known) return known
  const create = require('hyphen') as (patterns: unknown) => Hyphenate
  const hyphenate = create(require(`hyphen/patterns/${file}.js`))
  loaded.set(file, hyphenate)
  return hyphenate
}

/** The pattern file of a tag, else of its start: `de-AT` uses the patterns of `de`. Undefined when there is none. */
function patternsFor(tag: string): string | undefined {
  if (Object.hasOwn(PATTERNS, tag)) return PATTERNS[tag]
  return tag.includes('-') ? patternsFor(tag.replace(/-[^-]*$/, '')) : undefined
}
