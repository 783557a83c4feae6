import { PlotdError, toPlotdError } from '../../errors.ts'
import type { Job, JobError, JobResult, Progress } from '../job.ts'
import { type JobEvent, next } from '../next.ts'
import { isFor } from '../order.ts'
import { Hold } from '../queue/claims.ts'
import { backoff } from '../queue/schedule.ts'
import type { Claim, ClaimRequest } from '../spool.ts'
import { plotsQuery, rendersQuery } from './claim-queries.ts'
import { type Context, run, whole } from './context.ts'
import type { Row } from './rows.ts'
import type { Tx } from './tx.ts'
import type { Verb } from './writer.ts'

const SAVE_EVERY_MS = 1_000

const EVENT = { render: 'start', plot: 'plot', resume: 'resume' } as const

/** The next job for this holder. The claim is on the disk before it is returned. */
export function claim(context: Context, request: ClaimRequest): Promise<Claim | undefined> {
  const { writer, holds, host, life } = context
  return writer.do<Hold | undefined>({
    ...readFirst(request),
    run: async (tx) => {
      for (;;) {
        const row = await take(tx, request, host)
        if (row === undefined) return undefined
        const token = holds.newToken()
        const job = tx.apply(row.job, { type: EVENT[request.stage] }, { token, host, life })
        const hold = new Hold(job, token)
        if (request.stage !== 'render' || (await readParams(tx, hold))) return hold
      }
    },
    committed: (hold) => {
      if (hold !== undefined) holds.add(hold)
    },
  })
}

/** What a claim reads together with the lock. */
function readFirst(request: ClaimRequest): Pick<Verb<unknown>, 'query' | 'needs'> {
  if (request.stage !== 'render' && request.id !== undefined) return { needs: [request.id] }
  return request.stage === 'resume' ? {} : { query: queryOf(request, []) }
}

/** @returns false when the params are gone. The job has failed then, so that it does not block the queue */
async function readParams(tx: Tx, hold: Hold): Promise<boolean> {
  try {
    hold.job = await whole(hold.job, (file) => tx.paramsOf(file))
    return true
  } catch (thrown) {
    const { code, message } = toPlotdError(thrown)
    tx.apply(hold.job, { type: 'fail', error: { code, message } })
    return false
  }
}

