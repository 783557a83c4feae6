import { z } from 'zod'
import { transformStrokes, translation } from '../../geometry/affine.ts'
import { drawingOf } from '../../geometry/drawing.ts'
import { drawnSvg } from '../drawn-svg.ts'
import { number } from '../fields.ts'
import { firstWords, safeName } from '../names.ts'
import { defineTask } from '../task.ts'
import { LONGEST_CODE, qrCode } from './qr-code.ts'

const schema = z.strictObject({
  code: z.string().min(1).max(LONGEST_CODE).regex(/\S/, 'expected words').describe('web address or text in the code'),
  pen: number(0.1, 3, 0.5, "width of the pen's line, mm"),
  module: z
    .number()
    .min(0.2)
    .max(50)
    .optional()
    .describe('side of the smallest square, mm; default: two pen widths, at least 0.8 mm'),
  margin: number(0, 500, 0, 'white around the quiet zone of the code, mm'),
})
type QrParams = z.infer<typeof schema>

const codeOf = ({ code, pen, module }: QrParams) =>
  qrCode(code.trim(), { pen, ...(module !== undefined && { module }) })

export const qr = defineTask<QrParams>({
  name: 'qr',
  summary: 'a QR code',
  schema,
  title: ({ code }) => `QR code “${firstWords(code, 40)}”`,
  isQuick: true,
  outputName: ({ code }) => `codes/qr_${safeName(code.slice(0, 60))}.svg`,
  check: (params) => {
    codeOf(params)
    return []
  },
  render: (params) => {
    const { strokes, side } = codeOf(params)
    const sheet = Math.max(10, side + 2 * params.margin)
    const edge = (sheet - side) / 2
    return drawnSvg(drawingOf(transformStrokes(translation(edge, edge), strokes), sheet, sheet, 'code'))
  },
})
