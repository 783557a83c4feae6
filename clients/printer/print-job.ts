import { completeSheets } from '../../src/daemon/protocol/constants.ts'
import type { WireJob } from '../../src/daemon/protocol/index.ts'
import { FINAL } from '../node/job.ts'
import { JOB_STATES, type JobState } from './ipp/codes.ts'
import { decode } from './ipp/decode.ts'
import { encode } from './ipp/encode.ts'
import {
  type Attributes,
  dateTime,
  enumeration,
  GROUPS,
  integer,
  keywords,
  NO_VALUE,
  name,
  seconds,
  shorten,
  stringsOf,
  text,
  uri,
  type Value,
} from './ipp/values.ts'

/** The final state of a job, in IPP's terms. */
export interface Ending {
  readonly state: 'canceled' | 'aborted' | 'completed'
  readonly reasons: readonly string[]
  readonly message?: string
  /** Time of the end, ms since 1970. */
  readonly at: number
}

/** A job in IPP's terms: one document, with its jobs in plotd's queue. `JobFile` keeps the job as JSON. */
export interface PrintJob {
  readonly id: number
  readonly uuid: string
  readonly printer: string
  readonly name: string
  readonly user: string
  /** `Caller.key` of the token that created the job; absent without a token. */
  readonly sender?: string
  /** Time of the request, ms since 1970. */
  readonly createdAt: number
  /** The job attributes that the printer accepted, as a message in base64. */
  readonly template: string
  /** Ids in plotd's queue; undefined before the document has arrived. */
  readonly jobs?: readonly string[]
  readonly format?: string
  readonly bytes?: number
  /** Number of sheets of paper that the whole job needs; undefined before the document has arrived. */
  readonly sheets?: number
  /** Number of drawn sheets, once the job has ended. */
  readonly done?: number
  /** Start of its first sheet, ms since 1970. */
  readonly beganAt?: number
  readonly ending?: Ending
  /** Whether the jobs are queued, and the client may not have got the answer. */
  readonly isUnanswered?: true
  /** Jobs that an error kept from being held. The next start holds only these: a user may have released the others. */
  readonly unheld?: readonly string[]
}

/** Attributes in the form of a record on the disk. */
export const toRecord = (attributes: Attributes): string =>
  encode({ version: [2, 0], code: 0, requestId: 1, groups: [{ tag: GROUPS.job, attributes }] }).toString('base64')

export const fromRecord = (template: string): Attributes =>
  decode(Buffer.from(template, 'base64')).message.groups[0]?.attributes ?? new Map()

export interface StateAndReasons {
  readonly state: JobState
  readonly reasons: readonly string[]
  readonly message?: string
}

/** The state of plotd on which the state of a print job depends. */
export interface Queue {
  /** Jobs of plotd by id. */
  readonly jobs: ReadonlyMap<string, WireJob>
  /** Whether a plotter that has a grant, or needs none, may begin this job without a further `ready`. */
  readonly isGranted: (job: WireJob) => boolean
}

/**
 * The state of a print job, and the reasons. A print job with open jobs in plotd's queue has the most urgent of their
 * states. A job that waits for `ready` is held, because it does not continue before the operator acts.
 */
export function stateOf(job: PrintJob, queue: Queue): StateAndReasons {
  const { ending, jobs: ids } = job
  if (ending) return ending
  if (!ids) return { state: 'pending-held', reasons: ['job-incoming'], message: 'The document has not arrived yet.' }
  const known = ids.flatMap((id) => queue.jobs.get(id) ?? [])
  const open = known.filter(({ status }) => !FINAL.has(status) && status !== 'forgotten')
  const states = open.map((one) => queuedState(one, queue))
  for (const state of URGENCY) {
    const first = states.find((one) => one.state === state)
    if (first) return first
  }
  return endOf(known)
}

const URGENCY: readonly JobState[] = ['processing-stopped', 'processing', 'pending', 'pending-held']

const stateAndReason = (state: JobState, reason: string, message?: string): StateAndReasons => ({
  state,
  reasons: [reason],
  ...(message !== undefined && { message }),
})

function queuedState(job: WireJob, { isGranted }: Queue): StateAndReasons {
  const why = job.reason?.message
  switch (job.status) {
    case 'scheduled':
      return stateAndReason('pending-held', 'job-hold-until-specified', why)
    case 'held':
      return stateAndReason('pending-held', 'job-hold-until-specified', why ?? 'Held until a user releases it.')
    case 'queued':
      return stateAndReason('pending', 'job-queued', why)
    case 'started':
      return stateAndReason('pending', 'job-transforming', 'plotd turns the document into strokes.')
    case 'rendered':
      return isGranted(job)
        ? stateAndReason('pending', 'job-queued-for-marker', why)
        : stateAndReason(
            'pending-held',
            'resources-are-not-ready',
            'The job waits for a sheet: put one down and run plotd ready.',
          )
    case 'plotting':
      return stateAndReason('processing', 'job-printing')
    case 'paused':
      return stateAndReason('processing-stopped', 'job-suspended', why ?? 'The plot is paused.')
    default:
      return stateAndReason(
        'processing-stopped',
        'printer-stopped',
        why ?? 'The plot was cut: resume the job, or cancel it.',
      )
  }
}

