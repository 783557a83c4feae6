import { PlotdError, toPlotdError } from '../../errors.ts'
import { completion, failure, requireAtWork, SAVE_EVERY_MS } from '../holder-events.ts'
import type { Job, JobError, JobResult, Progress } from '../job.ts'
import { claimLost, wrongState } from '../job-errors.ts'
import { KeyedTurns } from '../keyed-turns.ts'
import { type JobEvent, next } from '../next.ts'
import { OpenClaim } from '../open-claim.ts'
import { isFor } from '../order.ts'
import type { Claim, ClaimRequest } from '../spool.ts'
import { plotsQuery, rendersQuery } from './claim-queries.ts'
import { type Context, type OpenClaims, run, withParams } from './context.ts'
import type { Row } from './rows.ts'
import type { Tx } from './tx.ts'
import type { Verb } from './writer.ts'

const EVENT = { render: 'start', plot: 'plot', resume: 'resume' } as const

/**
 * Claims the job that the request names, or the next job if it names none. The claim is on the disk before this
 * function returns it.
 */
export function claim(context: Context, request: ClaimRequest): Promise<Claim | undefined> {
  const { writer, claims, host, life } = context
  return writer.do<OpenClaim | undefined>({
    ...readFirst(request),
    run: async (tx) => {
      for (;;) {
        const row = await take(tx, request, host)
        if (row === undefined) return undefined
        const token = claims.newToken()
        const job = tx.apply(row.job, { type: EVENT[request.stage] }, { token, host, life })
        const open = new OpenClaim(job, token)
        open.since = tx.queue.seq
        if (request.stage !== 'render' || (await readParams(tx, open))) return open
      }
    },
    onCommitted: (open) => {
      if (open !== undefined) claims.add(open)
    },
  })
}

/** The rows that a claim reads together with the lock. */
function readFirst(request: ClaimRequest): Pick<Verb<unknown>, 'query' | 'needs'> {
  if (request.stage !== 'render' && request.id !== undefined) return { needs: [request.id] }
  return request.stage === 'resume' ? {} : { query: queryOf(request, []) }
}

/** @returns false when the params are gone. The job has failed then, so that it does not block the queue */
async function readParams(tx: Tx, open: OpenClaim): Promise<boolean> {
  try {
    open.job = await withParams(open.job, (file) => tx.paramsOf(file))
    return true
  } catch (thrown) {
    const { code, message } = toPlotdError(thrown)
    tx.apply(open.job, { type: 'fail', error: { code, message } })
    return false
  }
}

async function take(tx: Tx, request: ClaimRequest, host: string): Promise<Row | undefined> {
  if (request.stage === 'resume') return sheetHere(await tx.need(request.id), request.elsewhere ?? false, host)
  const { paused } = tx.queue
  if (paused.includes('')) return undefined
  if (request.stage === 'render') return tx.first(queryOf(request, paused))
  if (request.plotters.some((name) => name !== 'any' && paused.includes(name))) return undefined
  if (request.id === undefined) return tx.first(queryOf(request, paused))
  const row = await tx.find(request.id)
  const plotters = request.plotters.filter((name) => !paused.includes(name))
  return row?.job.status === 'rendered' && isFor(row.job, plotters) ? row : undefined
}

function queryOf(request: Exclude<ClaimRequest, { stage: 'resume' }>, paused: readonly string[]) {
  if (request.stage === 'render') return rendersQuery(request.tasks)
  return plotsQuery(request.plotters.filter((name) => !paused.includes(name)))
}

/** Refuses a half-drawn sheet of another host, except with `elsewhere`. @throws PlotdError ERR_JOB_STATE */
function sheetHere(row: Row, elsewhere: boolean, host: string): Row {
  const { id, status, progress } = row.job
  const drawingHost = progress?.host
  if (status !== 'interrupted' || elsewhere || drawingHost === undefined || drawingHost === host) return row
  const where = progress?.plotter === undefined ? '' : `, plotter ${progress.plotter}`
  const message = `the sheet of job ${id} is on host ${drawingHost}${where}: resume the job there`
  throw new PlotdError('ERR_JOB_STATE', message, { id, status, host: drawingHost })
}

/**
 * Announces the progress at once. Writes the progress at the first call and then at most once a second. With `durable`,
 * writes the progress at every call.
 */
export async function progress(context: Context, claim: Claim, progress: Progress, durable: boolean): Promise<void> {
  const open = check(context, claim)
  requireAtWork(open.job)
  open.unsaved = progress.phase === 'plot' ? { ...progress, host: context.host } : progress
  context.announcer.progress(open.job.id, open.unsaved)
  if (durable) await save(context, open)
  else if (open.cancelSave === undefined) saveNow(context, open)
}

