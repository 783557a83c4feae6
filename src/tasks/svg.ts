import { createHash } from 'node:crypto'
import { z } from 'zod'
import { PlotdError } from '../errors.ts'
import type { Drawing } from '../geometry/drawing.ts'
import { DEFAULT_FONT } from '../hershey/index.ts'
import { HATCHES, type Importer, importers, requirePage, UNITS } from '../import/index.ts'
import { checkSvg, drawingToSvg, type ReadOptions, readingWarnings, readSvg } from '../svg/index.ts'
import { SHA256 } from '../values.ts'
import { admitDocument, type DocumentParams, type DocumentSvg, documentSvg, PICTURES } from './documents.ts'
import { choice, flag, number, whole } from './fields.ts'
import { fontField } from './font-field.ts'
import { checkPoints, NUMBERS_UP, onOwnPage, sharedSheet } from './impose/index.ts'
import { safeName } from './names.ts'
import { defineTask, type Task, type TaskWarning } from './task.ts'

/**
 * Maximum number of characters of an SVG in the parameters. Larger files are uploaded, so that the queue stays small.
 */
const MAX_INLINE = 1_000_000

const schema = z
  .strictObject({
    svg: z.string().min(1).max(MAX_INLINE).optional().describe('the text of the SVG'),
    upload: z
      .string()
      .regex(SHA256, 'expected a sha256 in 64 hexadecimal digits')
      .optional()
      .describe('the sha256 of a file that was uploaded: an SVG (or .svgz), or a document such as a PDF'),
    name: z.string().max(200).optional().describe('name of the drawing, such as the name of its file'),
    pageNumber: whole(1, 100_000, 1, 'page of a document, counted from 1'),
    pagesOnSheet: z
      .array(z.int().min(1).max(100_000))
      .min(1)
      .max(NUMBERS_UP.at(-1) ?? 1)
      .optional()
      .describe('pages of a document that share one sheet, in place of pageNumber'),
    numberUp: whole(1, NUMBERS_UP.at(-1) ?? 1, 1, `places for pages on the sheet: ${NUMBERS_UP.join(', ')}`),
    pictures: choice(PICTURES, 'none', 'pictures in a document: none, or drawn in a style of the task photo'),
    outlines: flag(
      false,
      'draws the text of a document as outlines, not in a stroke font; another font replaces a font that the file lacks',
    ),
    unit: z.enum(UNITS).optional().describe('unit of a drawing whose file names none'),
    hatches: z.enum(HATCHES).optional().describe('hatches of a DXF drawing; default: only their edges'),
    penDownZ: z.number().min(-1000).max(1000).optional().describe('highest Z of G-code with the pen down, mm'),
    textPaper: z
      .string()
      .max(40)
      .optional()
      .describe('paper of a plain text, such as letter or 148x210mm; default: a4'),
    textMargin: z.number().min(0).max(300).optional().describe('white border of a plain text, mm; default: 20'),
    textSize: z.number().min(0.8).max(50).optional().describe('height of capitals of a plain text, mm; default: 3'),
    layers: choice(
      ['inkscape', 'color', 'group', 'none'],
      'inkscape',
      'what divides the drawing into layers, each with a pen of its own: Inkscape layers, colours of strokes, top-level groups, or nothing',
    ),
    strokesOnly: flag(false, 'leaves out shapes that have only a fill'),
    fill: choice(
      ['none', 'hatch', 'crosshatch', 'contour'],
      'none',
      'lines inside filled shapes; white shapes stay empty',
    ),
    fillAll: flag(false, 'also fills closed shapes that have no fill in the file'),
    fillSpacing: number(0.1, 100, 1, 'distance between the lines of a fill, mm'),
    fillAngle: number(-360, 360, 45, 'direction of the lines of a hatch, degrees clockwise'),
    drawWhite: flag(false, 'draws shapes that have a white fill and no stroke, such as the background of a page'),
    hide: flag(false, 'removes the lines that later filled shapes cover'),
    tolerance: number(0.001, 1, 0.02, 'largest distance between a drawn line and its curve, mm'),
    font: fontField(DEFAULT_FONT, 'stroke font for text elements'),
    strict: flag(false, 'fails when something would not be drawn, or would be drawn in another way'),
  })
  .refine(({ svg, upload }) => (svg === undefined) !== (upload === undefined), {
    path: ['svg'],
    error: 'expected `svg` (the text of the SVG) or `upload` (the sha256 of a file), not both',
    when: ({ issues }) => issues.length === 0,
  })
type SvgParams = z.infer<typeof schema>

