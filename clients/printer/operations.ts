import type { PlotdClient } from '../node/index.ts'
import { type Caller, mayRead } from './caller.ts'
import { type Compression, isCompression } from './document.ts'
import { JOB_STATES, type JobState, type Operation, Refusal, STATUS, type Status } from './ipp/codes.ts'
import {
  type Attributes,
  booleanOf,
  GROUPS,
  type Group,
  type Message,
  numberOf,
  stringOf,
  text,
  type Value,
} from './ipp/values.ts'
import type { PrintJobs } from './jobs.ts'
import { reachOf } from './media.ts'
import type { View } from './plotter-state.ts'
import {
  BRIEF,
  jobAttributes,
  onOneLine,
  type PrintJob,
  RECEIPT,
  requestedNames,
  titleOf,
  toRecord,
} from './print-job.ts'
import { AUTO_FORMAT, FORMATS, type Identity, printerAttributes, selectAttributes } from './printer-attributes.ts'
import { isSupported, type Request, requestOf } from './request.ts'
import { refusalOf } from './submit.ts'
import { type CheckedAttributes, checkAttributes, requiredNames, templateOf } from './template.ts'
import type { Watch } from './watch.ts'

/** The sender of a request, and functions that use the sender's connection. */
export interface Context {
  readonly caller: Caller
  /** The identity of a printer, with the addresses at which this client reaches the printer. */
  readonly identityOf: (printer: string) => Identity
  /** Reads the document that follows the attributes. @throws Refusal */
  readonly document: (compression: Compression) => Promise<Uint8Array<ArrayBuffer>>
  /** Resolves when the connection has taken the answer (true), or ended before that. */
  readonly isSent: Promise<boolean>
}

interface Answer {
  readonly status?: Status
  readonly message?: string
  readonly groups?: readonly Group[]
}

/** A request to a printer that exists, from a known sender. */
interface Call extends Request, Context {
  readonly view: View
  readonly identity: Identity
  readonly client: PlotdClient
}

/** Operations that need no password, because CUPS calls them without one. */
const OPEN: ReadonlySet<Operation> = new Set(['Get-Printer-Attributes'])

/**
 * Carries out the operations of IPP on the queue of plotd. No operation gives a grant: printing only adds jobs to the
 * queue.
 */
export class Operations {
  readonly #watch: Watch
  readonly #jobs: PrintJobs
  readonly #identify: (printer: string, message: string) => void

  constructor(watch: Watch, jobs: PrintJobs, identify: (printer: string, message: string) => void) {
    this.#watch = watch
    this.#jobs = jobs
    this.#identify = identify
  }

  /** The answer to a request. A refusal is an answer, too: an error that this method throws is a bug in plotd. */
  async answer(message: Message, context: Context): Promise<Message> {
    try {
      return response(message, await this.#carryOut(requestOf(message), context))
    } catch (thrown) {
      const { status, message: why } = refusalOf(thrown)
      return response(message, { status, message: why })
    }
  }

  async #carryOut(request: Request, context: Context): Promise<Answer> {
    const view = this.#watch.view(request.printer)
    if (!view) throw new Refusal('not-found', `there is no printer ${request.printer}`)
    const { caller } = context
    if (!OPEN.has(request.operation) && !mayRead(caller)) {
      throw new Refusal('not-authenticated', 'expected a token of plotd as the password')
    }
    const identity = context.identityOf(request.printer)
    const client = mayRead(caller) ? caller.client : undefined
    if (!client) return this.#printerAttributes({ ...request, view, identity })
    return await this.#handlers[request.operation]({ ...request, ...context, view, identity, client })
  }

