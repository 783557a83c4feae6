import { DEFAULT_FONT } from '../hershey/index.ts'
import {
  type Importer,
  type ImportOptions,
  identify,
  importOptions,
  isCertain,
  pagesOf,
  pngOf,
  readDocument,
  refuse,
  requirePage,
  type TextSheets,
} from '../import/index.ts'
import type { LayerMode } from '../svg/index.ts'
import { PHOTO_STYLES, pictureStrokes } from './photo/index.ts'
import type { Task, TaskFiles, TaskWarning } from './task.ts'

/** The parameters of a task that concern a document. */
export interface DocumentParams {
  readonly upload: string
  readonly name?: string | undefined
  readonly pageNumber: number
  readonly font: string
  readonly outlines: boolean
  readonly pictures: (typeof PICTURES)[number]
  readonly unit?: ImportOptions['unit'] | undefined
  readonly hatches?: ImportOptions['hatches'] | undefined
  readonly penDownZ?: number | undefined
  readonly textPaper?: string | undefined
  readonly textMargin?: number | undefined
  readonly textSize?: number | undefined
}

/** The SVG of a document: the user's own bytes, or the text that an importer made. */
export interface DocumentSvg {
  readonly svg: string | Uint8Array
  readonly notes: readonly TaskWarning[]
  readonly layers?: LayerMode
}

function optionsOf(params: DocumentParams, files: TaskFiles): ImportOptions {
  const { name, pageNumber, font, outlines, pictures, unit, hatches, penDownZ } = params
  const { bytes } = files.svgLimits
  return importOptions({
    page: pageNumber,
    font,
    outlines,
    ...photos(pictures),
    ...(name !== undefined && { name }),
    ...(unit !== undefined && { unit }),
    ...(hatches !== undefined && { hatches }),
    ...(penDownZ !== undefined && { penDownZ }),
    text: textSheets(params),
    ...(bytes !== undefined && { limits: { bytes, characters: bytes } }),
  })
}

/** The option that draws a document's pictures in a style of the task photo; `none` draws no picture. */
const photos = (style: (typeof PICTURES)[number]): Pick<ImportOptions, 'drawPicture'> =>
  style === 'none'
    ? {}
    : {
        drawPicture: async (picture, width, height) => {
          const { points, starts } = await pictureStrokes(pngOf(picture), width, height, style)
          return Array.from({ length: starts.length - 1 }, (_, i) =>
            Array.from(points.subarray(2 * (starts[i] ?? 0), 2 * (starts[i + 1] ?? 0))),
          )
        },
      }

/** Ways of drawing the pictures of a document. */
export const PICTURES = ['none', ...PHOTO_STYLES] as const

const textSheets = ({ textPaper: paper, textMargin: margin, textSize: size }: DocumentParams): TextSheets => ({
  ...(paper !== undefined && { paper }),
  ...(margin !== undefined && { margin }),
  ...(size !== undefined && { size }),
})

/**
 * The SVG of an upload of any format that plotd reads, except photos.
 *
 * @param more  importers besides those of plotd
 * @throws PlotdError ERR_DOCUMENT, ERR_SVG_LIMIT, ERR_FILE; ERR_PARAMS for a missing page, ERR_EMPTY for an empty page
 */
export const documentSvg = async (
  params: DocumentParams,
  files: TaskFiles,
  more: readonly Importer[] = [],
): Promise<DocumentSvg> => importDocument(await files.readUpload(params.upload), optionsOf(params, files), more)

/**
 * The SVG of a file of any format that plotd reads, except photos. The content tells the format; the name decides only
 * between formats of text, and for content with few signs of its kind.
 *
 * @param more  importers besides those of plotd
 * @throws PlotdError ERR_DOCUMENT, ERR_SVG_LIMIT; ERR_PARAMS for a missing page, ERR_EMPTY for an empty page
 */
export async function importDocument(
  bytes: Uint8Array,
  { pictures = 'none', ...options }: Partial<ImportOptions> & { readonly pictures?: (typeof PICTURES)[number] } = {},
  more: readonly Importer[] = [],
): Promise<DocumentSvg> {
  const kind = identify(bytes, options.name, more)
  if (kind.is === 'svg') {
    requirePage(options.page ?? 1, 1)
    return { svg: bytes, notes: [] }
  }
  if (kind.is !== 'document') return refuse(kind, options.name ?? '')
  return readDocument(kind.importer, bytes, importOptions({ font: DEFAULT_FONT, ...photos(pictures), ...options }))
}

/**
 * Checks an upload before its job is queued: plotd must know the format, and the document must have the page.
 *
 * @returns the bytes, when they are an SVG
 * @throws PlotdError ERR_DOCUMENT, ERR_SVG_LIMIT, ERR_FILE; ERR_PARAMS for a missing page
 */
export async function admitDocument(params: DocumentParams, files: TaskFiles): Promise<Uint8Array | undefined> {
  const bytes = await files.readUpload(params.upload)
  const kind = identify(bytes, params.name)
  if (kind.is === 'svg') {
    requirePage(params.pageNumber, 1)
    return bytes
  }
  if (kind.is !== 'document') return refuse(kind, params.name ?? '')
  const options = optionsOf(params, files)
  requirePage(options.page, await pagesOf(kind.importer, bytes, options))
  return undefined
}

/** The facts about an upload. */
export interface DocumentFacts {
  /** 'svg', 'png', 'jpeg', or the name of an importer. */
  readonly format: string
  /** The task that draws the file; the parameter `upload` of the task takes the file. */
  readonly task: string
  readonly pages: number
}

/**
 * Recognizes a file and counts its pages.
 *
 * @param own  tasks of custom importers
 * @throws PlotdError ERR_DOCUMENT when no task takes the file, or the file cannot be read; ERR_SVG_LIMIT
 */
export async function describeDocument(
  bytes: Uint8Array,
  options: Partial<ImportOptions> = {},
  own: readonly Task[] = [],
): Promise<DocumentFacts> {
  const more = own.flatMap(({ importer }) => importer ?? [])
  const kind = identify(bytes, options.name, more)
  if (kind.is === 'svg') return { format: 'svg', task: 'svg', pages: 1 }
  if (kind.is === 'picture') return { format: kind.format, task: 'photo', pages: 1 }
  if (kind.is === 'other') return refuse(kind, options.name ?? '')
  const { importer } = kind
  const pages = await pagesOf(importer, bytes, importOptions({ font: DEFAULT_FONT, ...options }))
  return { format: importer.name, task: more.includes(importer) ? importer.name : 'svg', pages }
}

/** Whether the content identifies the file, so that no custom importer can claim it. */
export const isKnownForCertain = (bytes: Uint8Array, name: string): boolean => isCertain(identify(bytes, name))
