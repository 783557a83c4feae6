import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import './canvas-classes.ts'
import { getDocument, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { PlotdError } from '../../errors.ts'
import type { Affine } from '../../geometry/affine.ts'
import type { Page } from './instructions.ts'
import { instructionsOf, type OperatorList } from './operators.ts'

const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
const folder = (name: string): string => `${join(home, name)}/`

/** An open PDF. Close it when done. */
export interface PdfDocument {
  readonly pages: number
  /** @param number  from 1 on */
  page(number: number): Promise<Page>
  close(): Promise<void>
}

/** @throws PlotdError ERR_DOCUMENT when it is broken or needs a password */
export async function openPdf(bytes: Uint8Array): Promise<PdfDocument> {
  const loading = getDocument({
    data: new Uint8Array(bytes), // a copy: pdf.js takes the bytes away from their owner
    disableFontFace: true, // gives the outlines of glyphs
    fontExtraProperties: true,
    isEvalSupported: false,
    useSystemFonts: false,
    useWorkerFetch: false,
    stopAtErrors: false,
    verbosity: 0,
    cMapUrl: folder('cmaps'),
    cMapPacked: true,
    standardFontDataUrl: folder('standard_fonts'),
    wasmUrl: folder('wasm'),
    iccUrl: folder('iccs'),
  })
  try {
    const document = await loading.promise
    return {
      pages: document.numPages,
      page: (number) => pageOf(document, number),
      close: () => loading.destroy(),
    }
  } catch (thrown) {
    await loading.destroy()
    throw asDocumentError(thrown)
  }
}

async function pageOf(document: PDFDocumentProxy, number: number): Promise<Page> {
  try {
    const page = await document.getPage(number)
    const { width, height, transform } = page.getViewport({ scale: 1 })
    const list = (await page.getOperatorList({ intent: 'print' })) as OperatorList
    const layers = await document.getOptionalContentConfig({ intent: 'print' })
    const isVisible = (group: unknown): boolean => layers.isVisible(group) as boolean
    const instructions = instructionsOf(list, { common: page.commonObjs, own: page.objs, isVisible })
    return { width, height, matrix: transform as unknown as Affine, instructions, annotations: await shownNotes(page) }
  } catch (thrown) {
    throw asDocumentError(thrown)
  }
}

/** Annotations that a viewer draws by itself. */
async function shownNotes(page: PDFPageProxy): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const all = (await page.getAnnotations({ intent: 'print' })) as readonly {
    readonly subtype: string
    readonly hasAppearance: boolean
    readonly borderStyle?: { readonly width: number }
  }[]
  for (const { subtype, hasAppearance, borderStyle } of all) {
    if (hasAppearance || (subtype === 'Link' && (borderStyle?.width ?? 0) === 0) || subtype === 'Popup') continue
    counts[subtype] = (counts[subtype] ?? 0) + 1
  }
  return counts
}

function asDocumentError(thrown: unknown): PlotdError {
  if (thrown instanceof PlotdError) return thrown
  const { name = '', message = String(thrown) } = thrown as Partial<Error>
  if (name === 'PasswordException') {
    const remedy = 'Open it with its password and print it to plotd, or save it without one (`qpdf --decrypt`).'
    return new PlotdError('ERR_DOCUMENT', 'the PDF is encrypted and needs a password', { remedy }, thrown)
  }
  const remedy = 'Open it in a viewer; if that shows it, print it to a new PDF.'
  return new PlotdError('ERR_DOCUMENT', `the PDF cannot be read: ${message}`, { remedy }, thrown)
}
