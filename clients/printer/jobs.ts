import { type PlotdError, toPlotdError } from '../../src/errors.ts'
import type { PlotdClient } from '../node/index.ts'
import { FINAL, OPEN } from '../node/job.ts'
import { Refusal } from './ipp/codes.ts'
import type { JobFile } from './job-file.ts'
import {
  type Ending,
  fromRecord,
  type PrintJob,
  printOf,
  type Queue,
  type StateAndReasons,
  sheetsDone,
  stateOf,
} from './print-job.ts'
import { INCOMING_SECONDS } from './printer-attributes.ts'
import { reasonOf, refusalOf, submitDocument, uuidIn } from './submit.ts'
import { orderOf } from './template.ts'
import { HELD_HINT, isAnswerLost, queuedJobs, WAITING } from './unanswered.ts'
import type { Watch } from './watch.ts'

type Change = 'job.cancel' | 'job.hold' | 'job.release'

/** The print jobs, and their state in plotd's queue. */
export class PrintJobs {
  readonly #file: JobFile
  readonly #watch: Watch
  readonly #log: (message: string) => void
  /** Numbers of print jobs by the ids of their jobs in plotd's queue. */
  readonly #byId = new Map<string, number>()
  readonly #incoming = new Map<number, NodeJS.Timeout>()
  /** Numbers of the print jobs that `catchUp` still has to read. */
  readonly #unread = new Set<number>()
  /** The clients of print jobs that were aborted because no answer to the submit came, by the print job's UUID. */
  readonly #unanswered = new Map<string, PlotdClient>()
  readonly queue: Queue

  constructor(file: JobFile, watch: Watch, log: (message: string) => void) {
    this.#file = file
    this.#watch = watch
    this.#log = log
    this.queue = { jobs: watch.jobs, isGranted: (job) => watch.isGranted(job) }
    for (const job of file.jobs) {
      this.#index(job)
      if (job.ending) continue
      if (job.jobs) this.#unread.add(job.id)
      else this.#expectDocument(job.id)
    }
  }