/** The method `render` of a task for files. @param more  importers besides those of plotd */
const renderWith =
  (more: readonly Importer[]): Task<SvgParams>['render'] =>
  async (params, { warn, ...files }) => {
    const { strokesOnly, hide, drawWhite, tolerance, font, strict } = params
    const limits = files.svgLimits
    const drawings: Drawing[] = []
    const pages = pagesOf(params)
    const isShared = pages.length > 1 || params.numberUp > 1
    for (const pageNumber of pages) {
      const document = isUpload(params)
        ? await documentSvg({ ...params, pageNumber }, files, more)
        : inline(params, pageNumber)
      for (const note of document.notes) warn(note)
      if (strict) refuseLosses(document.notes)
      // While the parameter `layers` has its default, a document may choose another value.
      const layers = params.layers === 'inkscape' ? (document.layers ?? params.layers) : params.layers
      const options = { layers, strokesOnly, hide, drawWhite, tolerance, font, strict, limits, ...fillOptions(params) }
      const reading = readSvg(document.svg, options)
      for (const warning of readingWarnings(reading)) warn(warning)
      drawings.push(isShared ? onOwnPage(reading.drawing, warn, strict) : reading.drawing)
      checkPoints(drawings, limits)
    }
    const sheet = sharedSheet(drawings, params.numberUp)
    return drawingToSvg(sheet, params.name === undefined ? {} : { title: stemOf(params.name) })
  }

/**
 * A user's SVG, or a document that an importer turns into an SVG. The task writes an SVG of the strokes that will be
 * drawn. So the plot equals the file in the output folder, even when the original uses scripts, style sheets and fonts.
 */
export const svg = defineTask<SvgParams>({
  name: 'svg',
  summary: 'a file of your own: an SVG, a PDF or another document',
  schema,
  title: (params) => {
    const name = params.name === undefined ? 'Drawing' : stemOf(params.name)
    return [name, ...pagesTitle(pagesOf(params))].join(', ')
  },
  outputName: (params) =>
    `svgs/${safeName(params.name === undefined ? digest(params) : stemOf(params.name))}${pageSuffix(params)}.svg`,
  fonts: ({ font }) => [font],
  source: ({ svg: text, upload = '' }) => (text === undefined ? { uploads: [upload] } : { text }),
  admit: (params) => async (files) => {
    const last = Math.max(...pagesOf(params))
    const source = isUpload(params)
      ? await admitDocument({ ...params, pageNumber: last }, files)
      : inline(params, last).svg
    if (source !== undefined) checkSvg(source, files.svgLimits)
  },
  render: renderWith([]),
})

/** The task for the files of a custom importer, with the parameters of the task svg. */
export const importTask = (importer: Importer): Task<SvgParams> & { readonly importer: Importer } => ({
  name: importer.name,
  summary: `a file of your own: ${importer.title}`,
  schema,
  importer,
  title: (params) => svg.title(params),
  outputName: (params) => svg.outputName(params).replace(/^svgs/, importer.name),
  fonts: ({ font }) => [font],
  render: renderWith([importer]),
})

function refuseLosses(notes: readonly TaskWarning[]): void {
  const losses = notes.filter(({ code }) => code === 'not-drawn').map(({ message }) => message)
  if (losses.length > 0) throw new PlotdError('ERR_STRICT', losses.join('; '), { losses })
}

/** The SVG in the parameters. @throws PlotdError ERR_PARAMS for another page than the first */
function inline({ svg: text = '' }: SvgParams, page: number): DocumentSvg {
  requirePage(page, 1)
  return { svg: text, notes: [] }
}

const isUpload = (params: SvgParams): params is SvgParams & DocumentParams => params.upload !== undefined

/** The pages that the sheet shows. */
const pagesOf = ({ pageNumber, pagesOnSheet = [pageNumber] }: SvgParams): readonly number[] => pagesOnSheet

/** 'page 2', 'pages 2 to 4' or 'pages 2, 4, 5'; nothing for page 1 alone. */
function pagesTitle(pages: readonly number[]): string[] {
  const [first = 1, ...more] = pages
  if (more.length === 0) return first === 1 ? [] : [`page ${first}`]
  const isRun = more.every((page, i) => page === first + i + 1)
  return [isRun ? `pages ${first} to ${more.at(-1)}` : `pages ${pages.join(', ')}`]
}

const pageSuffix = (params: SvgParams): string => {
  const pages = pagesOf(params)
  return pages.length === 1 && pages[0] === 1 ? '' : `_p${pages.join('-')}`
}

const fillOptions = ({ fill, fillAll, fillSpacing, fillAngle }: SvgParams): Pick<ReadOptions, 'fill' | 'fillAll'> =>
  fill === 'none' ? {} : { fillAll, fill: { mode: fill, spacing: fillSpacing, angle: fillAngle } }

/** The name without its ending, if the task `svg` takes files with that ending. */
const stemOf = (name: string): string => {
  const [, stem = name, ending = ''] = /^(.*)\.(\w{1,8})$/.exec(name) ?? []
  return (ENDINGS.has(ending.toLowerCase()) ? stem : name).trim() || 'Drawing'
}
const ENDINGS: ReadonlySet<string> = new Set(['svg', 'svgz', ...importers.flatMap(({ extensions }) => extensions)])

const digest = ({ svg: source = '', upload }: SvgParams): string =>
  `drawing_${(upload ?? createHash('sha256').update(source).digest('hex')).slice(0, 12)}`