function saveNow(context: Context, open: OpenClaim): void {
  save(context, open).catch(() => {}) // the next verb of the holder reports the error
  open.cancelSave = context.clock.after(SAVE_EVERY_MS, () => {
    open.cancelSave = undefined
    if (open.unsaved !== undefined) saveNow(context, open)
  })
}

/**
 * Runs the writes of one claim one after another. A late or repeated write must not replace the progress of a later
 * write.
 */
const turns = new KeyedTurns()

const SAVE = "UPDATE job SET progress = $1::json, tick = nextval('tick') WHERE id = $2 AND token = $3"

/**
 * Writes progress into the row with the token of the claim. Does not take the lock of the queue, because the progress
 * of many plotters would keep other verbs waiting.
 */
const save = (context: Context, open: OpenClaim): Promise<void> =>
  turns.take(open.token, () => saveLatest(context, open))

async function saveLatest(context: Context, open: OpenClaim): Promise<void> {
  const { unsaved } = open
  if (unsaved === undefined) return
  const { id } = open.job
  const { rowCount } = await run(context, SAVE, [JSON.stringify(unsaved), id, open.token])
  if (rowCount === 0) {
    if (context.claims.get(id) === open) context.claims.end(id, true)
    throw claimLost(id)
  }
  open.job = { ...open.job, progress: unsaved }
  if (open.unsaved === unsaved) open.unsaved = undefined
}

export function complete(context: Context, claim: Claim, result: JobResult | undefined): Promise<Job> {
  return end(context, claim, (job) => completion(job, result))
}

export function fail(context: Context, claim: Claim, error: JobError): Promise<Job> {
  return end(context, claim, (job, { now }) => failure(job, error, now, context.random))
}

type EventOf = (job: Job, tx: Tx) => JobEvent

/** Applies the holder's event and ends the claim. */
export function end(context: Context, claim: Claim, event: EventOf): Promise<Job> {
  const { id } = claim.job
  return context.writer.do({
    needs: [id],
    run: async (tx) => {
      const { job } = await claimedRow(tx, claim)
      return tx.apply(context.claims.withUnsaved(job), event(job, tx))
    },
    onCommitted: () => context.claims.end(id, false),
  })
}

/** Applies an event of the holder, which keeps its claim. */
export function applyEvent(context: Context, claim: Claim, event: JobEvent): Promise<Job> {
  const { id } = claim.job
  const verb: Verb<Job> = {
    needs: [id],
    run: async (tx) => {
      const row = await claimedRow(tx, claim)
      return tx.apply(context.claims.withUnsaved(row.job), event, row)
    },
    onCommitted: ({ progress }) => {
      const open = context.claims.get(id)
      if (open !== undefined && open.unsaved === progress) open.unsaved = undefined
    },
  }
  return turns.take(claim.token, () => context.writer.do(verb))
}

/** Stores which strokes of a canceled plot are on the paper, as its last holder reports them. */
export function reportInk({ writer, host }: Context, { job: { id }, token }: Claim, progress: Progress): Promise<Job> {
  return writer.do({
    needs: [id],
    run: async (tx) => {
      const row = await tx.need(id)
      if (row.lost !== token) throw claimLost(id)
      const { status } = row.job
      if (status !== 'canceled') throw wrongState(id, status, 'report what a canceled plot drew')
      const corrected = { ...row.job, progress: { ...progress, host } }
      tx.put(corrected)
      return corrected
    },
  })
}

/** @throws PlotdError ERR_JOB_UNKNOWN; ERR_JOB_STATE when the job has ended */
export function cancel({ writer, claims }: Context, id: string): Promise<Job> {
  return writer.do({
    needs: [id],
    run: async (tx) => cancelRow(tx, claims, await tx.need(id)),
  })
}

export function cancelRow(tx: Tx, claims: OpenClaims, { job, token }: Row): Job {
  const isPlot = job.status === 'plotting' || job.status === 'paused'
  const canceled = next(claims.withUnsaved(job), { type: 'cancel' }, tx.now)
  tx.put(canceled, undefined, isPlot ? token : null)
  return canceled
}

/**
 * The row of a claimed job. Only the token in the row proves the claim, because this host may not know that the claim
 * is lost.
 *
 * @throws PlotdError ERR_CLAIM_LOST
 */
async function claimedRow(tx: Tx, { job: { id }, token }: Claim): Promise<Row> {
  const row = await tx.find(id)
  if (row === undefined || row.token !== token) throw claimLost(id)
  return row
}

function check({ claims }: Context, { job: { id }, token }: Claim): OpenClaim {
  const open = claims.get(id)
  if (open?.token === token) return open
  throw claimLost(id)
}