async function take(tx: Tx, request: ClaimRequest, host: string): Promise<Row | undefined> {
  if (request.stage === 'resume') return sheetHere(await tx.need(request.id), request.elsewhere ?? false, host)
  const { paused } = tx.feed
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

/** The half-drawn sheet lies in one plotter. @throws PlotdError ERR_JOB_STATE */
function sheetHere(row: Row, elsewhere: boolean, host: string): Row {
  const { id, status, progress } = row.job
  const at = progress?.host
  if (status !== 'interrupted' || elsewhere || at === undefined || at === host) return row
  const where = progress?.plotter === undefined ? '' : `, plotter ${progress.plotter}`
  throw new PlotdError('ERR_JOB_STATE', `the sheet of job ${id} is on host ${at}${where}: it continues there`, {
    ...{ id, status, host: at },
  })
}

/** Announces the progress at once. Writes it at the first call and then at most once a second, unless `durable`. */
export async function progress(context: Context, claim: Claim, progress: Progress, durable: boolean): Promise<void> {
  const hold = check(context, claim)
  const { id, status } = hold.job
  if (status !== 'started' && status !== 'plotting' && status !== 'paused') throw wrongState(id, status, 'progress')
  hold.unsaved = progress.phase === 'plot' ? { ...progress, host: context.host } : progress
  context.announcer.progress(id, hold.unsaved)
  if (durable) await save(context, hold)
  else if (hold.saveLater === undefined) saveNow(context, hold)
}

function saveNow(context: Context, hold: Hold): void {
  save(context, hold).catch(() => {}) // the next verb of the holder reports it
  hold.saveLater = context.clock.after(SAVE_EVERY_MS, () => {
    hold.saveLater = undefined
    if (hold.unsaved !== undefined) saveNow(context, hold)
  })
}

const SAVE = "UPDATE job SET progress = $1::json, tick = nextval('tick') WHERE id = $2 AND token = $3"

/** One row, by its token, without the lock: many pens write here several times a second. */
async function save(context: Context, hold: Hold): Promise<void> {
  const { unsaved } = hold
  if (unsaved === undefined) return
  const { id } = hold.job
  const { rowCount } = await run(context, SAVE, [JSON.stringify(unsaved), id, hold.token])
  if (rowCount === 0) {
    if (context.holds.of(id) === hold) context.holds.end(id, true)
    throw claimLost(id)
  }
  hold.job = { ...hold.job, progress: unsaved }
  if (hold.unsaved === unsaved) hold.unsaved = undefined
}

/** Rendering needs a result, plotting does not. */
export function complete(context: Context, claim: Claim, result: JobResult | undefined): Promise<Job> {
  return end(context, claim, ({ id, status }) => {
    if (status !== 'started') return { type: 'finish', ...(result && { result }) }
    if (result !== undefined) return { type: 'rendered', result }
    throw new PlotdError('ERR_PARAMS', `job ${id} was rendered: complete needs its result`, { id })
  })
}

export function fail(context: Context, claim: Claim, error: JobError): Promise<Job> {
  return end(context, claim, (job, { now }) => {
    const again = job.status === 'started' && job.attempts <= job.retries.max
    return { type: 'fail', error, ...(again && { retryAt: now + Math.round(backoff(job, context.random())) }) }
  })
}

type EventOf = (job: Job, tx: Tx) => JobEvent

/** Applies the holder's event and ends the claim. */
export function end(context: Context, claim: Claim, event: EventOf): Promise<Job> {
  const { id } = claim.job
  return context.writer.do({
    needs: [id],
    run: async (tx) => {
      const { job } = await held(tx, claim)
      return tx.apply(context.holds.shown(job), event(job, tx))
    },
    committed: () => context.holds.end(id, false),
  })
}

/** Applies the holder's event. The claim goes on. */
export function goOn(context: Context, claim: Claim, event: JobEvent): Promise<Job> {
  const { id } = claim.job
  return context.writer.do({
    needs: [id],
    run: async (tx) => {
      const row = await held(tx, claim)
      return tx.apply(context.holds.shown(row.job), event, row)
    },
    committed: ({ progress }) => {
      const hold = context.holds.of(id)
      if (hold !== undefined && hold.unsaved === progress) hold.unsaved = undefined
    },
  })
}

/** Stores what is on the paper of a canceled plot, as its last holder reports it. */
export function inked({ writer, host }: Context, { job: { id }, token }: Claim, progress: Progress): Promise<Job> {
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

/** @throws PlotdError ERR_JOB_STATE when the job is not one that can be canceled */
export function cancel({ writer, holds }: Context, id: string): Promise<Job> {
  return writer.do({
    needs: [id],
    run: async (tx) => {
      const row = await tx.need(id)
      const isPlot = row.job.status === 'plotting' || row.job.status === 'paused'
      const canceled = next(holds.shown(row.job), { type: 'cancel' }, tx.now)
      tx.put(canceled, undefined, isPlot ? row.token : null)
      return canceled
    },
  })
}

/** The row that the claim holds. What this host remembers is not enough. @throws PlotdError ERR_CLAIM_LOST */
async function held(tx: Tx, { job: { id }, token }: Claim): Promise<Row> {
  const row = await tx.find(id)
  if (row === undefined || row.token !== token) throw claimLost(id)
  return row
}

function check({ holds }: Context, { job: { id }, token }: Claim): Hold {
  const hold = holds.of(id)
  if (hold?.token === token) return hold
  throw claimLost(id)
}

const claimLost = (id: string): PlotdError =>
  new PlotdError('ERR_CLAIM_LOST', `job ${id} is no longer held by this worker`, { id })

const wrongState = (id: string, status: string, verb: string): PlotdError =>
  new PlotdError('ERR_JOB_STATE', `job ${id} is ${status}: cannot ${verb}`, { id, status })