/** The final state of a print job whose jobs are all final or removed from plotd's queue. */
function endOf(jobs: readonly WireJob[]): StateAndReasons {
  const failed = jobs.find(({ status }) => status === 'failed')
  if (failed) return { state: 'aborted', reasons: ['aborted-by-system'], ...messageOf(failed.error?.message) }
  // A canceled job has no reason of its own.
  if (jobs.length === 0 || jobs.some(({ status }) => status === 'canceled'))
    return { state: 'canceled', reasons: ['job-canceled-by-user'] }
  const warnings = jobs.flatMap(({ result }) => result?.warnings ?? [])
  const losses = warnings.filter(({ kind }) => kind === 'loss')
  return losses.length === 0
    ? { state: 'completed', reasons: ['job-completed-successfully'] }
    : { state: 'completed', reasons: ['job-completed-with-warnings'], ...messageOf(losses[0]?.message) }
}

const messageOf = (message: string | undefined) => (message === undefined ? {} : { message })

export function sheetsDone(ids: readonly string[], jobs: ReadonlyMap<string, WireJob>): number {
  return ids.reduce((sum, id) => {
    const job = jobs.get(id)
    if (!job) return sum
    const { status, plot, progress, spent } = job
    return sum + (spent?.copies ?? 0) + (status === 'finished' ? (plot?.copies ?? 1) : completeSheets(progress))
  }, 0)
}

/** The attributes in the answer to Get-Jobs when the client names no attributes. */
export const BRIEF: ReadonlySet<string> = new Set(['job-id', 'job-uri'])
/** The attributes in the answer to an operation that creates a job or receives its document. */
export const RECEIPT: ReadonlySet<string> = new Set([
  'job-id',
  'job-uri',
  'job-uuid',
  'job-state',
  'job-state-reasons',
  'job-state-message',
])

/**
 * The attributes of a print job that `names` selects: single ones, `all`, `job-template` or `job-description`.
 *
 * @param printerUri  the URI of the job's printer
 * @param now  ms since 1970
 */
export function jobAttributes(
  job: PrintJob,
  queue: Queue,
  { printerUri, now, names }: { printerUri: string; now: number; names: ReadonlySet<string> },
): Attributes {
  const chosen = (from: Iterable<readonly [string, readonly Value[]]>, group: string) =>
    [...from].filter(([key]) => names.has(key) || names.has('all') || names.has(group))
  return new Map([
    ...chosen(Object.entries(descriptionOf(job, queue, printerUri, now)), 'job-description'),
    ...chosen(fromRecord(job.template), 'job-template'),
  ])
}

function descriptionOf(job: PrintJob, queue: Queue, printerUri: string, now: number): Record<string, readonly Value[]> {
  const { state, reasons, message = '' } = stateOf(job, queue)
  const { createdAt, beganAt, ending, jobs = [], sheets, done = sheetsDone(jobs, queue.jobs) } = job
  const warnings = jobs.flatMap((id) => queue.jobs.get(id)?.result?.warnings ?? [])
  const time = (ms: number | undefined) => (ms === undefined ? [NO_VALUE] : [seconds(ms)])
  const date = (ms: number | undefined) => (ms === undefined ? [NO_VALUE] : [dateTime(ms)])
  return {
    'job-id': [integer(job.id)],
    'job-uri': [uri(`${printerUri}/${job.id}`)],
    'job-uuid': [uri(`urn:uuid:${job.uuid}`)],
    'job-printer-uri': [uri(printerUri)],
    'job-name': [name(job.name)],
    'job-originating-user-name': [name(job.user)],
    'job-state': [enumeration(JOB_STATES[state])],
    'job-state-reasons': keywords(...reasons),
    'job-state-message': [text(message)],
    ...(warnings.length > 0 && {
      'job-detailed-status-messages': warnings.slice(0, 20).map((warning) => text(warning.message)),
    }),
    'job-printer-up-time': [seconds(now)],
    'time-at-creation': time(createdAt),
    'time-at-processing': time(beganAt),
    'time-at-completed': time(ending?.at),
    'date-time-at-creation': date(createdAt),
    'date-time-at-processing': date(beganAt),
    'date-time-at-completed': date(ending?.at),
    'number-of-documents': [integer(job.jobs ? 1 : 0)],
    ...(job.format !== undefined && { 'document-format': [{ is: 'mimeMediaType', value: job.format } as const] }),
    ...(job.bytes !== undefined && { 'job-k-octets': [integer(Math.ceil(job.bytes / 1024))] }),
    ...(sheets !== undefined && { 'job-impressions': [integer(sheets)], 'job-media-sheets': [integer(sheets)] }),
    'job-impressions-completed': [integer(done)],
    'job-media-sheets-completed': [integer(done)],
  }
}

/** The words of `requested-attributes`, or the default when there are none. */
export const requestedNames = (
  requested: readonly Value[] | undefined,
  defaultNames: ReadonlySet<string>,
): ReadonlySet<string> => (requested ? new Set(stringsOf(requested)) : defaultNames)

/** A client's text for lists and logs: without line breaks and other control characters, at most `bytes` long. */
export const onOneLine = (value: string, bytes: number): string =>
  shorten(value.replace(/\p{Cc}+/gu, ' ').trim(), bytes)

/** The title of a job in lists. */
export const titleOf = (name: string | undefined): string => onOneLine(name ?? '', 190) || 'Printed document'

/** A print job's name and user, for the log. */
export const printOf = ({ name, user }: PrintJob): string => `“${name}” of ${onOneLine(user, 64)}`
