import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { PlotdError } from '../../errors.ts'
import { create, FORMAT, SCHEMA, UPGRADES } from './schema.ts'

/** The key of an advisory lock, so that only one of several starting hosts creates the tables. */
const LOCK = 7_475_001

/**
 * Creates the tables, or upgrades the tables of an older program, in one transaction.
 *
 * @returns the older format, if there was one
 * @throws PlotdError ERR_SPOOL_NEWER, before any change, when a newer program created the tables
 */
export async function prepareTables(client: pg.Client): Promise<number | undefined> {
  await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${LOCK})`)
  try {
    const from = await formatOf(client)
    if (from === undefined) await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}; ${create(newSecret())}`)
    else if (from > FORMAT) throw newer(from)
    else if (from < FORMAT) {
      // `FOR UPDATE` waits for commits under way. At its next commit, an older program sees the new format and stops.
      await client.query('SELECT FROM feed FOR UPDATE')
      for (const upgrade of UPGRADES.slice(from - 1)) await client.query(upgrade)
      await client.query(`UPDATE feed SET format = ${FORMAT}`)
    }
    await client.query('COMMIT')
    return from === FORMAT ? undefined : from
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

const newSecret = (): string => randomBytes(24).toString('base64url')

async function formatOf(client: pg.Client): Promise<number | undefined> {
  const { rows: tables } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('${SCHEMA}.feed') IS NOT NULL AS found`,
  )
  if (tables[0]?.found !== true) return undefined
  const { rows } = await client.query<{ format: number }>('SELECT format FROM feed')
  return rows[0]?.format
}

/** @param format  of the tables, when it is known */
export const newer = (format: number | undefined): PlotdError =>
  new PlotdError(
    'ERR_SPOOL_NEWER',
    `spool: the tables${format === undefined ? '' : ` have format ${format} and`} were made by a newer plotd; this plotd knows format ${FORMAT}`,
    { format, known: FORMAT },
  )