  /** Reads the changes in plotd's queue that happened while the printer did not run or was not connected. */
  async catchUp(client: PlotdClient): Promise<void> {
    for (const job of [...this.#file.jobs]) {
      if (job.ending || !job.jobs) continue
      for (const id of job.jobs) {
        if (this.#watch.knows(id)) continue
        const current = await client.call('job.get', { id }).catch(undefinedIfUnknown)
        if (current) this.#watch.put(current)
        else this.#watch.forget([id])
      }
      this.#unread.delete(job.id)
      await this.#settle(this.#file.get(job.id) ?? job)
    }
    await this.#cancelUnanswered(client)
  }

  /**
   * Cancels the queued jobs of aborted print jobs: their clients may print the documents again.
   *
   * @param uuid  the UUID of one print job; when absent, of all
   */
  #cancelUnanswered(client: PlotdClient, uuid?: string): Promise<void> {
    const isRefused = (job: PrintJob) => job.ending?.state === 'aborted' && (uuid ?? job.uuid) === job.uuid
    return this.cancelRefused(client, isRefused).catch((error: unknown) => this.#log(toPlotdError(error).message))
  }

  /** Notes that the queue may have jobs of an aborted print job. Cancels these jobs now, or as soon as they appear. */
  async #expectUnanswered({ uuid }: PrintJob, client: PlotdClient): Promise<void> {
    const [oldest = ''] = this.#unanswered.keys()
    if (this.#unanswered.size >= MAX_UNANSWERED) this.#unanswered.delete(oldest)
    this.#unanswered.set(uuid, client)
    await this.#cancelUnanswered(client, uuid)
  }

  /**
   * Cancels the jobs that plotd queued for print jobs whose clients got a refusal. In the file, such a print job has no
   * ids of jobs. Its client may print the document again. After the cancel the file gets the ids, so that a canceled
   * job that a user retries is not canceled again.
   *
   * @param isRefused  whether the client of a print job without ids in the file may have got a refusal. By default,
   *   every such print job that has ended
   */
  async cancelRefused(
    client: PlotdClient,
    isRefused: (job: PrintJob) => boolean = ({ ending }) => ending !== undefined,
  ): Promise<void> {
    const refused = [...this.#file.jobs].filter((job) => !job.jobs && isRefused(job))
    for (const [job, queued] of await queuedJobs(client, refused, [...WAITING])) {
      const ids = queued.map(({ id }) => id)
      // Without the role `operate`, a client may cancel only the jobs of its own token.
      const errors = [...(await this.#onEach(ids, this.#unanswered.get(job.uuid) ?? client, 'job.cancel')).values()]
      for (const { message } of errors) this.#log(message)
      if (errors.some(({ code }) => code !== 'ERR_JOB_STATE')) continue
      this.#unanswered.delete(job.uuid)
      await this.#file.replace({ ...job, jobs: ids.slice(0, KEPT_JOBS), done: 0 })
    }
  }

  /**
   * Holds the jobs that plotd has queued for print jobs whose clients got no answer, so that a user decides. Some
   * clients print such a document again. CUPS counts the document as printed, so these jobs are all that is left of it.
   * Call this method before the first request, when no submit is under way.
   */
  async holdUnanswered(client: PlotdClient): Promise<void> {
    const unanswered = [...this.#file.jobs].filter((job) => !job.ending && (!job.jobs || job.isUnanswered))
    for (const [job, queued] of await queuedJobs(client, unanswered, OPEN)) {
      this.#stopWaiting(job.id)
      const sheets = queued.reduce((sum, { plot }) => sum + (plot?.copies ?? 1), 0)
      const ids = queued.map(({ id }) => id)
      this.#index(await this.#file.replace({ jobs: ids, sheets, ...job, isUnanswered: true }))
      this.#log(`plotd stopped before it answered the print ${printOf(job)}; ${HELD_HINT}`)
      await this.#holdUnanswered(job, ids, client)
    }
  }

  /** Notes whether the client of a queued print job got the answer. Without the answer, holds the print job. */
  async noteAnswer({ id }: PrintJob, isSent: boolean, client: PlotdClient): Promise<void> {
    const job = this.#file.get(id)
    if (!job?.isUnanswered) return
    const open = isSent ? [] : this.#open(job)
    if (open.length > 0) this.#log(`the client did not wait for the answer to the print ${printOf(job)}; ${HELD_HINT}`)
    await this.#holdUnanswered(job, open, client)
  }

  /** Holds jobs that the pen has not begun to draw. After an error, the next start tries to hold the jobs. */
  async #holdUnanswered({ id, unheld = [] }: PrintJob, ids: readonly string[], client: PlotdClient): Promise<void> {
    const due = unheld.length > 0 ? ids.filter((queued) => unheld.includes(queued)) : ids
    const failed = [...(await this.#onEach(due, client, 'job.hold'))].filter(([, { code }]) => code !== 'ERR_JOB_STATE')
    for (const [, { message }] of failed) this.#log(message)
    const job = this.#file.get(id)
    if (!job) return
    const { isUnanswered: _, unheld: __, ...answered } = job
    await this.#file.replace(failed.length > 0 ? { ...job, unheld: failed.map(([queued]) => queued) } : answered)
  }

  close(): Promise<void> {
    for (const timer of this.#incoming.values()) clearTimeout(timer)
    return this.#file.flush()
  }

  /** Whether a client that has just created a print job is about to send its document. */
  get isExpecting(): boolean {
    const newest = this.#file.get([...this.#incoming.keys()].at(-1) ?? -1)
    return newest !== undefined && Date.now() - newest.createdAt < GRACE_MS
  }

  isOurs(id: string): boolean {
    return this.#byId.has(id)
  }

  get(id: number): PrintJob | undefined {
    return this.#file.get(id)
  }

  /** The jobs of a printer, oldest first. */
  of(printer: string): PrintJob[] {
    return [...this.#file.jobs].filter((job) => job.printer === printer)
  }

  stateOf(job: PrintJob): StateAndReasons {
    return stateOf(job, this.queue)
  }

  /**
   * Creates a print job. When too many jobs wait for their documents, aborts the one that has waited longest, so that
   * no client can block the printer.
   *
   * @param hasDocument  whether the document has arrived already
   * @throws Refusal `busy` when too many jobs are open, or when too many jobs wait and the oldest of them was created
   *   less than `GRACE_MS` ago; PlotdError ERR_FILE
   */
  async create(
    job: Pick<PrintJob, 'printer' | 'name' | 'user' | 'sender' | 'template'>,
    { hasDocument = false } = {},
  ): Promise<PrintJob> {
    if (!hasDocument && this.#incoming.size >= MAX_INCOMING) await this.#abortOldest()
    let openCount = 0
    for (const { ending, jobs = [] } of this.#file.jobs) if (!ending) openCount += 1 + jobs.length
    if (openCount >= MAX_OPEN) throw new Refusal('busy', 'too many print jobs have not ended yet')
    const newJob = await this.#file.add({ ...job, createdAt: Date.now() })
    if (!hasDocument) this.#expectDocument(newJob.id)
    for (const { jobs = [] } of this.#file.trim()) {
      for (const id of jobs) this.#byId.delete(id)
      this.#watch.forget(jobs)
    }
    return newJob
  }

  /**
   * Receives the document of a job that waits for it. Aborts the job when the document does not arrive whole.
   *
   * @throws Refusal `not-possible` when the job has ended, or when another request sends or has sent the job's
   *   document; the errors of `read`
   */
  async receive<T>(job: PrintJob, read: () => Promise<T>): Promise<T> {
    if (job.ending || !this.#incoming.has(job.id)) {
      throw new Refusal('not-possible', `job ${job.id} takes no document`)
    }
    this.#stopWaiting(job.id)
    try {
      return await read()
    } catch (thrown) {
      const why = thrown instanceof Refusal ? thrown.message : 'Its document did not arrive whole.'
      await this.abort(job, why)
      throw thrown
    }
  }

  /**
   * Queues the document of a job. On an error, aborts the job and cancels what is queued already, because the client
   * may print the document again.
   *
   * @throws Refusal in place of a PlotdError. Other errors pass through
   */
  async submit(
    job: PrintJob,
    { bytes, format }: { readonly bytes: Uint8Array<ArrayBuffer>; readonly format?: string },
    client: PlotdClient,
  ): Promise<PrintJob> {
    this.#stopWaiting(job.id)
    const { printer, uuid, name } = job
    const document = { bytes, name, ...(format !== undefined && { format }) }
    let current: PrintJob = { ...job, ...(format !== undefined && { format }) }
    try {
      const order = orderOf(fromRecord(job.template))
      const { jobs, sheets } = await submitDocument(client, document, { printer, order, uuid, user: job.user })
      const ids = jobs.map(({ id }) => id)
      const submitted: PrintJob = { ...current, jobs: ids, bytes: bytes.length, sheets, isUnanswered: true }
      current = submitted
      this.#index(submitted)
      if (this.#file.get(job.id)?.ending) return await this.#cancelQueued(submitted, client)
      for (const watched of jobs) this.#watch.put(this.#watch.jobs.get(watched.id) ?? watched)
      await this.#file.replace(submitted)
      return await this.#settle(submitted)
    } catch (thrown) {
      const refusal = refusalOf(thrown instanceof Refusal ? thrown : toPlotdError(thrown))
      await this.#cancelQueued(current, client)
      await this.abort(current, refusal.message, reasonOf(refusal))
      if (isAnswerLost(toPlotdError(thrown))) await this.#expectUnanswered(current, client)
      throw refusalOf(thrown)
    }
  }

  /** Cancels the queued jobs of a print job that ended or failed while plotd queued these jobs. */
  async #cancelQueued(job: PrintJob, client: PlotdClient): Promise<PrintJob> {
    for (const id of job.jobs ?? []) {
      await client.call('job.cancel', { id }).catch((error: unknown) => this.#log(toPlotdError(error).message))
    }
    return this.#file.get(job.id) ?? job
  }

  abort(job: PrintJob, message: string, reason = 'aborted-by-system'): Promise<PrintJob> {
    return this.#end(job, { state: 'aborted', reasons: [reason], message, at: Date.now() })
  }

  /**
   * Cancels a print job. When one of the print job's jobs in plotd's queue has just ended, the other jobs are still
   * canceled.
   *
   * @throws Refusal `not-possible` when the print job has ended
   * @throws the first error of `job.cancel`, after it was called for every job. If a job was canceled, ERR_JOB_STATE of
   *   the other jobs does not count
   */
  async cancel(job: PrintJob, client: PlotdClient): Promise<void> {
    if (job.ending) throw new Refusal('not-possible', `job ${job.id} has ended`)
    const open = this.#open(job)
    // A plotter whose plot is canceled begins the next page. So the last page is canceled first.
    const errors = [...(await this.#onEach(open.toReversed(), client, 'job.cancel')).values()]
    const hasCanceled = errors.length < open.length
    const [error] = hasCanceled ? errors.filter(({ code }) => code !== 'ERR_JOB_STATE') : errors
    if (error) throw error
    const reasons = ['job-canceled-by-user']
    await this.#end(this.#file.get(job.id) ?? job, { state: 'canceled', reasons, at: Date.now() })
  }

  /**
   * Holds or releases each open job of a print job in plotd's queue. Leaves out a job that is held or released already.
   *
   * @throws Refusal `not-possible` when the queue has no open job of the print job
   * @throws the first error of `method`, after it was called for every job
   */
  async onEveryOpenJob(job: PrintJob, client: PlotdClient, method: 'job.hold' | 'job.release'): Promise<void> {
    const open = this.#open(job)
    if (open.length === 0) throw new Refusal('not-possible', `plotd's queue has no open job of print job ${job.id}`)
    const isHeld = (id: string): boolean => this.#watch.jobs.get(id)?.status === 'held'
    const remaining = open.filter((id) => isHeld(id) === (method === 'job.release'))
    // When no open job needs the method, plotd calls the method for all of them: the daemon's refusal gives the reason.
    const [error] = (await this.#onEach(remaining.length > 0 ? remaining : open, client, method)).values()
    if (error) throw error
  }

  /** Calls a method for each of these jobs in plotd's queue. @returns the errors by the jobs that have one */
  async #onEach(ids: readonly string[], client: PlotdClient, method: Change): Promise<ReadonlyMap<string, PlotdError>> {
    const errors = new Map<string, PlotdError>()
    for (const id of ids) {
      await client.call(method, { id }).then(
        (changed) => this.#watch.put(changed),
        (error: unknown) => errors.set(id, toPlotdError(error)),
      )
    }
    return errors
  }

  /** Call this method when a job of plotd has changed or was removed. */
  handleChange(id: string): void {
    const job = this.#file.get(this.#byId.get(id) ?? -1)
    // While some jobs of a print job are not read yet, the print job may seem to have ended.
    if (job && !this.#unread.has(job.id))
      this.#settle(job).catch((error: unknown) => this.#log(toPlotdError(error).message))
    const uuid = uuidIn(this.#watch.jobs.get(id)?.idempotencyKey)
    const client = this.#unanswered.get(uuid)
    if (client) void this.#cancelUnanswered(client, uuid)
  }

  /** Records that a job began or ended. */
  async #settle(job: PrintJob): Promise<PrintJob> {
    if (job.ending || !job.jobs) return job
    const { state, reasons, message } = this.stateOf(job)
    if (state === 'completed' || state === 'aborted' || state === 'canceled') {
      return this.#end(job, { state, reasons, ...(message !== undefined && { message }), at: Date.now() })
    }
    if (state !== 'processing' || job.beganAt !== undefined) return job
    return this.#file.replace({ ...job, beganAt: Date.now() })
  }

  async #end(job: PrintJob, ending: Ending): Promise<PrintJob> {
    this.#stopWaiting(job.id)
    const current = this.#file.get(job.id)
    if (current?.ending) return current
    const { jobs = [], sheets = 0 } = job
    const done = ending.state === 'completed' ? sheets : sheetsDone(jobs, this.#watch.jobs)
    const surplus = jobs.slice(KEPT_JOBS)
    for (const id of surplus) this.#byId.delete(id)
    const jobFields = job.jobs && { jobs: jobs.slice(0, KEPT_JOBS), done }
    const endedJob = await this.#file.replace({ ...job, ...jobFields, ending })
    this.#watch.forget(surplus)
    return endedJob
  }

  #open({ jobs = [] }: PrintJob): string[] {
    return jobs.filter((id) => {
      const status = this.#watch.jobs.get(id)?.status
      return status !== undefined && status !== 'forgotten' && !FINAL.has(status)
    })
  }

  #index({ id, jobs = [] }: PrintJob): void {
    for (const jobId of jobs) this.#byId.set(jobId, id)
  }

  /** @throws Refusal `busy` */
  async #abortOldest(): Promise<void> {
    const [id = -1] = this.#incoming.keys()
    const oldest = this.#file.get(id)
    if (!oldest || Date.now() - oldest.createdAt < GRACE_MS) {
      throw new Refusal('busy', `${MAX_INCOMING} jobs wait for their documents already`)
    }
    await this.abort(oldest, 'Its document did not arrive, and other jobs need its place.')
  }

  #expectDocument(id: number): void {
    const timer = setTimeout(() => {
      const job = this.#file.get(id)
      if (!job) return
      this.#log(`the document of the print ${printOf(job)} did not arrive: print it again`)
      void this.abort(job, 'Its document did not arrive.').catch(() => {})
    }, INCOMING_SECONDS * 1000)
    this.#incoming.set(id, timer.unref())
  }

  #stopWaiting(id: number): void {
    clearTimeout(this.#incoming.get(id))
    this.#incoming.delete(id)
  }
}

/** Limit on open print jobs plus all their jobs in plotd's queue. Each change writes all print jobs to the file. */
const MAX_OPEN = 5000
/** Maximum number of ids of jobs in plotd's queue that an ended print job keeps. */
const KEPT_JOBS = 20
/** Maximum number of print jobs that wait for their documents. */
const MAX_INCOMING = 100
/** Maximum number of print jobs whose submit had no answer, and whose jobs plotd cancels when it sees them. */
const MAX_UNANSWERED = 100
/** A new job cannot lose its place to another job before this time, ms, even if its document does not arrive. */
const GRACE_MS = 10_000

function undefinedIfUnknown(thrown: unknown): undefined {
  if (toPlotdError(thrown).code !== 'ERR_JOB_UNKNOWN') throw thrown
}
