import { createHash } from 'node:crypto'
import { decodeTime } from 'ulid'
import { PlotdError } from '../../errors.ts'
import { inSlices } from '../../slices.ts'
import { unknownJob } from '../job-errors.ts'
import { isFinal, toTurn } from '../next.ts'
import { digestOf } from '../queue/keys.ts'
import { checkRunAt, type Draft, type DraftJob, draft } from '../queue/new-job.ts'
import { isWaitingForOthers } from '../queue/waiting.ts'
import type { NewJob, SubmittedJob } from '../spool.ts'
import type { Context, OpenClaims } from './context.ts'
import { front } from './operator.ts'
import { literal } from './rows.ts'
import type { Tx } from './tx.ts'
import { cancelRow } from './work.ts'

/** Submits all jobs or none. Makes every check before it stores the first job. */
export async function submit(
  { writer, claims }: Context,
  requests: readonly NewJob[],
): Promise<readonly SubmittedJob[]> {
  const drafts: Draft[] = []
  await inSlices(requests, (request) => {
    drafts.push(draft(request))
  })
  if (drafts.length === 0) return []
  return writer.do({
    needs: drafts.flatMap(({ job }) => (job.spoils ? [...job.dependsOn, job.spoils.job] : job.dependsOn)),
    keys: drafts.flatMap(({ job: { idempotencyKey: key } }) => (key === undefined ? [] : [digestOf(key)])),
    run: async (tx) => {
      for (const { job } of drafts) {
        // The time and the parents of a repeated request do not matter any more.
        if (job.idempotencyKey !== undefined && tx.idByKey(job.idempotencyKey) !== undefined) continue
        if (job.runAt !== undefined) checkRunAt(job.runAt, tx.now)
        await checkParents(tx, job.dependsOn)
      }
      const submitted: SubmittedJob[] = []
      for (const draft of drafts) submitted.push(await add(tx, claims, draft))
      return submitted
    },
  })
}

/** Parents must exist, so cycles are impossible. */
async function checkParents(tx: Tx, dependsOn: readonly string[]): Promise<void> {
  if (dependsOn.length === 0) return
  const statuses = await tx.statuses(dependsOn)
  for (const id of dependsOn) if (!statuses.has(id)) throw unknownJob(id)
  const failed = await tx.failedParent(dependsOn)
  if (failed === undefined) return
  const message = `job ${failed.id} is ${failed.status}: retry it before you submit a job that depends on it`
  throw new PlotdError('ERR_DEPENDENCY_FAILED', message, { id: failed.id })
}

/** Stores the job, unless its idempotency key is known. */
async function add(tx: Tx, claims: OpenClaims, draft: Draft): Promise<SubmittedJob> {
  const { job: checked, hold, isFirst, largeParams } = draft
  const { idempotencyKey: key } = checked
  const known = key === undefined ? undefined : tx.idByKey(key)
  if (known !== undefined) {
    const row = await tx.find(known)
    if (row !== undefined) return { ...row.job, repeated: true }
    return { ...checked, id: known, status: 'forgotten', createdAt: decodeTime(known), repeated: true }
  }
  const { now } = tx
  const job: DraftJob = {
    ...checked,
    id: tx.newId(),
    status: hold ? 'held' : 'queued',
    order: tx.queue.highestOrder + 1,
    ...(isFirst && (await front(tx, checked.priority))),
    createdAt: now,
  }
  keepLarge(tx, job, largeParams)
  const waits = !hold && (job.dependsOn.length > 0 || job.runAt !== undefined)
  const added = waits ? toTurn(job, await tx.isWaiting(job.dependsOn), now) : job
  tx.put(added)
  if (job.spoils !== undefined) await replaceSpoiled(tx, claims, job.spoils.job, job.id)
  return added
}

/** Cancels a spoiled job, unless it has ended. Jobs that wait for it wait for its redraw instead. */
async function replaceSpoiled(tx: Tx, claims: OpenClaims, id: string, redraw: string): Promise<void> {
  for (const { job } of await tx.select(`id IN (SELECT child FROM edge WHERE parent = ${literal(id)})`)) {
    if (!isWaitingForOthers(job)) continue
    tx.put({ ...job, dependsOn: job.dependsOn.map((parent) => (parent === id ? redraw : parent)) })
  }
  const row = await tx.find(id)
  if (row !== undefined && !isFinal(row.job)) cancelRow(tx, claims, row)
}

/** Moves large params into a row of their own. Equal params share a row. */
export function keepLarge(tx: Tx, job: DraftJob, paramsJson: string | undefined): void {
  if (paramsJson === undefined) return
  const sha = createHash('sha256').update(paramsJson).digest('hex')
  tx.addBody(sha, paramsJson)
  job.params = null
  job.paramsFile = sha
}
