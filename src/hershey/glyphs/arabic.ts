import { COMPOSED } from './arabic-marks.ts'

/**
 * Letters with the code points of their forms, in this order: isolated, final, initial, medial. A letter has the first
 * one, two or four of these forms.
 */
const FORMS: ReadonlyMap<string, readonly number[]> = new Map(
  (
    [
      ['ء', 0xfe80, 1],
      ['آ', 0xfe81, 2],
      ['أ', 0xfe83, 2],
      ['ؤ', 0xfe85, 2],
      ['إ', 0xfe87, 2],
      ['ئ', 0xfe89, 4],
      ['ا', 0xfe8d, 2],
      ['ب', 0xfe8f, 4],
      ['ة', 0xfe93, 2],
      ['ت', 0xfe95, 4],
      ['ث', 0xfe99, 4],
      ['ج', 0xfe9d, 4],
      ['ح', 0xfea1, 4],
      ['خ', 0xfea5, 4],
      ['د', 0xfea9, 2],
      ['ذ', 0xfeab, 2],
      ['ر', 0xfead, 2],
      ['ز', 0xfeaf, 2],
      ['س', 0xfeb1, 4],
      ['ش', 0xfeb5, 4],
      ['ص', 0xfeb9, 4],
      ['ض', 0xfebd, 4],
      ['ط', 0xfec1, 4],
      ['ظ', 0xfec5, 4],
      ['ع', 0xfec9, 4],
      ['غ', 0xfecd, 4],
      ['ف', 0xfed1, 4],
      ['ق', 0xfed5, 4],
      ['ك', 0xfed9, 4],
      ['ل', 0xfedd, 4],
      ['م', 0xfee1, 4],
      ['ن', 0xfee5, 4],
      ['ه', 0xfee9, 4],
      ['و', 0xfeed, 2],
      ['ى', 0xfeef, 2],
      ['ي', 0xfef1, 4],
      ['پ', 0xfb56, 4],
      ['چ', 0xfb7a, 4],
      ['ژ', 0xfb8a, 2],
      ['ک', 0xfb8e, 4],
      ['گ', 0xfb92, 4],
      ['ی', 0xfbfc, 4],
      ['ٹ', 0xfb66, 4],
      ['ڈ', 0xfb88, 2],
      ['ڑ', 0xfb8c, 2],
      ['ں', 0xfb9e, 2],
      ['ہ', 0xfba6, 4],
      ['ھ', 0xfbaa, 4],
      ['ے', 0xfbae, 2],
    ] as const
  ).map(([letter, first, count]) => [letter, Array.from({ length: count }, (_, i) => first + i)]),
)

/** The forms of letters that are composed of another letter and marks. */
const COMPOSED_FORMS: ReadonlyMap<string, { readonly forms: readonly number[]; readonly marks: string }> = new Map(
  COMPOSED.map(([letter, baseLetters, count, marks]) => {
    const [isolated, joined] = Array.from(baseLetters, (base) => FORMS.get(base) ?? [])
    const all = [...(isolated?.slice(0, 2) ?? []), ...(joined?.slice(2) ?? [])]
    return [letter, { forms: all.slice(0, count), marks }]
  }),
)

/**
 * Splits a composed letter into the isolated form of a simpler letter, and marks. Other characters stay as they are.
 */
export function decompose(character: string): string {
  const composedForm = COMPOSED_FORMS.get(character.charAt(0))
  return composedForm
    ? String.fromCodePoint(composedForm.forms[0] ?? 0) + composedForm.marks + character.slice(1)
    : character
}

/** The isolated form of lam with an alef after it, by alef. The final form has the next code point. */
const LAM_ALEF: Readonly<Record<string, number>> = { آ: 0xfef5, أ: 0xfef7, إ: 0xfef9, ا: 0xfefb }
const ARABIC = /[\u0600-\u06FF]/
/** Signs that have one form and join on both sides. */
const EXTENDERS = /^[\u0640\u200D]$/

/** A grapheme of a text, or a lam with its alef, and the character whose shape it takes. */
export interface ShapedCharacter {
  readonly char: string
  readonly shown: string
}

/**
 * Replaces Arabic letters by presentation forms, which depend on the neighbours of a letter (Unicode, section 9.2).
 * Marks stay with their letters. Other characters stay as they are.
 *
 * @param graphemes  the graphemes of one line, in the order of the text
 */
export function shapedArabic(graphemes: readonly string[]): readonly ShapedCharacter[] {
  if (!graphemes.some((char) => ARABIC.test(char))) return graphemes.map((char) => ({ char, shown: char }))
  const units = withLamAlef(graphemes)
  return units.map(({ char, forms, marks }, i) => {
    if (forms === undefined) return { char, shown: char }
    const isJoinedBefore = canJoinNext(units[i - 1])
    const isJoinedAfter = canJoinPrevious(units[i + 1]) && forms.length === 4
    const form =
      forms[(isJoinedBefore ? 1 : 0) + (isJoinedAfter ? 2 : 0)] ?? forms[isJoinedBefore ? 1 : 0] ?? forms[0] ?? 0
    return { char, shown: String.fromCodePoint(form) + marks }
  })
}

interface Unit {
  readonly char: string
  readonly forms: readonly number[] | undefined
  readonly marks: string
}

function withLamAlef(graphemes: readonly string[]): Unit[] {
  const units: Unit[] = []
  for (let i = 0; i < graphemes.length; i++) {
    const char = graphemes[i] ?? ''
    const next = graphemes[i + 1] ?? ''
    const ligature = char.startsWith('ل') ? LAM_ALEF[next.charAt(0)] : undefined
    if (ligature !== undefined) {
      units.push({ char: char + next, forms: [ligature, ligature + 1], marks: char.slice(1) + next.slice(1) })
      i++
    } else {
      const composedForm = COMPOSED_FORMS.get(char.charAt(0))
      units.push({
        char,
        forms: composedForm?.forms ?? FORMS.get(char.charAt(0)),
        marks: (composedForm?.marks ?? '') + char.slice(1),
      })
    }
  }
  return units
}

const isExtender = (unit: Unit | undefined): boolean => unit !== undefined && EXTENDERS.test(unit.char)
/** Whether a unit can join the next unit. A letter with four forms can, and so can an extender. */
const canJoinNext = (unit: Unit | undefined): boolean => unit?.forms?.length === 4 || isExtender(unit)
/** Whether a unit can join the previous unit. A letter with two or four forms can, and so can an extender. */
const canJoinPrevious = (unit: Unit | undefined): boolean => (unit?.forms?.length ?? 0) > 1 || isExtender(unit)
