/* The operator's verbs: hold, retry, move and remove jobs, ask for ink, and pause the queue. */
import type { Job } from '../job.ts'
import { isFinal, next, WAITS } from '../next.ts'
import { compareOrders } from '../order.ts'
import {
  type JobAnswer,
  type JobQuestion,
  notWaiting,
  orphan,
  presentAttempt,
  refuseSecondAttempt,
  requireFinal,
} from '../queue/operator.ts'
import type { InkRequest } from '../spool.ts'
import type { Context } from './context.ts'
import type { Tx } from './tx.ts'

const WAITING = "status IN ('scheduled', 'held', 'queued', 'rendered')"

const change = ({ writer }: Context, id: string, act: (job: Job, tx: Tx) => Job | Promise<Job>): Promise<Job> =>
  writer.do({ needs: [id], run: async (tx) => act((await tx.need(id)).job, tx) })

export const hold = (context: Context, id: string): Promise<Job> =>
  change(context, id, (job, tx) => tx.apply(job, { type: 'hold' }))

export const unhold = (context: Context, id: string): Promise<Job> =>
  change(context, id, async (job, tx) =>
    tx.apply(job, { type: 'unhold', isWaiting: await tx.isWaiting(job.dependsOn) }),
  )

/** Failed and canceled jobs go to the end of their priority, as if they were submitted now. */
export const retry = ({ writer }: Context, id: string): Promise<Job> =>
  writer.do({
    needs: [id],
    run: async (tx) => {
      const { job } = await tx.need(id)
      await answered(tx, refuseSecondAttempt(job))
      const current = isFinal(job) ? await withPresentParents(tx, job) : job
      const isWaiting = await tx.isWaiting(current.dependsOn)
      const restarted = next(current, { type: 'retry', isWaiting }, tx.now)
      const ordered = isFinal(job) ? { ...restarted, order: tx.queue.highestOrder + 1 } : restarted
      tx.put(ordered)
      return ordered
    },
  })

/** Asks for ink of all these jobs or of none: makes every check before it changes the first job. */
export function askInk({ writer }: Context, requests: readonly InkRequest[]): Promise<readonly Job[]> {
  return writer.do({
    needs: requests.map(({ id }) => id),
    run: async (tx) => {
      const changes: Job[] = []
      for (const { id, ...ink } of requests) {
        changes.push(next((await tx.need(id)).job, { type: 'ask-ink', ...ink }, tx.now))
      }
      return changes.map((changed) => {
        const job = { ...changed, order: tx.queue.highestOrder + 1 }
        tx.put(job)
        return job
      })
    },
  })
}

async function answerOf(tx: Tx, question: JobQuestion): Promise<JobAnswer> {
  const id = 'id' in question ? question.id : await tx.findKey(question.key)
  return id === undefined ? undefined : ((await tx.find(id))?.job ?? { id })
}

async function answered<T>(tx: Tx, questions: Generator<JobQuestion, T, JobAnswer>): Promise<T> {
  let step = questions.next()
  while (!step.done) step = questions.next(await answerOf(tx, step.value))
  return step.value
}

/** Like the function of the same name in `../queue/operator.ts`. */
async function withPresentParents(tx: Tx, job: Job): Promise<Job> {
  if ((await tx.failedParent(job.dependsOn)) === undefined) return job
  const dependsOn: string[] = []
  for (const id of job.dependsOn) {
    const isFailed = (await tx.failedParent([id])) !== undefined
    dependsOn.push(isFailed ? await answered(tx, presentAttempt(id)) : id)
  }
  const failed = await tx.failedParent(dependsOn)
  if (failed !== undefined) throw orphan(job.id, failed.id)
  return { ...job, dependsOn }
}

export const top = (context: Context, id: string): Promise<Job> =>
  change(context, id, async (job, tx) => {
    const { priority, order } = await front(tx, requireWaiting(job).priority)
    return place(tx, job, priority, order)
  })

/** The place before all queued and rendered jobs. */
export async function front(tx: Tx, priority: number): Promise<Pick<Job, 'priority' | 'order'>> {
  await tx.flush()
  const sql = "SELECT max(priority) AS most FROM job WHERE status IN ('queued', 'rendered')"
  const [row] = await tx.query<{ most: number | null }>(sql)
  return { priority: Math.max(priority, row?.most ?? 1), order: tx.queue.lowestOrder - 1 }
}

export function move({ writer }: Context, id: string, beforeId?: string): Promise<Job> {
  return writer.do({
    needs: beforeId === undefined ? [id] : [id, beforeId],
    run: async (tx) => {
      const job = requireWaiting((await tx.need(id)).job)
      if (beforeId === undefined) return place(tx, job, job.priority, tx.queue.highestOrder + 1)
      if (beforeId === id) return job
      const order = await orderBefore(tx, requireWaiting((await tx.need(beforeId)).job), id)
      if (order === undefined) await renumber(tx)
      const target = (await tx.need(beforeId)).job
      const free = order ?? (await orderBefore(tx, target, id)) ?? tx.queue.lowestOrder - 1
      return place(tx, (await tx.need(id)).job, target.priority, free)
    },
  })
}

export async function remove({ writer }: Context, id: string): Promise<void> {
  await writer.do({
    needs: [id],
    run: async (tx) => {
      const row = await tx.need(id)
      requireFinal(row.job)
      tx.remove(row)
    },
  })
}

export async function setPaused({ writer }: Context, name: string, isPaused: boolean): Promise<void> {
  await writer.do({ run: async (tx) => tx.setPaused(name, isPaused) })
}

function requireWaiting(job: Job): Job {
  if (WAITS.has(job.status)) return job
  throw notWaiting(job.id, job.status)
}

function place(tx: Tx, job: Job, priority: number, order: number): Job {
  const placedJob = { ...job, priority, order }
  tx.put(placedJob)
  return placedJob
}

/** @returns an order just before the target; undefined when the gap to the job before the target has no number left */
async function orderBefore(tx: Tx, target: Job, id: string): Promise<number | undefined> {
  await tx.flush()
  // An imported job may have the order of the target. Then no number lies between the two orders.
  const isAhead = `(ord < ${target.order} OR (ord = ${target.order} AND id < '${target.id}'))`
  const ahead = `priority = ${target.priority} AND id <> '${id}' AND ${isAhead}`
  const sql = `SELECT max(ord) AS previous FROM job WHERE ${WAITING} AND ${ahead}`
  const [row] = await tx.query<{ previous: number | null }>(sql)
  const previous = row?.previous ?? undefined
  if (previous === undefined) return tx.queue.lowestOrder - 1
  const between = (previous + target.order) / 2
  return between > previous && between < target.order ? between : undefined
}

/** Gives each waiting job a new order. About fifty moves into one gap use up the numbers in the gap. */
async function renumber(tx: Tx): Promise<void> {
  const rows = (await tx.select(WAITING)).toSorted((a, b) => compareOrders(a.job, b.job))
  for (const [order, { job }] of rows.entries()) tx.put({ ...job, order })
}
