import { createHash } from 'node:crypto'
import { z } from 'zod'
import { DEFAULT_FONT } from '../hershey/index.ts'
import { checkSvg, drawingToSvg, type ReadOptions, readingWarnings, readSvg } from '../svg/index.ts'
import { choice, flag, mm } from './fields.ts'
import { fontField } from './font-field.ts'
import { safeName } from './names.ts'
import { defineTask, type TaskFiles } from './task.ts'

/** Characters. Larger files are uploaded, so that the queue stays small. */
const MAX_INLINE = 1_000_000

const schema = z
  .strictObject({
    svg: z.string().min(1).max(MAX_INLINE).optional().describe('the SVG itself'),
    upload: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected a sha256 in 64 hexadecimal digits')
      .optional()
      .describe('the sha256 of an SVG (or .svgz) that was uploaded'),
    name: z.string().max(200).optional().describe('what to call it; the name of its file, say'),
    layers: choice(
      ['inkscape', 'color', 'group', 'none'],
      'inkscape',
      'what makes a layer, and so a pen: Inkscape layers, colours of strokes, top-level groups, or nothing',
    ),
    strokesOnly: flag(false, 'leaves out shapes that have a fill only'),
    fill: choice(
      ['none', 'hatch', 'crosshatch', 'contour'],
      'none',
      'lines inside what has a fill; white is left empty',
    ),
    fillSpacing: mm(0.1, 100, 1, 'between the lines of a fill, mm'),
    fillAngle: mm(-360, 360, 45, 'of the lines of a hatch, degrees clockwise'),
    hide: flag(false, 'removes the lines that later filled shapes cover'),
    tolerance: mm(0.001, 1, 0.02, 'how far a line may be from the curve it stands for, mm'),
    font: fontField(DEFAULT_FONT, 'stroke font for text elements'),
    strict: flag(false, 'fails when something would not be drawn'),
  })
  .refine(({ svg, upload }) => (svg === undefined) !== (upload === undefined), {
    path: ['svg'],
    error: 'expected either svg, the SVG itself, or upload, the sha256 of one',
    when: ({ issues }) => issues.length === 0,
  })
type SvgParams = z.infer<typeof schema>

/**
 * A user's SVG. The task writes an SVG of the strokes that will be drawn, on the same page and in the same layers. The file in
 * the output folder is therefore what gets plotted, whatever scripts, style sheets and fonts the original uses.
 */
export const svg = defineTask<SvgParams>({
  name: 'svg',
  summary: 'an SVG of your own',
  schema,
  title: ({ name }) => (name === undefined ? 'Drawing' : bare(name)),
  outputName: (params) => `svgs/${safeName(params.name === undefined ? digest(params) : bare(params.name))}.svg`,
  fonts: ({ font }) => [font],
  source: ({ svg: text, upload = '' }) => (text === undefined ? { upload } : { text }),
  admit: (params) => async (files) => checkSvg(await sourceOf(params, files), files.svgLimits),
  render: async (params, { warn, ...files }) => {
    const { layers, strokesOnly, hide, tolerance, font, strict } = params
    const [source, limits] = [await sourceOf(params, files), files.svgLimits]
    const reading = readSvg(source, { layers, strokesOnly, hide, tolerance, font, strict, limits, ...filling(params) })
    for (const warning of readingWarnings(reading)) warn(warning)
    return drawingToSvg(reading.drawing, params.name === undefined ? {} : { title: bare(params.name) })
  },
})

const sourceOf = async ({ svg: source, upload = '' }: SvgParams, { readUpload }: TaskFiles) =>
  source ?? (await readUpload(upload))

const filling = ({ fill, fillSpacing, fillAngle }: SvgParams): Pick<ReadOptions, 'fill'> =>
  fill === 'none' ? {} : { fill: { mode: fill, spacing: fillSpacing, angle: fillAngle } }

const bare = (name: string): string => name.replace(/\.svgz?$/i, '').trim() || 'Drawing'

const digest = ({ svg: source = '', upload }: SvgParams): string =>
  `drawing_${(upload ?? createHash('sha256').update(source).digest('hex')).slice(0, 12)}`
