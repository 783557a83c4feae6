import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { newDatabase, type PostgresServer, startPostgres } from './postgres.ts'
import { removeFolder } from './remove-folder.ts'

/** The environment variable that holds the folder of this run of the tests; `postgres-run.ts` sets it. */
export const RUN_FOLDER = 'PLOTD_TEST_RUN'

/** The file in the folder of the run that holds the id of the run's process. */
export const OWNER = 'owner'

/** Longest wait of a host for a server that is away, ms. No pause of this computer is longer. */
export const PATIENT: { readonly patienceMs: number } = { patienceMs: 3_600_000 }

interface Shared {
  readonly port: number
  readonly folder: string
  readonly pid: number
}

const serverOf = ({ port }: Pick<Shared, 'port'>): Pick<PostgresServer, 'url'> => ({
  url: (database) => `postgres://plotd@127.0.0.1:${port}/${database}`,
})

/** A new database on the server of this run. */
export async function sharedDatabase(): Promise<string> {
  const run = process.env[RUN_FOLDER]
  if (run === undefined) throw new Error('postgres-run.ts is not a global setup of this project')
  return newDatabase(serverOf(await shared(run)))
}

async function shared(run: string): Promise<Shared> {
  const file = join(run, 'server.json')
  for (;;) {
    try {
      mkdirSync(join(run, 'starting'))
    } catch {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as Shared
      } catch {
        await sleep(50)
        continue
      }
    }
    const { port, folder, pid } = await startPostgres({
      owner: Number(readFileSync(join(run, OWNER), 'utf8')),
    }).catch((error: unknown) => {
      rmdirSync(join(run, 'starting')) // while this folder exists, the other workers wait for a server
      throw error
    })
    writeFileSync(file, JSON.stringify({ port, folder, pid }))
    return { port, folder, pid }
  }
}

/** Ends the server of a run, if there is one. */
export async function endSharedServer(run: string): Promise<void> {
  let server: Shared
  try {
    server = JSON.parse(readFileSync(join(run, 'server.json'), 'utf8')) as Shared
  } catch {
    return
  }
  try {
    process.kill(server.pid, 'SIGINT')
    while (process.kill(server.pid, 0)) await sleep(20)
  } catch {} // the server has ended
  removeFolder(server.folder)
}

const TABLES = ['log', 'job', 'line', 'params', 'edge', 'forgotten', 'change', 'host', 'token']
const connections = new Map<string, pg.Client>()

/** Empties the tables of a spool. For small tables DELETE is faster than TRUNCATE, which makes new files. */
export async function emptySpool(url: string): Promise<void> {
  let client = connections.get(url)
  if (client === undefined) {
    client = new pg.Client({ connectionString: url })
    connections.set(url, client)
    await client.connect()
  }
  const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('plotd.feed') IS NOT NULL AS there")
  if (rows[0]?.there !== true) return
  const deletes = TABLES.map((table) => `DELETE FROM plotd.${table}`).join(';')
  await client.query(
    `${deletes}; UPDATE plotd.feed SET seq = 0, last_id = '', lo = 0, hi = 0, ended = 0, paused = '[]'`,
  )
}
