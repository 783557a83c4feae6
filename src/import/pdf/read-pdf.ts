import type { Imported, ImportNote, ImportOptions } from '../importer.ts'
import { requirePage } from '../pages.ts'
import { openPdf } from './document.ts'
import { interpret } from './interpret.ts'
import { PageWriter } from './write.ts'

/** @throws PlotdError ERR_DOCUMENT */
export async function pagesOfPdf(bytes: Uint8Array): Promise<number> {
  const document = await openPdf(bytes)
  await document.close()
  return document.pages
}

/** @throws PlotdError ERR_DOCUMENT, ERR_PARAMS for a page that is not there, ERR_SVG_LIMIT */
export async function readPdf(bytes: Uint8Array, options: ImportOptions): Promise<Imported> {
  const document = await openPdf(bytes)
  try {
    const { pages } = document
    requirePage(options.page, pages)
    const page = interpret(await document.page(options.page))
    const writer = new PageWriter(page.widthMm, page.heightMm)
    const notes: ImportNote[] = []
    for (const shape of page.shapes) {
      if (shape.is === 'path') writer.path(shape)
      else if (shape.is === 'glyph') writer.glyph(shape)
    }
    return { svg: writer.toString(), notes, layers: 'color' }
  } finally {
    await document.close()
  }
}
