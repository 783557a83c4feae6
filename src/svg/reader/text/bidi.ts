import type { Work } from '../../../geometry/work.ts'

/** The properties of a character that decide its direction. */
export interface BidiChar {
  readonly text: string
  /** Embedding level. Odd levels run from right to left (Unicode Bidirectional Algorithm, BD2). */
  readonly level: number
  /** Whether the level, and not the character, decides the direction: `unicode-bidi: bidi-override`. */
  readonly isOverridden: boolean
}

/** Matches a text with a character of one of five scripts that are written from right to left. */
export const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Hebrew}\p{Script=Nko}]/u

/** The level of each character (UAX 9, rules X10 to I2). Isolates are treated as embeddings. */
export function levelsOf(chars: readonly BidiChar[], work: Work): number[] {
  const levels = chars.map(({ level }) => level)
  if (levels.every((level) => level === 0) && !chars.some(({ text }) => RIGHT_TO_LEFT.test(text))) return levels
  for (let first = 0; first < chars.length; ) {
    const level = chars[first]?.level ?? 0
    let end = first
    while (end < chars.length && chars[end]?.level === level) end++
    const parity = (neighbour: number | undefined): 'L' | 'R' =>
      Math.max(level, neighbour ?? level) % 2 === 1 ? 'R' : 'L'
    const run = chars.slice(first, end)
    work.spend(20 * run.length)
    const kinds = resolveKinds(
      {
        kinds: run.map((char): Kind => (char.isOverridden ? parity(level) : kindOf(char.text))),
        texts: run.map(({ text }) => text),
        before: parity(chars[first - 1]?.level),
        after: parity(chars[end]?.level),
        embedding: parity(level),
      },
      work,
    )
    kinds.forEach((kind, i) => {
      levels[first + i] = level + levelsDeeper(level, kind)
    })
    first = end
  }
  return levels
}

function resolveKinds(run: LevelRun, work: Work): Kind[] {
  resolveNumbers(run)
  resolveBrackets(run, work)
  resolveNeutrals(run)
  return run.kinds
}

/** Resolves the classes of numbers and their separators (UAX 9, rules W2 to W7). */
function resolveNumbers({ kinds, before }: LevelRun): void {
  let strong: Kind = before
  kinds.forEach((kind, i) => {
    if (kind === 'L' || kind === 'R' || kind === 'AL') strong = kind
    if (kind === 'EN' && strong === 'AL') kinds[i] = 'AN'
  })
  kinds.forEach((kind, i) => {
    const left = kinds[i - 1]
    const right = kinds[i + 1]
    if (kind === 'AL') kinds[i] = 'R'
    else if ((kind === 'ES' || kind === 'CS') && left === 'EN' && right === 'EN') kinds[i] = 'EN'
    else if (kind === 'CS' && left === 'AN' && right === 'AN') kinds[i] = 'AN'
  })
  for (let i = 1; i < kinds.length; i++) if (kinds[i] === 'ET' && kinds[i - 1] === 'EN') kinds[i] = 'EN'
  for (let i = kinds.length - 2; i >= 0; i--) if (kinds[i] === 'ET' && kinds[i + 1] === 'EN') kinds[i] = 'EN'
  strong = before
  kinds.forEach((kind, i) => {
    if (kind === 'L' || kind === 'R') strong = kind
    else if (kind === 'EN' && strong === 'L') kinds[i] = 'L'
    else if (kind === 'ES' || kind === 'ET' || kind === 'CS') kinds[i] = 'ON'
  })
}

/**
 * Neutrals between two equal directions take that direction. Other neutrals take the direction of the embedding (UAX 9,
 * rules N1 and N2).
 */
function resolveNeutrals({ kinds, before, after, embedding }: LevelRun): void {
  for (let first = 0; first < kinds.length; first++) {
    if (kinds[first] !== 'ON') continue
    let end = first
    while (kinds[end] === 'ON') end++
    const left = side(kinds[first - 1]) ?? before
    const right = side(kinds[end]) ?? after
    kinds.fill(left === right ? left : embedding, first, end)
    first = end - 1
  }
}

const OPENING = '([{⟨⟦⁅〈'
const CLOSING = ')]}⟩⟧⁆〉'
/** Maximum number of open brackets that are remembered (UAX 9, BD16). */
const MAX_OPEN = 63

/** Gives both brackets of a pair one direction, from their content and the text before them (UAX 9, rule N0). */
function resolveBrackets({ kinds, texts, before, embedding }: LevelRun, work: Work): void {
  for (const [open, close] of pairsOf(texts, (i) => kinds[i] === 'ON')) {
    work.spend(10 * close)
    const inside = kinds.slice(open + 1, close).map(side)
    const opposite = embedding === 'L' ? 'R' : 'L'
    if (inside.includes(embedding)) kinds[open] = kinds[close] = embedding
    else if (inside.includes(opposite)) {
      const context = kinds.slice(0, open).map(side).findLast(Boolean) ?? before
      kinds[open] = kinds[close] = context === opposite ? opposite : embedding
    }
  }
}

/** Indices of paired brackets, sorted by the opening bracket. */
function pairsOf(texts: readonly string[], isNeutral: (i: number) => boolean): [open: number, close: number][] {
  const pairs: [number, number][] = []
  const stack: { readonly i: number; readonly kind: number }[] = []
  for (const [i, text] of texts.entries()) {
    if (text === '' || !isNeutral(i)) continue
    if (OPENING.includes(text)) {
      if (stack.length === MAX_OPEN) break
      stack.push({ i, kind: OPENING.indexOf(text) })
    } else if (CLOSING.includes(text)) {
      const index = stack.findLastIndex(({ kind }) => kind === CLOSING.indexOf(text))
      if (index < 0) continue
      pairs.push([stack[index]?.i ?? 0, i])
      stack.length = index
    }
  }
  return pairs.sort(([a], [b]) => a - b)
}

/** Bidirectional classes: strong letters, numbers, separators and terminators of numbers, neutrals. */
type Kind = 'L' | 'R' | 'AL' | 'EN' | 'AN' | 'ES' | 'ET' | 'CS' | 'ON'

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

const kindOf = (text: string): Kind => KINDS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'ON'

/** The direction of a character when brackets and neutrals are resolved. Numbers count as R (UAX 9, rules N0 to N2). */
function side(kind: Kind | undefined): 'L' | 'R' | undefined {
  if (kind === 'L') return 'L'
  return kind === 'R' || kind === 'EN' || kind === 'AN' ? 'R' : undefined
}

/** The number of levels by which a character lies deeper than its run (UAX 9, rules I1 and I2). */
function levelsDeeper(level: number, kind: Kind): number {
  if (level % 2 === 1) return kind === 'R' ? 0 : 1
  if (kind === 'L') return 0
  return kind === 'R' ? 1 : 2
}

/** A run of one level: the classes of its characters, and the directions beyond its ends. */
interface LevelRun {
  readonly kinds: Kind[]
  readonly texts: readonly string[]
  readonly before: 'L' | 'R'
  readonly after: 'L' | 'R'
  readonly embedding: 'L' | 'R'
}
