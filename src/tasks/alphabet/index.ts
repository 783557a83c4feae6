/**
 * The room `alphabet`: a sheet to write an alphabet on, and the letters from its photograph. `boxes` places the boxes
 * and the markers, and `index` (here) draws the sheet. `markers` and `perspective` find the sheet in a photograph.
 * `pen-strokes` turns ink into strokes. `read-sheet` uses these three files; `tasks/index.ts` exports it.
 */
import { z } from 'zod'
import { type Affine, transformStrokes, translation } from '../../geometry/affine.ts'
import { drawingOf, type Strokes, stroke, strokeCount } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { layoutText } from '../../hershey/index.ts'
import { drawnSvg } from '../drawn-svg.ts'
import { number } from '../fields.ts'
import { hatchedModules } from '../signs/qr-code.ts'
import { defineTask } from '../task.ts'
import { BOXES, CAPTION_AT, GUIDES, MARK, MARKER, MARKERS, SHEET, TOP_SIGN } from './boxes.ts'

const schema = z.strictObject({ pen: number(0.1, 0.8, 0.5, "width of the pen's line, mm") })
type AlphabetParams = z.infer<typeof schema>

/** Font of the captions and of the instruction. It does not look like handwriting. */
const FONT = 'EMSReadability'

function drawSheet({ pen }: AlphabetParams): Strokes {
  const ink = new StrokeWriter()
  const add = (strokes: Strokes, matrix: Affine) => {
    const set = transformStrokes(matrix, strokes)
    for (let s = 0; s < strokeCount(set); s++) ink.add(stroke(set, s))
  }
  const { modules, module } = MARKER
  const marker = hatchedModules(modules, inMarker, module, pen)
  for (const [x, y] of MARKERS) add(marker, translation(x - (modules * module) / 2, y - (modules * module) / 2))
  const sign = hatchedModules(1, () => true, TOP_SIGN.side, pen)
  add(sign, translation(TOP_SIGN.x - TOP_SIGN.side / 2, TOP_SIGN.y - TOP_SIGN.side / 2))
  const words =
    'Write each letter in its box, on the lower mark.\nThen photograph the sheet from above, all four corners in view.'
  add(layoutText(words, { font: FONT, size: 2.6 }).strokes, translation(36, 11))
  for (const { text, x, y, width } of BOXES) {
    const caption = layoutText(text, { font: FONT, size: CAPTION_AT.size }).strokes
    add(caption, translation(x + CAPTION_AT.x, y + CAPTION_AT.y))
    for (const height of [GUIDES.xLine, GUIDES.baseline]) {
      ink.add([x - MARK, y + height, x - 0.4, y + height])
      ink.add([x + width + 0.4, y + height, x + width + MARK, y + height])
    }
  }
  return ink.take()
}

/** Whether a module of a marker is dark, by its row and column, 0 … 6. */
function inMarker(row: number, column: number): boolean {
  const away = Math.max(Math.abs(row - 3), Math.abs(column - 3))
  return away === 3 || away < 2
}

export const alphabetSheet = defineTask<AlphabetParams>({
  name: 'alphabet-sheet',
  summary: 'a sheet to write your alphabet on: its photograph becomes a font',
  schema,
  title: () => 'Sheet for your alphabet',
  isQuick: true,
  outputName: () => 'alphabets/alphabet-sheet.svg',
  render: (params) => drawnSvg(drawingOf(drawSheet(params), SHEET.width, SHEET.height, 'alphabet sheet')),
})
