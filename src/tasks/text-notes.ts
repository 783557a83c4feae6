import { PlotdError } from '../errors.ts'
import { type CharacterNote, characterName, hasFont, isUploadedFont, notesOn } from '../hershey/index.ts'
import type { SetText, Task, TaskWarning } from './task.ts'
import { wordsOf } from './uploaded-fonts.ts'
import { MOST_ISSUES } from './validate.ts'

/** What is only good to know: a letter and its accent look as if the font had them ready. */
const HARMLESS = 'composed-glyph'

/**
 * What will become of the characters of the words that a job asks to be drawn, each kind once a field: what is left out
 * (`missing-glyph`), drawn by near signs (`substituted-glyph`) or in another font (`lent-glyph`), or put together (`composed-glyph`).
 * Found in tables, not by laying text out: a thread that listens can afford it. Of an uploaded font nothing is known
 * before `takeFonts`.
 *
 * @throws PlotdError ERR_PARAMS naming every character, when the job is strict and something would not be drawn as written
 */
export function textNotes(texts: readonly SetText[]): readonly TaskWarning[] {
  let warnings = NOTHING
  for (const set of texts) {
    if (isUploadedFont(set.font) && !hasFont(set.font)) continue
    const notes = notesOn(set.text, set.font)
    if (notes.length > 0) warnings = [...warnings, ...told(set, notes)]
  }
  return warnings
}

const NOTHING: readonly TaskWarning[] = []

/** Those of the notes that a person should read before ink. */
export const textWarnings = <P>(task: Pick<Task<P>, 'texts'>, params: P): TaskWarning[] =>
  textNotes(wordsOf(task, params)).filter(({ code }) => code !== HARMLESS)

function told({ field, strict }: SetText, notes: readonly CharacterNote[]): TaskWarning[] {
  const of = (how: CharacterNote['how']) => notes.filter((note) => note.how === how)
  const [missing, substituted, lent] = [of('missing'), of('substituted'), of('lent')]
  if (strict && missing.length + substituted.length > 0) throw refused(field, [...missing, ...substituted])
  const fonts = [...new Set(lent.map(({ from = '' }) => from))]
  const are = (list: readonly unknown[]) => (list.length === 1 ? 'is' : 'are')
  return [
    ...about(
      'missing-glyph',
      missing,
      (names) => `no font here has ${names}; ${missing.length === 1 ? 'it is' : 'they are'} left out`,
    ),
    ...fonts.flatMap((font) => {
      const these = lent.filter(({ from }) => from === font)
      return about('lent-glyph', these, (names) => `${names} ${are(these)} drawn in the font ${font}`)
    }),
    ...substituted
      .slice(0, MOST_NAMED)
      .flatMap((each) => about('substituted-glyph', [each], (name) => `${name} is drawn as “${each.as}”`)),
    ...about('substituted-glyph', substituted.slice(MOST_NAMED), (names) => `${names} are drawn by near signs, too`),
    ...about(
      HARMLESS,
      of('composed'),
      (names) => `${names} ${are(of('composed'))} put together from strokes of the font`,
    ),
  ].map((warning) => ({ ...warning, message: `${field}: ${warning.message}` }))
}

function refused(field: string, notes: readonly CharacterNote[]): PlotdError {
  const expected = `only what can be drawn as it is written, not ${listed(notes)}`
  return new PlotdError('ERR_PARAMS', `${field}: expected ${expected}`, {
    issues: notes.slice(0, MOST_ISSUES).map((note) => ({
      field,
      value: note.char,
      expected: 'expected a character that a font here has',
      ...note,
    })),
  })
}

const MOST_NAMED = 8

function about(code: string, notes: readonly CharacterNote[], say: (names: string) => string): TaskWarning[] {
  if (notes.length === 0) return []
  return [{ code, message: say(listed(notes)), count: notes.reduce((sum, { count }) => sum + count, 0) }]
}

function listed(notes: readonly CharacterNote[]): string {
  const named = notes.slice(0, MOST_NAMED).map(nameOf)
  const more = notes.length > MOST_NAMED ? [`${notes.length - MOST_NAMED} more`] : []
  return [...named, ...more].join(', ')
}

function nameOf(note: CharacterNote): string {
  const { count, line, column } = note
  const place = line === 1 ? `character ${column}` : `line ${line}, character ${column}`
  return characterName(note, place, ...(count === 1 ? [] : [`${count} times`]))
}
