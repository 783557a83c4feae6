/**
 * The rules of post offices for envelopes, as data. Lengths are in mm. Each entry names its source. Most entries also
 * name the year in which the source was read. If a source gives no number for a required field, the entry has the
 * number of `general`, which suits most posts.
 */

/** A code that the sender writes instead of a stamp. */
export interface CodeForm {
  /** Matches the letters and digits of a code, without spaces. */
  readonly signs: RegExp
  /** A description of the form, for errors. */
  readonly description: string
  /** The rows to write. */
  readonly rows: (code: string, isAbroad: boolean) => readonly string[]
  /** Validity of the code, for the warning before the plot. */
  readonly valid: string
  /** Whether the code pays for letters abroad. */
  readonly paysAbroad: boolean
}

/** The rules of a post for envelopes. */
export interface Post {
  /** The country of the post, ISO 3166; undefined for the general rules. */
  readonly country?: string
  /** Minimum distance of the address from the left and right edges. */
  readonly sides: number
  /** Minimum distance of the address from the top edge. Stamp and return address lie above the address. */
  readonly top: number
  /** Greatest distance of the left end of the address from the right edge; undefined for no limit. */
  readonly fromRight?: number
  /** Strip along the bottom on which machines print, `width` wide from the right edge. */
  readonly strip: { readonly height: number; readonly width: number }
  /** Corner of the stamp, top right. */
  readonly stamp: { readonly width: number; readonly height: number }
  readonly code?: CodeForm
  readonly source: string
}

const WHOLE = Infinity
const inThrees = (code: string): string[] => code.match(/.{1,3}/g) ?? []
const inFours = (code: string): string[] => code.match(/.{1,4}/g) ?? []

export const POSTS = {
  general: {
    sides: 15,
    top: 40,
    fromRight: 140,
    strip: { height: 15, width: WHOLE },
    stamp: { width: 74, height: 40 },
    source: 'the rules that most of the posts below share',
  },
  usps: {
    country: 'US',
    sides: 12.7,
    top: 28,
    strip: { height: 15.9, width: 120.7 },
    stamp: { width: 41, height: 28 },
    source: 'USPS DMM 202.2.1 and Publication 28, 2026; the corner of the stamp by its largest stamps',
  },
  'deutsche-post': {
    country: 'DE',
    sides: 15,
    top: 40,
    strip: { height: 15, width: WHOLE },
    stamp: { width: 74, height: 40 },
    code: {
      signs: /^[A-Z0-9]{8}$/,
      description: '8 letters and digits',
      rows: (code) => ['#PORTO', code],
      valid: 'the time that Deutsche Post gives with it',
      paysAbroad: false,
    },
    source: 'Deutsche Post, as reported by burscheid-medien.de, citipost.de and paketda.de, 2026',
  },
  bpost: {
    country: 'BE',
    sides: 15,
    top: 40,
    fromRight: 140,
    strip: { height: 15, width: WHOLE },
    stamp: { width: 74, height: 40 },
    source: 'bpost, guide of January 2025',
  },
  'swiss-post': {
    country: 'CH',
    sides: 15,
    top: 38,
    fromRight: 140,
    strip: { height: 15, width: WHOLE },
    stamp: { width: 74, height: 38 },
    source: 'Swiss Post, design of letters; the strip is the general one',
  },
  'australia-post': {
    country: 'AU',
    sides: 15,
    top: 40,
    strip: { height: 15, width: WHOLE },
    stamp: { width: 90, height: 40 },
    source: 'auspost.com.au, envelope templates, 2026',
  },
  postnl: {
    country: 'NL',
    sides: 15,
    top: 40,
    fromRight: 140,
    strip: { height: 15, width: WHOLE },
    stamp: { width: 40, height: 40 },
    code: {
      signs: /^[A-Z1-9]{9}$/,
      description: '9 letters and digits, none of them 0',
      rows: (code, isAbroad) => [...inThrees(code), ...(isAbroad ? ['PNL'] : [])],
      valid: '5 days from the day you bought it',
      paysAbroad: true,
    },
    source: 'PostNL postzegelcode, as reported by nl.wikipedia.org, 2026',
  },
  postnord: {
    country: 'SE',
    sides: 15,
    top: 40,
    fromRight: 140,
    strip: { height: 15, width: WHOLE },
    stamp: { width: 50, height: 40 },
    code: {
      signs: /^[A-Z0-9]{12}$/,
      description: '12 letters and digits',
      rows: inFours,
      valid: 'the time that PostNord gives with it',
      paysAbroad: true,
    },
    source: 'PostNord, digital stamp, as reported by tradera.com, 2026',
  },
} as const satisfies Readonly<Record<string, Post>>

export type PostName = keyof typeof POSTS

export const postNamed = (name: PostName): Post => POSTS[name]
