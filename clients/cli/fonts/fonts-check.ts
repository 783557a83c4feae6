import type { CharacterNote, Coverage } from '../../../src/index.ts'
import type { Io } from '../io/io.ts'
import { columns } from '../ui/columns.ts'
import { plural } from '../ui/format.ts'
import { hang } from '../ui/text.ts'

type Local = typeof import('../../../src/index.ts')

const MAX_FONTS = 8
const WORDS: Readonly<Record<CharacterNote['how'], (note: CharacterNote) => string>> = {
  composed: () => 'put together from strokes of the font',
  lent: ({ from }) => `drawn in the font ${from}`,
  substituted: ({ as, from }) => `drawn as “${as}”${from === undefined ? '' : ` in the font ${from}`}`,
  missing: () => 'not drawn: no installed font has it',
}

/**
 * Prints how a font draws a text. Without a font, takes the default font and also prints the best fonts for the text.
 *
 * @returns the exit code, 1 when a character cannot be drawn
 */
export function checkText(local: Local, text: string, font: string | undefined, io: Io): number {
  const notes = local.notesOn(text, font ?? local.DEFAULT_FONT)
  const best = font === undefined ? local.fontsFor(text).slice(0, MAX_FONTS) : []
  if (io.json) io.line({ text, font: font ?? local.DEFAULT_FONT, notes, ...(font === undefined ? { best } : {}) })
  else
    io.print(
      ...noteLines(local, notes, font ?? local.DEFAULT_FONT, io),
      ...(best.length > 0 ? ['', ...table(best, io)] : []),
    )
  return notes.some(({ how }) => how === 'missing') ? 1 : 0
}

function noteLines(local: Local, notes: readonly CharacterNote[], font: string, { paint, textWidth }: Io): string[] {
  if (notes.length === 0) return [`${font} has every character.`]
  return [
    `In ${font}:`,
    ...notes.flatMap((note) => {
      const { how, line, column, count } = note
      const times = count === 1 ? [] : [plural(count, 'time')]
      const name = local.characterName(note, `line ${line}, character ${column}`, ...times)
      const words = `  ${name} is ${WORDS[how](note)}`
      return hang(words, textWidth, 4).map((line) => (how === 'missing' ? paint.bad(line) : line))
    }),
  ]
}

const list = (chars: Coverage['missing']): string =>
  chars
    .map(({ char, codePoint }) => (/^\p{C}/u.test(char) ? `U+${codePoint.toString(16).toUpperCase()}` : char))
    .join(' ')

const table = (fonts: readonly Coverage[], { paint, width }: Io): string[] =>
  columns(
    fonts,
    [
      { title: 'FONT', text: ({ font }) => font, paint: (text) => paint.bold(text) },
      { title: 'IN THE FONT', text: ({ own, characters }) => `${own} of ${characters}` },
      { title: 'REPLACED', text: ({ substituted }) => list(substituted), shrinkTo: 10 },
      { title: 'NOT DRAWN', text: ({ missing }) => list(missing), shrinkTo: 10 },
    ],
    width,
  )
