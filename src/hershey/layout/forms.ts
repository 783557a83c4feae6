import { hash } from '../fonts/chance.ts'
import type { Glyph, StrokeFont } from '../fonts/font.ts'
import type { Cell } from '../glyphs/cells.ts'
import { resolve } from '../glyphs/resolve.ts'

/** Gives the cells of one line their forms. The caller must pass the lines of a text in order. */
export type FormChooser = (cells: readonly Cell[]) => readonly Cell[]

/**
 * The forms of a character in a font with several forms, without glyphs that another font lends. Empty for a font with
 * one form.
 */
export function formsOf({ faces }: StrokeFont, char: string): readonly Glyph[] {
  if (!faces) return []
  const glyphs = faces.flatMap((face) => {
    const resolved = resolve(face, char, true)
    const isLent = resolved.how === 'missing' || ('from' in resolved && resolved.from !== undefined)
    return isLent ? [] : [resolved.glyph]
  })
  return [...new Set(glyphs)].filter(({ strokes }) => strokes.points.length > 0)
}

/** The cells in their widest forms. A line that fits with these forms fits with all others, too. */
export function widest(cells: readonly Cell[], font: StrokeFont): readonly Cell[] {
  if (!font.faces) return cells
  return cells.map((cell) => {
    if (cell.kind !== 'ink') return cell
    const glyph = formsOf(font, cell.shown ?? cell.char).reduce(
      (best, form) => (form.advance > best.advance ? form : best),
      cell.glyph,
    )
    return { ...cell, glyph }
  })
}

/**
 * Returns a chooser by which a line uses all forms of a character before it repeats one. A repeated form stands as far
 * from its last use as possible.
 *
 * @returns undefined when each letter of the font has one form
 */
export function formChooser(font: StrokeFont, seed: number): FormChooser | undefined {
  if (!font.faces) return undefined
  const lastUse = new Map<Glyph, number>()
  let place = 0
  return (cells) => {
    const used = new Map<string, { readonly usedForms: Set<Glyph>; readonly isRepeat: boolean }>()
    return cells.map((cell) => {
      place++
      if (cell.kind !== 'ink') return cell
      const char = cell.shown ?? cell.char
      const forms = formsOf(font, char)
      if (forms.length < 2) return cell
      const before = used.get(char)
      const isRepeat = before !== undefined && (before.isRepeat || before.usedForms.size >= forms.length)
      const usedForms =
        before === undefined || before.usedForms.size >= forms.length ? new Set<Glyph>() : before.usedForms
      used.set(char, { usedForms, isRepeat })
      const free = forms.filter((form) => !usedForms.has(form))
      const score = (form: Glyph, i: number) => {
        const gap = place - (lastUse.get(form) ?? -200)
        return isRepeat ? gap : Math.min(gap, 200) * (1 + 0.5 * hash(seed + 17 * i, place))
      }
      const scores = free.map(score)
      const glyph = free[scores.indexOf(Math.max(...scores))] ?? cell.glyph
      usedForms.add(glyph)
      lastUse.set(glyph, place)
      return { ...cell, glyph }
    })
  }
}