  readonly #handlers: Readonly<Record<Operation, (call: Call) => Answer | Promise<Answer>>> = {
    'Get-Printer-Attributes': (call) => this.#printerAttributes(call),
    'Validate-Job': (call) => {
      const checked = checkedAttributes(call)
      checkDocument(call.attributes)
      return { ...ignoredAnswer(checked), groups: unsupportedGroup(checked) }
    },
    'Print-Job': async (call) => {
      const checked = checkedAttributes(call)
      const { compression, format } = checkDocument(call.attributes)
      const bytes = await call.document(compression)
      const job = await this.#jobs.create(newJob(call, checked), { hasDocument: true })
      return this.#receipt(call, await this.#submit(call, job, { bytes, ...format }), checked)
    },
    'Create-Job': async (call) => {
      const checked = checkedAttributes(call)
      return this.#receipt(call, await this.#jobs.create(newJob(call, checked)), checked)
    },
    'Send-Document': (call) => this.#sendDocument(call),
    'Close-Job': async (call) => {
      const job = this.#ownJob(call)
      if (!job.jobs && !job.ending) await this.#jobs.abort(job, 'The client closed the job without a document.')
      return {}
    },
    'Cancel-Job': async (call) => {
      await this.#jobs.cancel(this.#ownJob(call), call.client)
      return {}
    },
    'Cancel-My-Jobs': (call) => this.#cancelMyJobs(call),
    'Hold-Job': async (call) => {
      await this.#jobs.onEveryOpenJob(this.#ownJob(call), call.client, 'job.hold')
      return {}
    },
    'Release-Job': async (call) => {
      await this.#jobs.onEveryOpenJob(this.#ownJob(call), call.client, 'job.release')
      return {}
    },
    'Get-Job-Attributes': (call) => {
      const job = this.#find(call)
      const names = requestedNames(call.attributes.get('requested-attributes'), new Set(['all']))
      return { groups: [this.#jobGroup(call, job, names)] }
    },
    'Get-Jobs': (call) => this.#getJobs(call),
    'Identify-Printer': (call) => {
      const message = onOneLine(stringOf(call.attributes.get('message')) ?? '', 255)
      this.#identify(call.printer, message || 'A user looks for this plotter.')
      return {}
    },
  }

  #printerAttributes(call: Pick<Call, 'attributes' | 'view' | 'identity'>): Answer {
    const format = stringOf(call.attributes.get('document-format'))
    if (format !== undefined && !isFormat(format)) throw formatRefusal(format)
    const all = printerAttributes(call.view, call.identity, Date.now())
    const attributes = selectAttributes(all, call.attributes.get('requested-attributes'))
    return { groups: [{ tag: GROUPS.printer, attributes }] }
  }

