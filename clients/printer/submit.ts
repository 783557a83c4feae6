import type { Params, WireJob } from '../../src/daemon/protocol/index.ts'
import { type ErrorCode, PlotdError } from '../../src/errors.ts'
import { beginningOf } from '../../src/values.ts'
import type { PlotdClient } from '../node/index.ts'
import { Refusal, type Status } from './ipp/codes.ts'
import { shorten } from './ipp/values.ts'
import type { Order } from './template.ts'

type NewJob = Params<'job.submit'>

export interface Document {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Name of the print job. The titles of the document's jobs begin with this name. */
  readonly name: string
  /** The format that the client named; undefined when the client left it to the printer. */
  readonly format?: string
}

export interface PrintOrder {
  readonly printer: string
  readonly order: Order
  /** The UUID of the print job. A second submit with the same UUID queues nothing. */
  readonly uuid: string
  /** The user name that the client gave, which becomes a tag of the jobs. */
  readonly user: string
}

export interface SubmitResult {
  readonly jobs: readonly WireJob[]
  /** Number of sheets of paper, copies included. */
  readonly sheets: number
}

/** The tag of all printed jobs. */
export const TAG = 'printed'
/** The start of a printed job's key. The UUID of the print job follows. */
const KEY = 'print-'

/** The UUID of the print job, from the key of a job in plotd's queue; '' for a job that was not printed. */
export const uuidIn = (key = ''): string => (key.startsWith(KEY) ? key.slice(KEY.length, KEY.length + 36) : '')

/** Maximum number of jobs of one document. */
const MAX_JOBS = 1000
/** Maximum number of bytes of a job's title, and of a tag. `job.submitAll` allows as many characters. */
const MAX_TITLE = 200
const MAX_TAG = 64

/**
 * Queues a document: uploads it, lets plotd detect its format, and submits all its jobs or none. One job draws one
 * sheet of the document with its copies. When copies of several sheets are collated, each sheet of each copy has its
 * own job.
 *
 * @throws Refusal when the document is empty, has none of the requested pages, or needs more than `MAX_JOBS` jobs
 * @throws PlotdError of an upload, `document.describe` or `job.submitAll`
 */
export async function submitDocument(
  client: PlotdClient,
  document: Document,
  { printer, order, uuid, user }: PrintOrder,
): Promise<SubmitResult> {
  if (document.bytes.length === 0) throw new Refusal('document-format-error', 'the document is empty')
  const { sha256: upload } = await client.upload(document.bytes)
  const name = nameFor(document)
  const { task, pages } = await client.call('document.describe', { upload, name })
  const { copies, isCollated, numberUp } = order
  const ranges = rangesOf(pages, order)
  // Sheets are counted without a list of pages, because a PDF of a few thousand bytes can claim a billion pages.
  const sheetCount = Math.ceil(ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0) / numberUp)
  // Collated copies are all pages of one copy, then all pages of the next copy. Otherwise all copies of one page come
  // first.
  const rounds = isCollated && sheetCount > 1 ? copies : 1
  const jobCount = sheetCount * rounds
  if (jobCount > MAX_JOBS) {
    const message = `the document needs ${jobCount} jobs in the queue, at most ${MAX_JOBS} are possible`
    throw new Refusal('request-entity-too-large', message)
  }
  const sheetPages = pagesBySheet(ranges, numberUp)
  const jobOf = (onSheet: readonly number[], round: number): NewJob => ({
    task,
    params: { upload, name, ...paramsFor(task, onSheet, pages, order) },
    title: titleOf(document.name, sheetCount > 1 ? ` (${spanOf(onSheet)} of ${pages})` : ''),
    tags: [TAG, shorten(user, MAX_TAG)],
    priority: order.priority,
    ...(order.hold && { hold: true }),
    idempotencyKey: `${KEY}${uuid}-${round}-${onSheet[0] ?? 1}`,
    plot: plotFor(printer, order, copies / rounds),
  })
  const jobs = Array.from({ length: rounds }, (_, round) => sheetPages.map((onSheet) => jobOf(onSheet, round))).flat()
  return { jobs: await client.call('job.submitAll', { jobs }), sheets: sheetCount * copies }
}

/** The name for plotd. Plain text gets an extension that says so, because its first bytes show no format. */
const nameFor = ({ name, format }: Document): string =>
  format === 'text/plain' && !/\.txt$/i.test(name) ? `${beginningOf(name, 196)}.txt` : beginningOf(name, 200)

/** The requested pages that the document has, as ranges in order. @throws Refusal when there is none */
function rangesOf(count: number, { pages }: Order): Order['pages'] {
  const requested = pages.length === 0 ? [{ from: 1, to: count }] : pages
  const ranges = requested
    .map(({ from, to }) => ({ from, to: Math.min(to, count) }))
    .filter(({ from, to }) => from <= to)
  if (ranges.length > 0) return ranges
  throw new Refusal('document-unprintable-error', `the document has ${count} pages, and none of the requested ones`)
}

