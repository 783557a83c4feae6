/**
 * Left, right, Arabic letters; European and Arabic numbers, what may stand in or at them (separators, terminators); and
 * all that takes its direction from around it.
 */
export type Kind = 'L' | 'R' | 'AL' | 'EN' | 'AN' | 'ES' | 'ET' | 'CS' | 'ON'

const KINDS: readonly (readonly [Kind, RegExp])[] = [
  ['AL', /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}](?<!\p{N})/u],
  ['R', /^[\p{Script=Hebrew}\p{Script=Nko}\u200f]/u],
  ['AN', /^[\u0660-\u0669\u066b\u066c]/u],
  ['EN', /^[\d\u06f0-\u06f9²³¹\u2070-\u2079\u2080-\u2089]/u],
  ['ES', /^[-+\u207a\u207b\u208a\u208b\u2212]/u],
  ['ET', /^[\p{Sc}#%°±\u2030-\u2034]/u],
  ['CS', /^[,./:\u00a0\u060c\u202f\u2044]/u],
  ['L', /^[\p{L}\p{N}\u200e]/u],
]

export const kindOf = (text: string): Kind => KINDS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'ON'

/** Numbers count as of the right where others look around (rules N0 to N2). */
export const side = (kind: Kind | undefined): 'L' | 'R' | undefined =>
  kind === 'L' ? 'L' : kind === 'R' || kind === 'EN' || kind === 'AN' ? 'R' : undefined

/** A stretch of one level: what its characters are, and what its ends look at. */
export interface Stretch {
  readonly kinds: Kind[]
  readonly texts: readonly string[]
  readonly before: 'L' | 'R'
  readonly after: 'L' | 'R'
  /** Of the level itself. */
  readonly embedding: 'L' | 'R'
}
