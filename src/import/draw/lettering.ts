import { characterName, layoutText, type TextLayout, type TextOptions } from '../../hershey/index.ts'
import type { Canvas } from './canvas.ts'

/** Limit on the characters of one text. */
const MAX_CHARACTERS = 20_000

/** Lays out a text, in mm or in units of the file, and notes characters that are missing or have substitutes. */
export function layoutLettering(canvas: Canvas, text: string, options: TextOptions): TextLayout {
  const clipped = text.length > MAX_CHARACTERS ? text.slice(0, MAX_CHARACTERS) : text
  if (clipped !== text) canvas.note('not-drawn', `text after ${MAX_CHARACTERS} characters is not drawn`, 1)
  canvas.spend(10 * clipped.length)
  const layout = layoutText(clipped, options)
  noteCharacters(canvas, layout)
  return layout
}

/** Notes the characters of a layout that are missing or have substitutes. */
export function noteCharacters(canvas: Canvas, layout: TextLayout): void {
  for (const missing of layout.missing)
    canvas.note('not-drawn', `no font here has ${characterName(missing)}; it is left out`, missing.count)
  for (const character of layout.substituted.filter(({ as }) => as !== undefined))
    canvas.note('import', `${characterName(character)} is drawn as “${character.as}”`, character.count)
}
