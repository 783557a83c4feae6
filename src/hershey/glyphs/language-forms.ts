import { moveStrokes } from '../../geometry/affine.ts'
import { strokeCount, strokesOf } from '../../geometry/drawing.ts'
import { mergeStrokes } from '../../geometry/stroke-writer.ts'
import { type Glyph, glyphOf, type LanguageWithForms, type StrokeFont } from '../fonts/font.ts'
import { glyphFor, unit } from '../fonts/parts.ts'

/** The form of a character in a language: another text in the same font, or a drawing. */
type Form = string | ((font: StrokeFont) => Glyph | undefined)
type Forms = Readonly<Record<string, Form>>

/**
 * The Serbian and Macedonian б: a bowl, and a stroke that rises and turns to the right. In 21sts of the cap height, y
 * down.
 */
const SERBIAN_BE = [
  ...[12, -12, 9.5, -14, 6.5, -13.6, 4, -11, 3, -7, 3.8, -3, 6.5, -0.5, 9.5, -0.3, 12.5, -2.6, 13.6, -6.4, 12.6, -10],
  ...[10.4, -13.2, 7.6, -15.8, 6.2, -18.2, 7, -20.3, 9.4, -21, 12, -20, 14.6, -20.4, 15.6, -21.4],
]
const serbianBe: Form = (font) => {
  const u = unit(font)
  const be = glyphFor(font, 'б')
  if (!be) return undefined
  const { slant } = font.metrics
  const line = SERBIAN_BE.map((value, i) => u * (i % 2 === 0 ? value - slant * (SERBIAN_BE[i + 1] ?? 0) : value))
  const secondLine = line.map((value, i) => (i % 2 === 0 ? value + 0.9 * u : value))
  return glyphOf(17 * u, font.info.weight === 1 ? strokesOf(line) : strokesOf(line, secondLine))
}

/** The dot between two l in Catalan, with less room at its sides than the font's usual middle dot. */
const closeDot: Form = (font) => {
  const dot = glyphFor(font, '·')
  if (!dot) return undefined
  const room = 1.5 * unit(font)
  const width = dot.box.maxX - dot.box.minX
  return glyphOf(width + 2 * room, moveStrokes(dot.strokes, room - dot.box.minX, 0))
}

/** The Polish kreska: a steeper stroke than an acute, on the right of the letter's middle. */
const kreska =
  (letter: string): Form =>
  (font) => {
    const base = glyphFor(font, letter)
    if (!base || font.info.weight > 1) return undefined
    const u = unit(font)
    const { slant } = font.metrics
    const foot = base.box.minY - 2.5 * u
    const x = (base.box.minX + base.box.maxX) / 2 - slant * (foot - (base.box.minY + base.box.maxY) / 2)
    const mark = strokesOf([x + 0.2 * u, foot, x + 1.6 * u + slant * 4.6 * u, foot - 4.6 * u])
    const { joins, mains = strokeCount(base.strokes) } = base
    return {
      ...glyphOf(base.advance, mergeStrokes(base.strokes, mark)),
      ...(joins !== undefined && { joins, mains }),
    }
  }

const SERBIAN: Forms = { б: serbianBe }
/** Serbian forms in fonts of slanted handwriting and in italics. */
const SERBIAN_WRITTEN: Forms = { ...SERBIAN, г: 'ı\u0304', д: 'g', п: 'u\u0304', т: 'ш\u0304' }
/** Small letters of Bulgarian handwriting, which have the shapes of Latin letters. */
const BULGARIAN: Forms = { д: 'g', и: 'u', й: 'u\u0306', к: 'k', п: 'n', т: 'm' }
const CATALAN: Forms = { '·': closeDot }
const COMMAS: Forms = { ş: 'ș', ţ: 'ț', Ş: 'Ș', Ţ: 'Ț' }
const KRESKA: Forms = Object.fromEntries(
  Array.from('ćńóśźĆŃÓŚŹ', (char) => [char, kreska(char.normalize('NFD').charAt(0))]),
)

/** Whether a font is handwriting or an italic, and has Latin and Cyrillic letters of its own. */
const isWritten = (font: StrokeFont): boolean =>
  (font.info.style === 'hand' || font.info.italic) && font.glyphs.has(0x75) && font.glyphs.has(0x43f)
const isSlanted = (font: StrokeFont): boolean => font.metrics.slant > 0.1

const serbian = (font: StrokeFont): Forms => (isWritten(font) && isSlanted(font) ? SERBIAN_WRITTEN : SERBIAN)

const FORMS: Readonly<Record<LanguageWithForms, (font: StrokeFont) => Forms | undefined>> = {
  sr: serbian,
  mk: serbian,
  bg: (font) => (isWritten(font) ? BULGARIAN : undefined),
  ro: () => COMMAS,
  mo: () => COMMAS,
  pl: () => KRESKA,
  ca: () => CATALAN,
}

/**
 * The form that the language of a font gives a character; undefined when the language keeps the usual form, or when the
 * font cannot draw the form of the language. Also undefined for a font with a shaper, which chooses the forms itself.
 *
 * @param draw  finds or composes a character of the font in its usual form
 */
export function languageForm(
  font: StrokeFont,
  char: string,
  draw: (char: string) => Glyph | undefined,
): Glyph | undefined {
  if (font.language === undefined || font.shaper) return undefined
  const forms = FORMS[font.language](font)
  const form = forms && Object.hasOwn(forms, char) ? forms[char] : undefined
  if (form === undefined) return undefined
  return typeof form === 'string' ? draw(form) : form(font)
}
