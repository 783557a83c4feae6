/**
 * The room `text`: the task `text` (here) sets a text in lines (`in-lines`), in columns (`in-columns`) or along a path
 * (`along-path`). The task `letter` sets pages.
 */
import { drawingOf } from '../../geometry/drawing.ts'
import { drawnSvg } from '../drawn-svg.ts'
import { firstWords, safeName } from '../names.ts'
import { defineTask } from '../task.ts'
import { alongPath } from './along-path.ts'
import { inColumns } from './in-columns.ts'
import { inLines } from './in-lines.ts'
import { isUserPath, type TextParams, textSchema } from './schema.ts'
import type { SheetText } from './sheet-room.ts'
import { smallTextWarnings, xHeightAt } from './small-text.ts'

function setText(params: TextParams): SheetText {
  if (params.vertical) return inColumns(params)
  return params.path === undefined ? inLines(params) : alongPath(params, params.path)
}

const warningsOf = ({ font, path }: TextParams, { fittedSize: fitted }: SheetText) => {
  const place = isUserPath(path) ? 'the path' : 'the sheet'
  return fitted === undefined ? [] : smallTextWarnings(xHeightAt(font, fitted), place)
}

export const text = defineTask<TextParams>({
  name: 'text',
  summary: 'text in a single-stroke font',
  schema: textSchema,
  title: (params) => `Text “${firstWords(params.text)}”`,
  isQuick: true,
  outputName: (params) => `texts/text_${safeName(firstWords(params.text))}.svg`,
  texts: ({ text, font, strict }) => [{ field: 'text', text, font, strict }],
  check: (params) => warningsOf(params, setText(params)),
  admit: (params) => (params.path === undefined ? undefined : async () => void setText(params)),
  render: (params, { warn }) => {
    const set = setText(params)
    const { strokes, width, height } = set
    for (const warning of warningsOf(params, set)) warn(warning)
    return drawnSvg(drawingOf(strokes, width, height, 'text'))
  },
})
