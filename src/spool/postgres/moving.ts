import type pg from 'pg'
import { PlotdError } from '../../errors.ts'
import { type Context, rows, run } from './context.ts'
import { drop, type HeartbeatOptions } from './heartbeat.ts'
import { type HostSign, livesSince, SIGN_COLUMNS } from './lost-hosts.ts'
import { literal } from './rows.ts'
import { SCHEMA } from './schema.ts'
import { firstSign } from './silence.ts'

/** Renames the schema of the tables. @returns the new name */
export async function setAside(context: Context): Promise<string> {
  const schemas = await rows<{ name: string }>(
    context,
    `SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^${SCHEMA}'`,
  )
  const names = new Set(schemas.map(({ name }) => name))
  let aside = `${SCHEMA}_moved`
  for (let n = 2; names.has(aside); n++) aside = `${SCHEMA}_moved_${n}`
  await run(context, renameSql(aside))
  return aside
}

/** Renames the schema, if it is there. When the answer of the first try is lost, the second try finds no schema. */
const renameSql = (aside: string): string => `DO $$ BEGIN
  IF to_regnamespace('${SCHEMA}') IS NOT NULL THEN ALTER SCHEMA ${SCHEMA} RENAME TO ${aside}; END IF;
END $$`

/** The last sign of life of each host. */
export type Signs = ReadonlyMap<string, HostSign>

async function signsOfOthers(client: Pick<pg.Client, 'query'>, host: string): Promise<Signs> {
  const { rows } = await client.query<HostSign>(`SELECT ${SIGN_COLUMNS} FROM host h`)
  return new Map(rows.filter(({ id }) => id !== host).map((sign) => [sign.id, sign]))
}

/**
 * Waits until every other host would count as lost.
 *
 * @returns the signs of the other hosts, which did not change meanwhile
 * @throws PlotdError ERR_STATE_LOCKED when another host shows a sign of life meanwhile
 */
export async function refuseOthers(
  client: pg.Client,
  host: string,
  { warn, ...times }: HeartbeatOptions & { readonly warn: (message: string) => void },
): Promise<Signs> {
  const readSigns = () => signsOfOthers(client, host)
  const before = await readSigns()
  if (before.size === 0) return before
  warn(
    `plotd waits ${times.lossMs / 1000} s to see whether the other hosts of this database are silent: ${[...before.keys()].join(', ')}`,
  )
  const id = await firstSign(readSigns, before, times)
  if (id !== undefined) throw inUse(id)
  return before
}

const inUse = (id: string): PlotdError =>
  new PlotdError('ERR_STATE_LOCKED', `host ${id} uses this database: stop plotd on every host first`, { host: id })

const MARK = "SELECT 1 AS one FROM version WHERE name = 'moving'"

/** The mark of a move: the queue is being copied to or from this database. The mark outlives this process. */
export interface MoveMark {
  /** Whether a move of the queue has begun and not ended. */
  isMoving(): Promise<boolean>
  /**
   * Marks that a move has begun. Until the move has ended, no host starts, and no silent host continues.
   *
   * @throws PlotdError ERR_STATE_LOCKED when another host has started or shown a sign of life since this program found
   *   all other hosts silent
   */
  mark(): Promise<void>
  /** Removes the mark: the move has ended. */
  unmark(): Promise<void>
}

/** @param silent  the signs of the other hosts when they were silent */
export const moveMark = (context: Context, silent: Signs): MoveMark => ({
  isMoving: async () => (await rows(context, MARK)).length > 0,
  mark: async () => {
    await run(context, "INSERT INTO version VALUES ('moving', 1) ON CONFLICT DO NOTHING")
    const alive = await endOthers(context, silent)
    if (alive === undefined) return
    await unmark(context)
    throw inUse(alive)
  },
  unmark: () => unmark(context),
})

/**
 * Ends the work of the silent hosts: a suspended host may wake during the move, and its changes would be lost. Call
 * this after the mark is set. A host may have started before the mark, so this function compares the signs of life. A
 * host that finds the mark at its start refuses to start.
 *
 * @returns id of a host that has shown a sign of life; then nothing was changed
 */
function endOthers({ writer, host }: Context, silent: Signs): Promise<string | undefined> {
  return writer.do({
    run: async (tx) => {
      const others = `<> ${literal(host)}`
      const held = await tx.select(`token IS NOT NULL AND host ${others}`)
      const signs = await tx.query<HostSign>(`SELECT ${SIGN_COLUMNS} FROM host h WHERE id ${others} FOR UPDATE OF h`)
      const alive = signs.find((sign) => livesSince(silent.get(sign.id), sign))
      if (alive !== undefined) return alive.id
      await tx.query(`DELETE FROM host WHERE id ${others}`)
      drop(tx, held, 'host-lost')
      return undefined
    },
  })
}

async function unmark(context: Context): Promise<void> {
  await run(context, "DELETE FROM version WHERE name = 'moving'")
}

/** @throws PlotdError ERR_STATE_LOCKED while the mark of a move is set */
export async function refuseWhileMoved(client: pg.Client): Promise<void> {
  if ((await client.query(MARK)).rowCount === 0) return
  const message =
    'a move of a queue to or from this database is under way or was cut off: wait for its end, or repeat ' +
    '`plotd spool migrate`, which loses nothing'
  throw new PlotdError('ERR_STATE_LOCKED', message)
}
