/**
 * The room `impose`: drawings on other sheets than their own. `tiles` divides a large drawing over sheets. `n-up` puts
 * several drawings on one sheet, and `shared-sheet` puts several pages of a document on one sheet. `own-page` cuts
 * a drawing at its page. `marks` are the marks to cut along. Import from this file.
 */
import { z } from 'zod'
import { PlotdError } from '../../errors.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import { landscape, type PageSize, pageNames, pageSize } from '../../geometry/pages.ts'
import { identify, refuse } from '../../import/index.ts'
import { drawingToSvg, type LayerMode, pageOfSvg, readingWarnings, readSvg } from '../../svg/index.ts'
import { SHA256 } from '../../values.ts'
import { choice, flag, number } from '../fields.ts'
import { safeName } from '../names.ts'
import { defineTask, type TaskContext, type TaskFiles } from '../task.ts'
import { blockFor, holdsCards, type NUp, nUp } from './n-up.ts'
import { onOwnPage } from './own-page.ts'
import { checkPoints } from './points.ts'
import { gridOf, leavesRoom, roomNeeded, tileName, tileOf, tilePlace } from './tiles.ts'

export { onOwnPage } from './own-page.ts'
export { checkPoints } from './points.ts'
export { NUMBERS_UP, sharedSheet } from './shared-sheet.ts'

const upload = z.string().regex(SHA256, 'expected a sha256 in 64 hexadecimal digits')

const sheetFields = {
  sheet: z
    .string()
    .max(40)
    .default('a4')
    .refine(
      (text) => pageSize(text) !== undefined,
      `expected one of ${pageNames.join(', ')}, or a size such as 210x148mm`,
    )
    .describe('size of the sheet, such as a4, letter or 210x148mm'),
  landscape: flag(false, 'turns the sheet to landscape'),
  layers: choice(
    ['inkscape', 'color', 'group', 'none'],
    'inkscape',
    'what divides the drawing into layers, each with a pen of its own',
  ),
  name: z.string().max(200).default('drawing').describe('name of the drawing'),
  strict: flag(false, 'fails when something would not be drawn, or would be drawn in another way'),
}

function sheetOf({ sheet, landscape: isLandscape }: { readonly sheet: string; readonly landscape: boolean }): PageSize {
  const size = pageSize(sheet)
  if (!size)
    throw new PlotdError('ERR_PARAMS', `sheet is ${JSON.stringify(sheet)}, expected a page`, { field: 'sheet' })
  return isLandscape ? landscape(size) : size
}

interface Reading {
  readonly layers: LayerMode
  readonly strict: boolean
}

/** The bytes of an uploaded SVG. @throws PlotdError ERR_DOCUMENT for a file of another format; ERR_FILE */
async function svgIn(sha256: string, { readUpload }: Pick<TaskFiles, 'readUpload'>): Promise<Uint8Array> {
  const bytes = await readUpload(sha256)
  const kind = identify(bytes)
  if (kind.is === 'svg') return bytes
  if (kind.is !== 'document') return refuse(kind, '')
  throw new PlotdError('ERR_DOCUMENT', `this is ${kind.importer.title}, expected an SVG`, {
    remedy: '`plotd prepare FILE -o drawing.svg` makes an SVG of a page.',
  })
}

/** @throws PlotdError ERR_STRICT, and as `svgIn` and `readSvg` */
async function drawingIn(
  sha256: string,
  { layers, strict }: Reading,
  { readUpload, svgLimits, warn }: TaskContext,
): Promise<Drawing> {
  const reading = readSvg(await svgIn(sha256, { readUpload }), { layers, strict, limits: svgLimits })
  for (const warning of readingWarnings(reading)) warn(warning)
  return onOwnPage(reading.drawing, warn, strict)
}

/**
 * Reads each upload once. With several uploads, an error names the number of its upload, and has the hash of its upload
 * in the detail.
 *
 * @throws PlotdError as `read`
 */
async function byHash<T>(uploads: readonly string[], read: (sha256: string) => Promise<T>): Promise<Map<string, T>> {
  const results = new Map<string, T>()
  for (const sha256 of new Set(uploads)) {
    try {
      results.set(sha256, await read(sha256))
    } catch (thrown) {
      if (!(thrown instanceof PlotdError) || uploads.length === 1) throw thrown
      const message = `drawing ${uploads.indexOf(sha256) + 1}: ${thrown.message}`
      throw new PlotdError(thrown.code, message, { ...thrown.detail, upload: sha256 }, thrown)
    }
  }
  return results
}

/**
 * The pages of uploaded drawings. Undefined when a file does not give the size of its page.
 *
 * @throws PlotdError ERR_DOCUMENT, ERR_FILE, ERR_SVG_INVALID, ERR_SVG_LIMIT
 */
async function pagesOf(uploads: readonly string[], files: TaskFiles): Promise<readonly PageSize[] | undefined> {
  const pages = await byHash(uploads, async (sha256) => pageOfSvg(await svgIn(sha256, files), files.svgLimits))
  const known = uploads.flatMap((sha256) => pages.get(sha256) ?? [])
  return known.length === uploads.length ? known : undefined
}