function pagesBySheet(ranges: Order['pages'], numberUp: number): number[][] {
  const pages = ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
  return Array.from({ length: Math.ceil(pages.length / numberUp) }, (_, i) =>
    pages.slice(i * numberUp, (i + 1) * numberUp),
  )
}

/** The title of a sheet's job: the document's name and the pages. A long name is cut, so that the pages fit. */
const titleOf = (name: string, span: string): string => shorten(name, MAX_TITLE - span.length) + span

const spanOf = (pages: readonly number[]): string =>
  pages.length === 1 ? String(pages[0]) : `${pages[0]} to ${pages.at(-1)}`

/**
 * The parameters of the job for a sheet. A photo is drawn in the size of the order's sheet, or of A4 when the order
 * names no sheet. Other documents have their own size.
 */
function paramsFor(task: string, onSheet: readonly number[], pages: number, order: Order): Record<string, unknown> {
  if (task === 'photo') {
    const { width, height } = order.sheet ?? { width: 210, height: 297 }
    const short = Math.min(width, height)
    const long = Math.max(width, height)
    const size = order.isLandscape ? { width: long, height: short } : { width: short, height: long }
    return { ...size, ...(order.scaling === 'fill' && { fit: 'fill' }) }
  }
  return {
    ...(pages > 1 && order.numberUp === 1 && { pageNumber: onSheet[0] }),
    ...(pages > 1 && order.numberUp > 1 && { pagesOnSheet: onSheet, numberUp: order.numberUp }),
    ...(order.isMonochrome && { layers: 'none' }),
    ...(order.hasPictures && { pictures: 'squiggle' }),
  }
}

function plotFor(printer: string, order: Order, copies: number): NonNullable<NewJob['plot']> {
  const { sheet, isLandscape, isUpsideDown, scaling } = order
  const options = {
    sheet: scaling === 'fill' ? 'fit' : scaling,
    ...(isLandscape && { landscape: true }),
    ...(isUpsideDown && { rotate: 180 }),
  }
  const pageSize = sheet && `${round(sheet.width)}x${round(sheet.height)}mm`
  return { plotter: printer, copies, options, ...(pageSize !== undefined && { pageSize }) }
}

const round = (mm: number): number => Math.round(100 * mm) / 100

const STATUS_OF: Partial<Record<ErrorCode, Status>> = {
  ERR_SVG_INVALID: 'document-format-error',
  ERR_FILE: 'document-format-error',
  ERR_TASK_FAILED: 'document-format-error',
  ERR_TASK_TIMEOUT: 'document-format-error',
  ERR_TASK_MEMORY: 'request-entity-too-large',
  ERR_SVG_LIMIT: 'request-entity-too-large',
  ERR_LIMIT: 'request-entity-too-large',
  ERR_UNAUTHORIZED: 'not-authenticated',
  ERR_FORBIDDEN: 'not-authorized',
  ERR_PLAN_OUT_OF_BOUNDS: 'document-unprintable-error',
  ERR_EMPTY: 'document-unprintable-error',
  ERR_STRICT: 'document-unprintable-error',
  ERR_PARAMS: 'attributes-or-values-not-supported',
  ERR_DAEMON_AWAY: 'service-unavailable',
  ERR_SPOOL_WRITE: 'service-unavailable',
  ERR_DISK_FULL: 'service-unavailable',
  ERR_JOB_STATE: 'not-possible',
  ERR_JOB_UNKNOWN: 'not-found',
  ERR_PLOTTER_UNKNOWN: 'not-found',
}

/** Limits of the daemon that soon have room again. A client may repeat a request to a busy printer (RFC 8011). */
const PASSING_LIMITS: ReadonlySet<unknown> = new Set(['connections', 'messagesPerSecond', 'heldBytes'])

/** A Refusal or a PlotdError as a refusal in IPP's terms. @throws any other error, which is a bug */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown
  if (!(thrown instanceof PlotdError)) throw thrown
  if (thrown.code === 'ERR_DOCUMENT') {
    const status = 'what' in thrown.detail ? 'document-format-not-supported' : 'document-format-error'
    return new Refusal(status, thrown.message)
  }
  if (thrown.code === 'ERR_LIMIT' && PASSING_LIMITS.has(thrown.detail['limit'])) {
    return new Refusal('busy', thrown.message)
  }
  // The operating system could not store a file of plotd. The document is not the cause, and may be printed later.
  if (thrown.code === 'ERR_FILE' && 'system' in thrown.detail) return new Refusal('service-unavailable', thrown.message)
  return new Refusal(STATUS_OF[thrown.code] ?? 'internal-error', thrown.message)
}

const REASONS: Partial<Record<Status, string>> = {
  'document-format-error': 'document-format-error',
  'document-format-not-supported': 'unsupported-document-format',
  'document-unprintable-error': 'document-unprintable-error',
  'compression-error': 'compression-error',
}

/** The reason of a print job that was aborted for this refusal. */
export const reasonOf = ({ status }: Refusal): string => REASONS[status] ?? 'aborted-by-system'
