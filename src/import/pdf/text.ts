import { type Affine, apply, compose } from '../../geometry/affine.ts'
import type { Font, Glyph } from './instructions.ts'
import type { Interpreter } from './interpret.ts'

/** Steps of work for one glyph, which takes about 1.5 KB until it is drawn. */
const GLYPH = 30

/** Shows glyphs, and advances the place of the text. */
export function showGlyphs(machine: Interpreter, glyphs: readonly (Glyph | number)[]): void {
  const { state, text } = machine
  const { font, size, textScale, charSpacing, wordSpacing } = state
  if (font === undefined || size === 0) return
  // pdf.js gives no glyphs of such a font
  if (font.isBroken && machine.isShown) machine.count('text in a broken font')
  for (const glyph of glyphs) {
    if (typeof glyph === 'number') {
      const back = (glyph / 1000) * size
      if (font.isVertical) text.y -= back
      else text.x -= back * textScale
      continue
    }
    const spacing = charSpacing + (glyph.isSpace ? wordSpacing : 0)
    if (font.isVertical) {
      const down = (advanceDown(font, glyph) / 1000) * size
      if (machine.isShown) show(machine, font, glyph, [0, down])
      // In PDF a positive spacing brings vertical characters closer (ISO 32000-1, 9.3.2).
      text.y += down + spacing
      continue
    }
    const along = advance(font, glyph) * size * textScale
    if (machine.isShown) show(machine, font, glyph, [along, 0])
    text.x += along + spacing * textScale
  }
}

/** Advance, em. */
const advance = ({ isDrawn, matrix }: Font, { width }: Glyph): number => width * (isDrawn ? matrix[0] : 0.001)

const advanceDown = ({ verticalMetrics }: Font, { vertical }: Glyph): number =>
  vertical?.[0] ?? verticalMetrics?.[0] ?? -1000

/** Adds a glyph to the shapes, or executes its drawing. The last argument is the glyph's advance in the text space. */
function show(machine: Interpreter, font: Font, glyph: Glyph, [dx, dy]: readonly [number, number]): void {
  const { state, text } = machine
  const { size, textScale, rise, textMode, ctm, clip } = state
  const toPage = compose(ctm, text.matrix)
  const matrixAt = (x: number, y: number): Affine => compose(toPage, [size * textScale, 0, 0, size, x, y + rise])
  const [ox, oy] = originOf(font, glyph)
  const matrix = matrixAt(text.x - ox * size * textScale, text.y - oy * size)
  if (textMode >= 4) machine.count('text as a clip path')
  const mode = textMode % 4
  const isBlank = glyph.unicode.trim() === ''
  if (mode === 3) {
    if (!isBlank) machine.count('invisible character')
    return
  }
  const isDrawing = font.isDrawn && !(font.isReadable && machine.prefersStrokes)
  if (isDrawing) {
    const drawing = (glyph.drawnBy === undefined ? undefined : font.drawing(glyph.drawnBy)) ?? []
    if (!isBlank) machine.count(drawing.length > 0 ? 'character that is a drawing' : 'character without an outline')
    machine.runInside(drawing, compose(matrix, font.matrix), clip)
    return
  }
  const line = mode === 1 || mode === 2 ? machine.line() : undefined
  const fill = mode === 1 ? 'none' : fillOf(machine, isBlank)
  const color = fill === 'none' ? line?.color : fill
  if (color === undefined) return
  const end = apply(toPage, text.x + dx, text.y + dy + rise)
  const isFilled = fill !== 'none'
  machine.spend(GLYPH)
  const opacity = machine.fillOpacity
  machine.shapes.push({ is: 'glyph', font, glyph, matrix, end, color, isFilled, opacity, ...(line && { line }), clip })
}

/**
 * The fill colour of a character in a text mode that fills; 'none' if the fill is fully transparent. A blank always
 * gets a colour: `show` leaves out a character without colour, but a blank must end its word (`wordsOf`). A blank has
 * no ink, so its colour does not matter.
 */
const fillOf = (machine: Interpreter, isBlank: boolean): string => (isBlank ? '#000000' : machine.fillColor())

/**
 * The origin of vertical writing in a glyph, em. A glyph without metrics of its own has its origin in the middle of its
 * width (ISO 32000-1, 9.7.4.3). pdf.js gives such a glyph the metrics of the font. The x of these metrics is half of
 * the font's default width, so this function takes half of the glyph's width instead.
 */
function originOf({ isVertical, verticalMetrics = [] }: Font, { vertical, width }: Glyph): readonly [number, number] {
  if (!isVertical) return [0, 0]
  const hasOwn = vertical?.some((value, i) => value !== verticalMetrics[i])
  const [, x, y] = vertical && hasOwn ? vertical : [0, width / 2, verticalMetrics[2] ?? 880]
  return [x / 1000, y / 1000]
}
