/*
 * The rows that a commit reads in its first message to the server. The same message takes the lock: it locks the row of
 * the table `feed`.
 */
import { PlotdError } from '../../errors.ts'
import type { ClaimQuery } from './claim-queries.ts'
import type { QueueRow } from './flush.ts'
import { newer } from './migrate.ts'
import { COLUMNS, isId, type RawRow, textArray } from './rows.ts'
import { FORMAT } from './schema.ts'
import type { Tx } from './tx.ts'

/** The rows that a verb reads in the message that takes the lock. */
export interface Reading {
  /** Ids of jobs. */
  readonly needs?: readonly string[]
  /** Digests of idempotency keys. */
  readonly keys?: readonly string[]
  /** The jobs that a claim may have. */
  readonly query?: ClaimQuery
}

export interface RawQueueRow {
  readonly seq: string
  readonly last_id: string
  readonly lo: number
  readonly hi: number
  readonly ended: number
  readonly paused: string
  readonly format: number
}

export const READ_QUEUE = 'SELECT seq, last_id, lo, hi, ended, paused, format FROM feed FOR UPDATE'

/** @throws PlotdError ERR_SPOOL_DAMAGED without a row; ERR_SPOOL_NEWER when a newer program has changed the tables */
export function queueRow(raw: RawQueueRow | undefined): QueueRow {
  if (raw === undefined) throw new PlotdError('ERR_SPOOL_DAMAGED', 'the table feed has no row')
  if (raw.format !== FORMAT) throw newer(raw.format)
  return {
    seq: Number(raw.seq),
    lastId: raw.last_id,
    lowestOrder: raw.lo,
    highestOrder: raw.hi,
    ended: raw.ended,
    paused: JSON.parse(raw.paused) as readonly string[],
  }
}

/** A query in the message that takes the lock. `note` gives the rows of the query to the commit. */
interface Read {
  readonly sql: string
  readonly note: (tx: Tx, rows: readonly never[]) => void
}

/** The queries for the rows that these verbs need. */
export function readsOf(batch: readonly Reading[], needs: readonly string[]): readonly Read[] {
  const reads: Read[] = []
  const noteRows = (tx: Tx, rows: readonly RawRow[]): void => void tx.note(rows)
  const ids = needs.filter(isId)
  if (ids.length > 0) {
    const sql = `SELECT ${COLUMNS} FROM job j WHERE id = ANY(${textArray(ids)}) FOR UPDATE OF j`
    reads.push({ sql, note: noteRows })
  }
  const keys = batch.flatMap((verb) => verb.keys ?? [])
  if (keys.length > 0) {
    const keyList = textArray(keys)
    const noteKeys = (tx: Tx, rows: readonly { readonly digest: string; readonly id: string }[]): void => {
      for (const { digest, id } of rows) tx.noteKey(digest, id)
    }
    reads.push({ sql: `SELECT ${COLUMNS} FROM job j WHERE key = ANY(${keyList}) FOR UPDATE OF j`, note: noteRows })
    reads.push({ sql: `SELECT digest, id FROM forgotten WHERE digest = ANY(${keyList})`, note: noteKeys })
  }
  for (const { query, count } of claimsOf(batch)) {
    reads.push({ sql: query.sql(count), note: (tx, rows: readonly RawRow[]) => tx.noteHead(query, rows, count) })
  }
  return reads
}

/** The different queries of the claims among these verbs, and how many claims use each query. */
function claimsOf(batch: readonly Reading[]): Iterable<{ readonly query: ClaimQuery; readonly count: number }> {
  const claims = new Map<string, { readonly query: ClaimQuery; count: number }>()
  for (const { query } of batch) {
    if (query === undefined) continue
    const claim = claims.get(query.key) ?? { query, count: 0 }
    claim.count++
    claims.set(query.key, claim)
  }
  return claims.values()
}
