import { PlotdError } from '../errors.ts'
import type { ImportNote } from './importer.ts'

/** Checks that page `page` exists. @param pages  number of pages of the document @throws PlotdError ERR_PARAMS */
export function requirePage(page: number, pages: number): void {
  if (page <= pages) return
  const expected = `expected at most ${pages}: the document has no more pages`
  const message = `pageNumber is ${page}, ${expected}`
  throw new PlotdError('ERR_PARAMS', message, { pages, issues: [{ field: 'pageNumber', expected, message }] })
}

/** The note that a document has more pages than the one that is drawn. */
export const pageNotes = (page: number, pages: number): ImportNote[] =>
  pages > 1 ? [{ code: 'import', message: `this is page ${page} of ${pages}` }] : []
