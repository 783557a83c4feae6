import type { Work } from '../../../geometry/work.ts'
import { resolveBrackets } from './bidi-brackets.ts'
import { type Kind, kindOf, type Stretch, side } from './bidi-kinds.ts'

/** What decides which way a character is read. */
export interface Directed {
  readonly text: string
  /** How deep in texts of the other direction: odd runs from right to left (Unicode Bidirectional Algorithm, BD2). */
  readonly level: number
  /** `unicode-bidi: bidi-override`: whatever the character itself would have. */
  readonly overridden: boolean
}

const NEEDED = /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Hebrew}\p{Script=Nko}]/u

/**
 * The level of each character by the Unicode Bidirectional Algorithm (UAX 9, rules X10 to I2); what is isolated counts
 * as embedded.
 */
export function levelsOf(chars: readonly Directed[], work: Work): number[] {
  const levels = chars.map(({ level }) => level)
  if (levels.every((level) => level === 0) && !chars.some(({ text }) => NEEDED.test(text))) return levels
  for (let first = 0; first < chars.length; ) {
    const level = chars[first]?.level ?? 0
    let end = first
    while (end < chars.length && chars[end]?.level === level) end++
    const parity = (other: number | undefined): 'L' | 'R' => (Math.max(level, other ?? level) % 2 === 1 ? 'R' : 'L')
    const run = chars.slice(first, end)
    work.spend(20 * run.length)
    const kinds = resolved(
      {
        kinds: run.map((char): Kind => (char.overridden ? parity(level) : kindOf(char.text))),
        texts: run.map(({ text }) => text),
        before: parity(chars[first - 1]?.level),
        after: parity(chars[end]?.level),
        embedding: parity(level),
      },
      work,
    )
    kinds.forEach((kind, i) => {
      const deeper = level % 2 === 1 ? (kind === 'R' ? 0 : 1) : kind === 'L' ? 0 : kind === 'R' ? 1 : 2
      levels[first + i] = level + deeper
    })
    first = end
  }
  return levels
}

function resolved(stretch: Stretch, work: Work): Kind[] {
  resolveNumbers(stretch)
  resolveBrackets(stretch, work)
  resolveNeutrals(stretch)
  return stretch.kinds
}

/** Rules W2 to W7. */
function resolveNumbers({ kinds, before }: Stretch): void {
  let strong: Kind = before
  kinds.forEach((kind, i) => {
    if (kind === 'L' || kind === 'R' || kind === 'AL') strong = kind
    if (kind === 'EN' && strong === 'AL') kinds[i] = 'AN'
  })
  kinds.forEach((kind, i) => {
    const [left, right] = [kinds[i - 1], kinds[i + 1]]
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

/** As what is on both sides, if that is one direction; else as the text around (rules N1 and N2). */
function resolveNeutrals({ kinds, before, after, embedding }: Stretch): void {
  for (let first = 0; first < kinds.length; first++) {
    if (kinds[first] !== 'ON') continue
    let end = first
    while (kinds[end] === 'ON') end++
    const [left, right] = [side(kinds[first - 1]) ?? before, side(kinds[end]) ?? after]
    kinds.fill(left === right ? left : embedding, first, end)
    first = end - 1
  }
}
