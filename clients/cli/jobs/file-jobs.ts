import { isUtf8 } from 'node:buffer'
import { basename } from 'node:path'
import { PlotdError } from '../../../src/errors.ts'
import { shortFileName } from '../../node/file-name.ts'
import { readBytes } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import type { JobRequest } from './submit-job.ts'

/** The largest SVG that the job itself contains, bytes. Larger files are uploaded, so that the queue stays small. */
const INLINE_BYTES = 32 * 1024
/** Maximum number of sheets of a document without --page-range. */
const MAX_SHEETS = 20
/** A file without `<svg` in this many first bytes is uploaded, and the daemon recognizes it. */
const HEAD = 4096

export interface FileJob extends Pick<JobRequest, 'task'> {
  /** When absent, the job gets the title that its task makes. */
  readonly title?: string
  readonly values: Readonly<Record<string, unknown>>
}

/**
 * The jobs that draw a file: one, or one for each page or sheet. The daemon recognizes an uploaded file by the file's
 * content, and by the file's name if the content is not enough.
 *
 * @param range  pages of a document; when absent, all pages of a document that needs at most MAX_SHEETS sheets
 * @param numberUp  number of pages on a sheet
 * @throws PlotdError ERR_DOCUMENT, ERR_FILE, ERR_PARAMS; ERR_DAEMON_AWAY when the file must be uploaded; ERR_LIMIT
 *   above the limit on uploads
 */
export async function jobsOfFile(file: string, range: string | undefined, io: Io, numberUp = 1): Promise<FileJob[]> {
  const source = await readBytes(file, () => mostUploaded(io))
  const name = file === '-' ? 'drawing' : shortFileName(basename(file))
  const title = name.replace(/\.[a-z]\w{0,7}$/i, '') || name
  if (source.length <= INLINE_BYTES && isSvg(source) && isUtf8Text(source) && range === undefined)
    return [{ task: 'svg', title, values: { svg: source.toString('utf8'), name } }]
  await using client = await io.daemon.connect()
  const { sha256: upload } = await client.upload(source)
  const { task, pages, format } = await client.call('document.describe', { upload, name })
  if (task === 'photo') {
    io.note(`${name} is a picture: the task photo draws it.`)
    return [{ task, title, values: { upload, name: title } }]
  }
  const sheets = Math.ceil(pages / numberUp)
  if (range === undefined && sheets > MAX_SHEETS)
    throw new PlotdError('ERR_PARAMS', `${name} needs ${sheets} sheets: choose pages with --page-range`, {
      file: name,
      pages,
      remedy: `\`--page-range 1-${pages}\` takes all.`,
    })
  const chosen = pagesIn(range ?? '1-', pages)
  if (numberUp > 1 && pages > 1) return jobsBySheet(chosen, numberUp, { task, values: { upload, name } })
  if (format !== 'svg' && range === undefined && pages > 1) io.note(`${name} has ${pages} pages, a job each.`)
  return chosen.map((pageNumber) => ({
    task,
    title: pages === 1 ? title : `${title}, page ${pageNumber}`,
    values: { upload, name, ...(pages > 1 && { pageNumber }) },
  }))
}

const jobsBySheet = (pages: readonly number[], numberUp: number, { task, values }: FileJob): FileJob[] =>
  Array.from({ length: Math.ceil(pages.length / numberUp) }, (_, i) => {
    const pagesOnSheet = pages.slice(i * numberUp, (i + 1) * numberUp)
    return { task, values: { ...values, pagesOnSheet } }
  })

const isSvg = (source: Buffer): boolean => /<(\w+:)?svg[\s>]/.test(source.toString('latin1', 0, HEAD))

/** Whether an SVG is in UTF-8. An SVG in another encoding is uploaded, because the daemon must decode its bytes. */
const isUtf8Text = (source: Buffer): boolean =>
  isUtf8(source) && !/^\s*<\?xml[^>]*\sencoding\s*=\s*["'](?!utf-8["'])/i.test(source.toString('latin1', 0, HEAD))

/** The daemon's limit on an upload, bytes. */
async function mostUploaded(io: Io): Promise<number> {
  return (await io.daemon.call('server.info', {})).limits.uploadBytes
}

/** Maximum number of pages that one --page-range may list. A PDF of a few thousand bytes can claim a billion pages. */
const MAX_PAGES = 100_000

/**
 * The page numbers of a range such as '2', '1-3', '4-' or '1,3-5' (the syntax of `lp`), each once, in the order of the
 * parts.
 *
 * @throws PlotdError ERR_PARAMS
 */
export function pagesIn(range: string, pages: number): number[] {
  let listed = 0
  const numbers = range.split(',').flatMap((part) => {
    const match = /^\s*(\d+)?\s*(?:(-)\s*(\d+)?\s*)?$/.exec(part)
    const [, from, dash, to] = match ?? []
    const first = Number(from ?? 1)
    let last = dash === undefined ? first : pages
    if (to !== undefined) last = Number(to)
    if (match === null || (from === undefined && to === undefined) || first < 1 || last < first)
      throw rangeError(range, 'expected pages such as 2, 1-3, 4- or 1,3-5')
    if (last > pages) throw rangeError(range, `the document has ${pages} ${pages === 1 ? 'page' : 'pages'}`)
    listed += last - first + 1
    if (listed > MAX_PAGES) throw rangeError(range, `expected at most ${MAX_PAGES} pages`)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
  return [...new Set(numbers)]
}

const rangeError = (range: string, why: string): PlotdError =>
  new PlotdError('ERR_PARAMS', `--page-range is ${range}: ${why}`, { range })
