import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import './canvas-classes.ts'
import {
  AnnotationMode,
  getDocument,
  OPS,
  type PDFDocumentProxy,
  type PDFPageProxy,
  PermissionFlag,
} from 'pdfjs-dist/legacy/build/pdf.mjs'
import { PlotdError } from '../../errors.ts'
import type { Affine } from '../../geometry/affine.ts'
import { annotationsOf } from './annotations.ts'
import { listLimit, requireRoom } from './bounds.ts'
import { requireFiniteDrawing } from './draw-graph.ts'
import type { Page } from './instructions.ts'
import { instructionsOf, type OperatorList } from './operators.ts'

const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
const folder = (name: string): string => `${join(home, name)}/`

/** An open PDF. The caller closes it. */
export interface PdfDocument {
  readonly pages: number
  /** Whether a reader who does not have the author's password may print the file. */
  readonly mayBePrinted: boolean
  /**
   * Reads the instructions of a page.
   *
   * @param number  from 1 on
   * @param withPictures  whether to wait for the pixels of pictures, which pdf.js decodes in the background
   * @throws PlotdError ERR_DOCUMENT, ERR_SVG_LIMIT
   */
  page(number: number, withPictures?: boolean): Promise<Page>
  close(): Promise<void>
}

/** Opens a PDF. @throws PlotdError ERR_DOCUMENT when the file is broken or needs a password, ERR_SVG_LIMIT */
export async function openPdf(bytes: Uint8Array): Promise<PdfDocument> {
  requireRoom(bytes)
  requireFiniteDrawing(bytes)
  let open = await opened(bytes, true).catch(() => opened(bytes, false))
  const { document } = open
  const permissions = (await document.getPermissions()) as readonly number[] | null
  return {
    pages: document.numPages,
    mayBePrinted: permissions === null || permissions.includes(PermissionFlag.PRINT),
    page: async (number, withPictures = false) => {
      const { page, isComplete } = await pageOf(open.document, number, withPictures)
      if (isComplete) return page
      // A strict reading finds errors. A second reading, not strict, silently leaves out what pdf.js cannot read.
      await open.close()
      open = await opened(bytes, false)
      return { ...(await pageOf(open.document, number, withPictures)).page, hasErrors: page.hasErrors }
    },
    close: () => open.close(),
  }
}

interface OpenDocument {
  readonly document: PDFDocumentProxy
  close(): Promise<void>
}

/** @param isStrict  whether pdf.js stops at an error in a page, instead of leaving out what it cannot read */
async function opened(bytes: Uint8Array, isStrict: boolean): Promise<OpenDocument> {
  const loading = getDocument({
    data: new Uint8Array(bytes), // a copy, because pdf.js detaches the buffer
    disableFontFace: true, // gives the outlines of glyphs
    fontExtraProperties: true,
    isEvalSupported: false,
    useSystemFonts: false,
    useWorkerFetch: false,
    stopAtErrors: isStrict,
    verbosity: 0,
    cMapUrl: folder('cmaps'),
    cMapPacked: true,
    standardFontDataUrl: folder('standard_fonts'),
    wasmUrl: folder('wasm'),
    iccUrl: folder('iccs'),
  })
  try {
    return { document: await loading.promise, close: () => loading.destroy() }
  } catch (thrown) {
    await loading.destroy()
    throw asDocumentError(thrown)
  }
}

/** A page, and whether pdf.js has read it without an error. */
interface PageReading {
  readonly page: Page
  readonly isComplete: boolean
}

async function pageOf(document: PDFDocumentProxy, number: number, withPictures: boolean): Promise<PageReading> {
  try {
    const proxy = await document.getPage(number)
    const { width, height, transform } = proxy.getViewport({ scale: 1 })
    const { withDrawing, notDrawn, onScreenOnly, values } = await annotationsOf(proxy)
    for (const [id, value] of values) document.annotationStorage.setValue(id, { value })
    const annotationMode = AnnotationMode.ENABLE_STORAGE
    const { tooMuch, isComplete } = listLimit(proxy)
    const listing = proxy.getOperatorList({ intent: 'print', annotationMode })
    const list = (await Promise.race([listing, tooMuch])) as OperatorList
    if (withPictures) await waitForPictures(proxy, list)
    const layers = await document.getOptionalContentConfig({ intent: 'print' })
    const isVisible = (group: unknown): boolean => layers.isVisible(group) as boolean
    const { instructions, hasBrokenFonts } = instructionsOf(list, {
      common: proxy.commonObjs,
      own: proxy.objs,
      isVisible,
    })
    const matrix = transform as unknown as Affine
    const drawn = new Set(
      list.fnArray.flatMap((fn, i) => (fn === OPS.beginAnnotation ? String(list.argsArray[i]?.[0]) : [])),
    )
    const isDrawn = (id: string): boolean => drawn.has(id)
    const hasErrors = !isComplete() || ![...withDrawing].every(isDrawn)
    const annotations = notDrawn(drawn)
    const page: Page = { width, height, matrix, instructions, annotations, onScreenOnly, hasErrors }
    // A strict reading uses no font with an error. A reading that is not strict may use a substitute for it.
    return { page, isComplete: !hasErrors && !hasBrokenFonts && [...values.keys()].every(isDrawn) }
  } catch (thrown) {
    throw asDocumentError(thrown)
  }
}

/** Longest wait for the pictures of a page, ms. A picture that is late is listed as not drawn. */
const DECODING_MS = 10_000

/** Operators whose first argument names one or more pictures. */
const PICTURES = new Set([
  OPS.paintImageXObject,
  OPS.paintImageXObjectRepeat,
  OPS.paintImageMaskXObject,
  OPS.paintImageMaskXObjectGroup,
  OPS.paintImageMaskXObjectRepeat,
])

async function waitForPictures(page: PDFPageProxy, { fnArray, argsArray }: OperatorList): Promise<void> {
  const ids = new Set(
    fnArray.flatMap((fn, i) => {
      if (!PICTURES.has(fn)) return []
      const [first] = argsArray[i] ?? []
      const names = (Array.isArray(first) ? first : [first]).map((id) => (typeof id === 'string' ? id : id?.data))
      return names.filter((id): id is string => typeof id === 'string')
    }),
  )
  const waits = Array.from(ids, (id) => {
    const store = id.startsWith('g_') ? page.commonObjs : page.objs
    return new Promise<void>((resolve) => {
      store.get(id, () => resolve())
    })
  })
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, DECODING_MS)
  })
  await Promise.race([Promise.all(waits), timeout])
  clearTimeout(timer)
}

function asDocumentError(thrown: unknown): PlotdError {
  if (thrown instanceof PlotdError) return thrown
  const { name = '', message = String(thrown) } = thrown as Partial<Error>
  if (name === 'PasswordException') {
    const remedy = 'Open it with its password and print it to plotd, or save it without one (`qpdf --decrypt`).'
    return new PlotdError('ERR_DOCUMENT', 'the PDF is encrypted and needs a password', { remedy }, thrown)
  }
  const remedy = 'Open it in a viewer; if the viewer shows it, print it to a new PDF.'
  return new PlotdError('ERR_DOCUMENT', `the PDF cannot be read: ${message}`, { remedy }, thrown)
}