  async #sendDocument(call: Call): Promise<Answer> {
    const isLast = booleanOf(call.attributes.get('last-document'))
    if (isLast === undefined) throw new Refusal('bad-request', 'the attribute last-document is missing')
    const job = this.#ownJob(call)
    if (job.ending) throw new Refusal('not-possible', `job ${job.id} has ended`)
    if (job.jobs) throw new Refusal('multiple-document-jobs-not-supported', 'a job has one document')
    const { compression, format } = checkDocument(call.attributes)
    const bytes = await this.#jobs.receive(job, () => call.document(compression))
    if (bytes.length === 0 && isLast) {
      return this.#receipt(call, await this.#jobs.abort(job, 'The client closed the job without a document.'))
    }
    const name = stringOf(call.attributes.get('document-name'))
    const hasName = job.name !== titleOf(undefined) || name === undefined
    const namedJob = hasName ? job : { ...job, name: titleOf(name) }
    return this.#receipt(call, await this.#submit(call, namedJob, { bytes, ...format }))
  }

  async #submit({ client, isSent }: Call, job: PrintJob, document: Parameters<PrintJobs['submit']>[1]) {
    const submitted = await this.#jobs.submit(job, document, client)
    isSent.then((is) => this.#jobs.noteAnswer(submitted, is, client)).catch(() => {}) // the next write stores the change
    return submitted
  }

  /**
   * Cancels the open jobs of the user. If the client names jobs, cancels only these. The daemon refuses to cancel a job
   * of another client with the same user name, and a job that has ended meanwhile. If the client named jobs, the method
   * throws this refusal. Otherwise the method continues with the next job.
   */
  async #cancelMyJobs(call: Call): Promise<Answer> {
    const { attributes, printer, user, client } = call
    const ids = new Set(numbersOf(attributes.get('job-ids')))
    const ownJobs = this.#jobs.of(printer).filter((job) => job.user === user && !job.ending && mayChange(call, job))
    const chosen = ids.size === 0 ? ownJobs : ownJobs.filter(({ id }) => ids.has(id))
    if (chosen.length < ids.size) throw new Refusal('not-possible', `not all of these jobs are open jobs of ${user}`)
    // A plotter whose plot is canceled begins the next job. So the newest job is canceled first.
    for (const job of chosen.toReversed()) {
      await this.#jobs.cancel(job, client).catch((thrown: unknown) => {
        if (ids.size > 0 || !['not-authorized', 'not-possible'].includes(refusalOf(thrown).status)) throw thrown
      })
    }
    return {}
  }

  #getJobs(call: Call): Answer {
    const { attributes, printer, user } = call
    const which = stringOf(attributes.get('which-jobs')) ?? 'not-completed'
    const states = whichJobs(which)
    if (!states) throw new Refusal('attributes-or-values-not-supported', `which-jobs: ${which} is not supported`)
    const limit = numberOf(attributes.get('limit')) ?? MAX_LISTED
    const ids = new Set(numbersOf(attributes.get('job-ids')))
    const isOwnOnly = booleanOf(attributes.get('my-jobs')) ?? false
    const jobs = this.#jobs
      .of(printer)
      .filter((job) => (!isOwnOnly || job.user === user) && (ids.size === 0 || ids.has(job.id)))
      .filter((job) => ids.size > 0 || states.has(this.#jobs.stateOf(job).state))
    const isLatestFirst = which === 'completed' || which in JOB_STATES
    const sorted = isLatestFirst ? jobs.sort((a, b) => (b.ending?.at ?? 0) - (a.ending?.at ?? 0)) : jobs
    const names = requestedNames(attributes.get('requested-attributes'), BRIEF)
    return { groups: sorted.slice(0, Math.max(1, limit)).map((job) => this.#jobGroup(call, job, names)) }
  }

  #receipt(call: Call, job: PrintJob, checked?: CheckedAttributes): Answer {
    const unsupported = checked ? unsupportedGroup(checked) : []
    return { ...(checked && ignoredAnswer(checked)), groups: [...unsupported, this.#jobGroup(call, job, RECEIPT)] }
  }

  #jobGroup({ identityOf }: Call, job: PrintJob, names: ReadonlySet<string>): Group {
    const printerUri = identityOf(job.printer).uri
    const options = { printerUri, now: Date.now(), names }
    return { tag: GROUPS.job, attributes: jobAttributes(job, this.#jobs.queue, options) }
  }

  #find({ jobId, printer }: Call): PrintJob {
    if (jobId === undefined) throw new Refusal('bad-request', 'expected job-id, or a job-uri with a number')
    const job = this.#jobs.get(jobId)
    if (job?.printer === printer) return job
    throw new Refusal('not-found', `the printer ${printer} has no job ${jobId}`)
  }

  /**
   * The job of the call. @throws Refusal `not-authorized` when this caller may not change it, `bad-request`,
   * `not-found`
   */
  #ownJob(call: Call): PrintJob {
    const job = this.#find(call)
    if (mayChange(call, job)) return job
    throw new Refusal('not-authorized', `job ${job.id} belongs to another client: ${job.user}`)
  }
}

const MAX_LISTED = 100

/**
 * Whether a caller may change a job. A caller without a token may change the jobs that the same user name created
 * without a token. A caller with a token may change a print job that has no jobs in the queue yet, if it created the
 * print job. When the print job has jobs in the queue, the daemon checks their owner later.
 */
const mayChange = ({ caller, user }: Call, job: PrintJob): boolean =>
  caller.is === 'token'
    ? job.jobs !== undefined || job.sender === caller.key
    : job.sender === undefined && job.user === user

/** The answer with the version of the request if plotd supports that version, and with the number of the request. */
export function response(
  request: Pick<Message, 'version' | 'requestId'>,
  { status = 'ok', message, groups = [] }: Answer,
): Message {
  const operation: Attributes = new Map<string, readonly Value[]>([
    ['attributes-charset', [{ is: 'charset', value: 'utf-8' }]],
    ['attributes-natural-language', [{ is: 'naturalLanguage', value: 'en' }]],
    ...(message === undefined ? [] : [['status-message', [text(message)]] as const]),
  ])
  return {
    version: isSupported(request.version) ? request.version : [2, 0],
    code: STATUS[status],
    requestId: request.requestId,
    groups: [{ tag: GROUPS.operation, attributes: operation }, ...groups],
  }
}

/**
 * The job attributes of the call.
 *
 * @throws Refusal when the client insists on an attribute that this printer does not support
 */
function checkedAttributes({ job, attributes, view, identity }: Call): CheckedAttributes {
  const template = templateOf(view.plotters.map(reachOf), identity.media)
  // Some clients write job attributes into the group of operation attributes.
  const misplaced = [...attributes].filter(([key]) => template.has(key))
  const checked = checkAttributes(new Map([...misplaced, ...job]), template)
  const names = requiredNames(attributes, checked.unsupported)
  if (names.length === 0) return checked
  throw new Refusal('attributes-or-values-not-supported', `not supported: ${names.join(', ')}`)
}

const unsupportedGroup = ({ unsupported }: CheckedAttributes): Group[] =>
  unsupported.size === 0 ? [] : [{ tag: GROUPS.unsupported, attributes: unsupported }]

const ignoredAnswer = ({ unsupported }: CheckedAttributes): Pick<Answer, 'status' | 'message'> =>
  unsupported.size === 0
    ? {}
    : {
        status: 'ok-ignored-or-substituted-attributes',
        message: `ignored: ${[...unsupported.keys()].join(', ')}`,
      }

const isFormat = (format: string): boolean =>
  FORMATS.some((known) => known === format.toLowerCase().split(';')[0]?.trim())

const formatRefusal = (format: string): Refusal =>
  new Refusal(
    'document-format-not-supported',
    `${format} is not supported: expected one of ${FORMATS.slice(0, -1).join(', ')}`,
  )

function checkDocument(attributes: Attributes): { compression: Compression; format: { format?: string } } {
  const compression = stringOf(attributes.get('compression')) ?? 'none'
  if (!isCompression(compression)) {
    throw new Refusal(
      'compression-not-supported',
      `${compression} is not supported: expected “none”, “deflate” or “gzip”`,
    )
  }
  const documentFormat = stringOf(attributes.get('document-format'))
  if (documentFormat !== undefined && !isFormat(documentFormat)) throw formatRefusal(documentFormat)
  const format = documentFormat?.toLowerCase().split(';')[0]?.trim()
  return { compression, format: format === undefined || format === AUTO_FORMAT ? {} : { format } }
}

function newJob({ printer, attributes, user, caller }: Call, { accepted }: CheckedAttributes) {
  const title = stringOf(attributes.get('job-name')) ?? stringOf(attributes.get('document-name'))
  const sender = caller.is === 'token' ? { sender: caller.key } : {}
  return { printer, name: titleOf(title), user, ...sender, template: toRecord(accepted) }
}

const numbersOf = (values: readonly Value[] | undefined): number[] =>
  (values ?? []).flatMap((value) => numberOf([value]) ?? [])

const ENDED: readonly JobState[] = ['canceled', 'aborted', 'completed']

function whichJobs(which: string): ReadonlySet<JobState> | undefined {
  const all = Object.keys(JOB_STATES) as JobState[]
  if (which === 'all') return new Set(all)
  if (which === 'completed') return new Set(ENDED)
  if (which === 'not-completed') return new Set(all.filter((state) => !ENDED.includes(state)))
  return all.includes(which as JobState) ? new Set([which as JobState]) : undefined
}
