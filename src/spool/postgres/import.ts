import { freeze } from '../freeze.ts'
import type { Job } from '../job.ts'
import { next } from '../next.ts'
import { checkKeys, checkRecord, ofImported } from '../queue/import.ts'
import { digestOf } from '../queue/keys.ts'
import type { LeftOut } from '../queue/left-out.ts'
import { type Draft, type DraftJob, draft } from '../queue/new-job.ts'
import type { ForgottenKey, ImportOptions, KeyPage } from '../spool.ts'
import { announcedJob, type Context, forDisplay, rows } from './context.ts'
import { jsonList, parentsOf, type RawRow, READ_COLUMNS } from './rows.ts'
import { keepLarge } from './submit.ts'
import type { Tx } from './tx.ts'

/** Maximum number of jobs in one commit of an import, and in one page of an export. */
const BATCH = 500

/**
 * Adds exported jobs under their own ids. Known jobs stay out: see `Spool.import`. A job that was being
 * rendered or drawn gets the state that a restart of plotd would give it.
 *
 * @returns how many were added
 * @throws PlotdError ERR_PARAMS that names the invalid field of a job. The jobs before that job stay
 */
export async function importJobs(
  context: Context,
  jobs: AsyncIterable<Job> | Iterable<Job>,
  { isMove = false }: ImportOptions,
): Promise<number> {
  const ids: string[] = []
  let batch: { readonly job: Job; readonly checked: Draft }[] = []
  const flush = async (): Promise<void> => {
    const full = batch
    batch = []
    ids.push(...(await addAll(context, full, isMove)))
  }
  try {
    for await (const job of jobs) {
      batch.push({ job: checkRecord(job), checked: ofImported(job, () => draft(job)) })
      if (batch.length === BATCH) await flush()
    }
  } finally {
    await flush()
    // A parent may follow its children in the export, or may have ended here already.
    for (let i = 0; i < ids.length; i += BATCH) await review(context, ids.slice(i, i + BATCH))
  }
  return ids.length
}

async function addAll(
  { writer, leftOut }: Context,
  all: readonly { readonly job: Job; readonly checked: Draft }[],
  isMove: boolean,
): Promise<readonly string[]> {
  if (all.length === 0) return []
  return writer.do({
    needs: all.map(({ job }) => job.id),
    keys: all.flatMap(({ job: { idempotencyKey: key } }) => (key === undefined ? [] : [digestOf(key)])),
    run: async (tx) => {
      const ids: string[] = []
      for (const { job, checked } of all) {
        const owner = isMove ? undefined : keyOwner(tx, job)
        if (owner !== undefined) leftOut.note(job.id, owner)
        else if (await add(tx, job, checked, leftOut)) ids.push(job.id)
      }
      return ids
    },
  })
}

/**
 * The other job that already has the idempotency key of an imported job. This owner may be a forgotten job. The import
 * leaves out the imported job, whose children then depend on the owner.
 */
function keyOwner(tx: Tx, { id, idempotencyKey: key }: Job): string | undefined {
  const owner = key === undefined ? undefined : tx.idByKey(key)
  return owner === id ? undefined : owner
}

async function add(tx: Tx, job: Job, { job: checked, largeParams }: Draft, leftOut: LeftOut): Promise<boolean> {
  const { id, order, status, createdAt, attempts } = job
  if ((await tx.find(id)) !== undefined) return false
  await tx.writeRemoval(id)
  const { paramsFile: _old, ...rest } = { ...job, ...checked, id, order, status, createdAt, attempts }
  const record: DraftJob = leftOut.withOwners(rest)
  keepLarge(tx, record, largeParams)
  tx.noteId(id)
  tx.put(next(freeze(record), { type: 'restart' }, tx.now))
  return true
}

/**
 * When the import left out a parent of a job, lets the job depend on the owner of that parent's key (see `keyOwner`).
 * Then updates the job to the present state of its parents.
 */
async function review({ writer, leftOut }: Context, ids: readonly string[]): Promise<void> {
  await writer.do({
    needs: ids,
    run: async (tx) => {
      for (const id of ids) {
        const imported = (await tx.find(id))?.job
        if (imported === undefined || parentsOf(imported).length === 0) continue
        const job = leftOut.withOwners(imported)
        if (job !== imported) tx.put(job)
        const failed = await tx.failedParent(job.dependsOn)
        if (failed !== undefined) {
          tx.apply(job, { type: 'parent-failed', parent: failed.id, how: failed.status })
        } else if (job.reason?.code === 'dependency' && !(await tx.isWaiting(job.dependsOn))) {
          tx.apply(job, { type: 'parents-finished' })
        }
        await tx.settle()
      }
    },
  })
}

/** Yields every job, as `get` gives it. Reads the jobs in pages. */
export async function* exportJobs(context: Context): AsyncIterable<Job> {
  for (let after = ''; ; ) {
    const sql = `SELECT ${READ_COLUMNS} FROM job j WHERE id > $1 ORDER BY id LIMIT ${BATCH}`
    const page = await rows<RawRow>(context, sql, [after])
    for (const raw of page) yield forDisplay(context, announcedJob(context, raw))
    const last = page.at(-1)
    if (last === undefined || page.length < BATCH) return
    after = last.record.id
  }
}

/** One page of the forgotten keys. @param after  the last digest of the page before */
export async function pageOfKeys(context: Context, limit: number, after: string | undefined): Promise<KeyPage> {
  const from = 'coalesce((SELECT n FROM forgotten WHERE digest = $1), 0)'
  const sql = `SELECT digest, id FROM forgotten WHERE n > ${from} ORDER BY n LIMIT $2`
  const page = await rows<ForgottenKey>(context, sql, [after ?? '', limit])
  const last = page.at(-1)
  return { keys: page, ...(page.length === limit && last !== undefined && { next: last.digest }) }
}

/** @returns how many keys were new. @throws PlotdError ERR_PARAMS when a key is invalid, before any key is added */
export async function importKeys({ writer }: Context, keys: readonly ForgottenKey[]): Promise<number> {
  checkKeys(keys)
  if (keys.length === 0) return 0
  return writer.do({
    run: async (tx) => {
      const list = keys.map(({ digest, id }) => ({ digest, id }))
      const newKeys = await tx.write(
        `INSERT INTO forgotten (digest, id) SELECT digest, id FROM json_to_recordset(${jsonList(list)}) ` +
          'AS k(digest text, id text) ON CONFLICT DO NOTHING RETURNING 1 AS one',
      )
      return newKeys.length
    },
  })
}
