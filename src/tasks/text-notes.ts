import { PlotdError } from '../errors.ts'
import { type CharacterNote, characterName, hasFont, isUploadedFont, notesOn } from '../hershey/index.ts'
import type { Task, TaskText, TaskWarning } from './task.ts'
import { textsOf } from './uploaded-fonts.ts'
import { MAX_ISSUES } from './validate.ts'

/** The code of notes that `textWarnings` leaves out, because a composed character looks like a glyph of the font. */
const HARMLESS = 'composed-glyph'

/**
 * Notes on the characters for which the font of their text has no glyph: missing (`missing-glyph`), substituted by
 * other characters (`substituted-glyph`), lent by another font (`lent-glyph`) or composed (`composed-glyph`). A field
 * has one note for all missing characters, one for all composed characters, and one for each font that lends
 * characters. The first eight substituted characters have one note each, and the others share one.
 *
 * Looks characters up without layout, so the main thread can call this function. Skips each text whose uploaded font is
 * not loaded yet.
 *
 * @throws PlotdError ERR_FONT_UNKNOWN
 * @throws PlotdError ERR_PARAMS when a strict text has missing or substituted characters, with details of up to 20
 */
export function textNotes(texts: readonly TaskText[]): readonly TaskWarning[] {
  let warnings = NO_WARNINGS
  for (const set of texts) {
    if (isUploadedFont(set.font) && !hasFont(set.font)) continue
    const notes = notesOn(set.text, set.font)
    if (notes.length > 0) warnings = [...warnings, ...warningsOf(set, notes)]
  }
  return warnings
}

const NO_WARNINGS: readonly TaskWarning[] = []

/** The notes that the user must read before ink. */
export const textWarnings = <P>(task: Pick<Task<P>, 'texts'>, params: P): TaskWarning[] =>
  textNotes(textsOf(task, params)).filter(({ code }) => code !== HARMLESS)

function warningsOf({ field, strict }: TaskText, notes: readonly CharacterNote[]): TaskWarning[] {
  const notesBy = (how: CharacterNote['how']) => notes.filter((note) => note.how === how)
  const missing = notesBy('missing')
  const substituted = notesBy('substituted')
  const others = substituted.slice(MAX_NAMED)
  const lent = notesBy('lent')
  if (strict && missing.length + substituted.length > 0) throw strictError(field, [...missing, ...substituted])
  const fonts = [...new Set(lent.map(({ from = '' }) => from))]
  const are = (list: readonly unknown[]) => (list.length === 1 ? 'is' : 'are')
  return [
    ...warningAbout(
      'missing-glyph',
      missing,
      (names) => `no font here has ${names}; ${missing.length === 1 ? 'it is' : 'they are'} left out`,
    ),
    ...fonts.flatMap((font) => {
      const ofFont = lent.filter(({ from }) => from === font)
      return warningAbout('lent-glyph', ofFont, (names) => `${names} ${are(ofFont)} drawn in the font ${font}`)
    }),
    ...substituted
      .slice(0, MAX_NAMED)
      .flatMap((note) => warningAbout('substituted-glyph', [note], (name) => `${name} is drawn as “${note.as}”`)),
    ...warningAbout('substituted-glyph', others, (names) =>
      others.length === 1
        ? `${names} is drawn as a similar character, too`
        : `${names} are drawn as similar characters, too`,
    ),
    ...warningAbout(
      HARMLESS,
      notesBy('composed'),
      (names) => `${names} ${are(notesBy('composed'))} put together from strokes of the font`,
    ),
  ].map((warning) => ({ ...warning, message: `${field}: ${warning.message}` }))
}

function strictError(field: string, notes: readonly CharacterNote[]): PlotdError {
  const expected = `only what can be drawn as it is written, not ${listOf(notes)}`
  return new PlotdError('ERR_PARAMS', `${field}: expected ${expected}`, {
    issues: notes.slice(0, MAX_ISSUES).map((note) => ({
      field,
      value: note.char,
      expected: 'expected a character that a font here has',
      ...note,
    })),
  })
}

/** Maximum number of characters that one message names. */
const MAX_NAMED = 8

function warningAbout(
  code: string,
  notes: readonly CharacterNote[],
  message: (names: string) => string,
): TaskWarning[] {
  if (notes.length === 0) return []
  return [{ code, message: message(listOf(notes)), count: notes.reduce((sum, { count }) => sum + count, 0) }]
}

function listOf(notes: readonly CharacterNote[]): string {
  const named = notes.slice(0, MAX_NAMED).map(nameOf)
  const more = notes.length > MAX_NAMED ? [`${notes.length - MAX_NAMED} more`] : []
  return [...named, ...more].join(', ')
}

function nameOf(note: CharacterNote): string {
  const { count, line, column } = note
  const place = line === 1 ? `character ${column}` : `line ${line}, character ${column}`
  return characterName(note, place, ...(count === 1 ? [] : [`${count} times`]))
}