const tileFields = z.strictObject({
  upload: upload.describe('the sha256 of an SVG that was uploaded'),
  ...sheetFields,
  tile: z.int().min(1).max(400).default(1).describe('number of the sheet to draw, counted row by row'),
  margin: number(0, 100, 10, 'free edge of each sheet, mm'),
  overlap: number(0, 100, 10, 'width of the strip of a sheet that lies under its neighbour, for glue, mm'),
  marks: flag(true, 'draws corners to cut along, and the name of the sheet'),
})
const tileSchema = tileFields.refine((params) => leavesRoom({ ...params, sheet: sheetOf(params) }), {
  path: ['margin'],
  error: ({ input }) => `expected ${roomNeeded(sheetOf(input as z.infer<typeof tileFields>))}`,
  when: ({ issues }) => issues.length === 0,
})

/**
 * The names, such as 'B2', of the sheets over which a drawing of this page size is divided, row by row. The defaults
 * are the same as for the task `tile`.
 *
 * @throws PlotdError ERR_PARAMS for an unknown sheet, a sheet without room, or too many sheets
 */
export function tileNames(
  page: PageSize,
  { sheet = 'a4', landscape: isLandscape = false, margin = 10, overlap = 10 }: Partial<z.infer<typeof tileSchema>> = {},
): string[] {
  const { columns, rows } = gridOf(page, { sheet: sheetOf({ sheet, landscape: isLandscape }), margin, overlap })
  return Array.from({ length: columns * rows }, (_, i) => tileName(i % columns, Math.floor(i / columns)))
}

export const tile = defineTask<z.infer<typeof tileSchema>>({
  name: 'tile',
  summary: 'one sheet of a large drawing that is divided over several sheets',
  schema: tileSchema,
  title: ({ name, tile: number }) => `${name}, sheet ${number}`,
  outputName: ({ name, tile: number }) => `tiles/${safeName(name)}_${number}.svg`,
  admit: (params) => async (files) => {
    const [page] = (await pagesOf([params.upload], files)) ?? []
    if (page) tilePlace(page, { ...params, sheet: sheetOf(params) }, params.tile)
  },
  source: ({ upload }) => ({ uploads: [upload], mayBeBlank: true }),
  render: async (params, context) => {
    const { tile: number, marks, name } = params
    const drawing = await drawingIn(params.upload, params, context)
    const layout = { ...params, sheet: sheetOf(params) }
    const { column, row } = tilePlace(drawing, layout, number)
    const title = `${name} ${tileName(column, row)}`
    return drawingToSvg(tileOf(drawing, layout, number, marks), { title, keepEmpty: true })
  },
})

/** A sheet with this number of drawings gets no more copies. */
const MAX_COPIES = 2500

const tooManyError = (drawings: number, places: number): PlotdError => {
  const expected = `at most ${places}, for which the sheet has room`
  return new PlotdError('ERR_PARAMS', `uploads: there are ${drawings}, expected ${expected}`, {
    issues: [{ field: 'uploads', value: drawings, expected: `expected ${expected}` }],
  })
}

/** The number of places on a sheet. @throws PlotdError ERR_PARAMS when the sheet has no room for all drawings */
function placesFor(drawings: readonly PageSize[], options: NUp): number {
  const { columns, rows } = blockFor(drawings, options)
  if (drawings.length > columns * rows) throw tooManyError(drawings.length, columns * rows)
  return columns * rows
}

const nUpFields = z.strictObject({
  uploads: z.array(upload).min(1).max(100).describe('the sha256 of each SVG, row by row'),
  ...sheetFields,
  columns: z.int().min(1).max(50).optional().describe('number of drawings beside each other; default: as many as fit'),
  rows: z.int().min(1).max(50).optional().describe('number of drawings below each other; default: as many as fit'),
  repeat: flag(true, 'repeats the drawings until the sheet is full'),
  gutter: number(0, 100, 0, 'distance between two drawings, mm'),
  margin: number(0, 100, 6, 'smallest free edge of the sheet, mm'),
  marks: choice(
    ['cards', 'outer', 'none'],
    'cards',
    'marks to cut along; cards: at each card; outer: only around all cards',
  ),
})
const nUpSchema = nUpFields.refine((params) => holdsCards({ ...params, sheet: sheetOf(params) }), {
  path: ['margin'],
  error: 'expected margins and gutters that leave room for drawings on the sheet',
  when: ({ issues }) => issues.length === 0,
})

export const nUpTask = defineTask<z.infer<typeof nUpSchema>>({
  name: 'n-up',
  summary: 'several drawings on one sheet, with marks to cut along',
  schema: nUpSchema,
  title: ({ name }) => `${name}, several on a sheet`,
  outputName: ({ name }) => `n-up/${safeName(name)}.svg`,
  admit: (params) => async (files) => {
    const pages = await pagesOf(params.uploads, files)
    if (pages) placesFor(pages, { ...params, sheet: sheetOf(params) })
  },
  source: ({ uploads }) => ({ uploads }),
  render: async (params, context) => {
    const { uploads, repeat, name } = params
    const drawingsByHash = await byHash(uploads, (sha256) => drawingIn(sha256, params, context))
    const inputs = uploads.flatMap((sha256) => drawingsByHash.get(sha256) ?? [])
    const options = { ...params, sheet: sheetOf(params) }
    const places = placesFor(inputs, options)
    const copies = repeat ? Math.ceil(Math.min(places, MAX_COPIES) / inputs.length) : 1
    const drawings = Array.from({ length: copies }, () => inputs).flat()
    checkPoints(drawings.slice(0, places), context.svgLimits)
    return drawingToSvg(nUp(drawings, options), { title: name })
  },
})
