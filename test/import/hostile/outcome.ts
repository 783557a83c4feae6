import { PlotdError } from '../../../src/errors.ts'
import { importers, importOptions, readDocument } from '../../../src/import/index.ts'
import type { HostileDocument } from './make.ts'

/** The outcome of a document: 'drawn', the code of its refusal, or the text of any other error. */
export async function outcome({ format, document, options }: HostileDocument, size: number): Promise<string> {
  const importer = importers.find(({ name }) => name === format)
  if (importer === undefined) return `no importer ${format}`
  const content = document(size)
  const bytes = new Uint8Array(typeof content === 'string' ? Buffer.from(content) : content)
  try {
    await readDocument(importer, bytes, importOptions({ font: 'rowmans', ...options }))
    return 'drawn'
  } catch (thrown) {
    return thrown instanceof PlotdError ? thrown.code : String(thrown)
  }
}
