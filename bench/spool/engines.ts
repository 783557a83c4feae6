import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Low } from 'lowdb'
import { JSONFile } from 'lowdb/node'
import { type JobResult, openSpool } from '../../src/spool/index.ts'
import { peer, startRedis } from './peers.ts'
import { postcard } from './postcard.ts'

export interface Engine {
  readonly name: string
  /** Accepts `group` jobs together. Returns when the jobs are as durable as this engine makes them. */
  submit(): unknown
  /** Number of jobs that one call of `submit` accepts. */
  readonly group: number
  /** Enqueues, claims and completes this many jobs, 50 at a time. Each change is as durable as a submit. */
  finish?(jobs: number): Promise<void>
  close(): unknown
}

/** Opens an engine in an empty folder; undefined when it is not installed, or is not made for so many clients. */
export type Open = (folder: string, clients: number) => Promise<Engine | undefined>

export const result: JobResult = {
  path: 'postcards/postcard_1_birthday.svg',
  widthMm: 148,
  heightMm: 105,
  strokes: 300,
  penDownMm: 4000,
  travelMm: 1500,
  lifts: 300,
  estimateSeconds: 140,
  warnings: [],
}

export const plotd: Open = async (folder) => {
  const spool = await openSpool(join(folder, 'plotd'), { retention: { jobs: 1e9, days: 1e5 } })
  const one = async (): Promise<void> => {
    await spool.submit([postcard()])
    const claim = await spool.claim({ stage: 'render', holder: 'bench' })
    if (claim !== undefined) await spool.complete(claim, result)
  }
  return {
    name: 'plotd (lowdb with its journal)',
    group: 1,
    submit: () => spool.submit([postcard()]),
    finish: (jobs) => fiftyAtOnce(jobs, one),
    close: () => spool.close(),
  }
}

async function fiftyAtOnce(jobs: number, one: () => Promise<void>): Promise<void> {
  let left = jobs
  const worker = async (): Promise<void> => {
    while (left-- > 0) await one()
  }
  await Promise.all(Array.from({ length: 50 }, worker))
}

export const plainLowdb: Open = async (folder, clients) => {
  if (clients > 1) return undefined
  const db = new Low<{ jobs: object[] }>(new JSONFile(join(folder, 'lowdb.json')), { jobs: [] })
  return {
    name: 'plain lowdb (never syncs)',
    group: 1,
    submit: () => db.update(({ jobs }) => jobs.push(postcard())),
    close: () => {},
  }
}

interface Sqlite {
  pragma(text: string): void
  exec(text: string): void
  prepare(text: string): { run(...values: unknown[]): void; all(...values: unknown[]): { id: number }[] }
  transaction(work: () => void): () => void
  close(): void
}

export const sqlite: Open = async (folder, clients) => {
  const Database = peer<new (path: string) => Sqlite>('better-sqlite3')
  if (Database === undefined) return undefined
  const db = new Database(join(folder, 'sqlite.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('create table job (id integer primary key, status text, priority integer, body text, result text)')
  db.exec("create index waiting on job (priority desc, id) where status = 'queued'")
  const insert = db.prepare("insert into job (status, priority, body) values ('queued', 50, ?)")
  const waiting = db.prepare("select id from job where status = 'queued' order by priority desc, id limit ?")
  const start = db.prepare("update job set status = 'started' where id = ?")
  const end = db.prepare("update job set status = 'finished', result = ? where id = ?")
  const insertJobs = (count: number): void => {
    for (let i = 0; i < count; i++) insert.run(JSON.stringify(postcard()))
  }
  let claims: { id: number }[] = []
  const enqueue = db.transaction(() => insertJobs(50))
  const claim = db.transaction(() => {
    claims = waiting.all(50)
    for (const { id } of claims) start.run(id)
  })
  const complete = db.transaction(() => {
    for (const { id } of claims) end.run(JSON.stringify(result), id)
  })
  return {
    name: clients === 1 ? 'SQLite, WAL, synchronous=FULL' : `SQLite, groups of ${clients}`,
    group: clients,
    submit: db.transaction(() => insertJobs(clients)),
    finish: async (jobs) => {
      for (let i = 0; i < jobs; i += 50) {
        enqueue()
        claim()
        complete()
      }
    },
    close: () => db.close(),
  }
}

interface BullMq {
  Queue: new (
    name: string,
    options: object,
  ) => { add(name: string, data: object): Promise<object>; close(): Promise<void> }
  Worker: new (
    name: string,
    work: () => Promise<object>,
    options: object,
  ) => { on(event: string, listener: () => void): void; close(): Promise<void> }
}

export const bullmq =
  (appendfsync: 'always' | 'everysec'): Open =>
  async (folder) => {
    const bull = peer<BullMq>('bullmq')
    if (bull === undefined) return undefined
    mkdirSync(folder, { recursive: true })
    const redis = await startRedis(folder, appendfsync)
    if (redis === undefined) return undefined
    const connection = { path: redis.socket, maxRetriesPerRequest: null }
    const queue = new bull.Queue('bench', { connection })
    return {
      name: `BullMQ, Redis appendfsync ${appendfsync}`,
      group: 1,
      submit: () => queue.add('postcard', postcard()),
      finish: (jobs) => finishWithBull(bull, connection, jobs),
      close: async () => {
        await queue.close()
        redis.stop()
      },
    }
  }

async function finishWithBull({ Queue, Worker }: BullMq, connection: object, jobs: number): Promise<void> {
  const queue = new Queue('finish', { connection })
  const worker = new Worker('finish', async () => result, { connection, concurrency: 50 })
  let done = 0
  const finished = new Promise<void>((all) => worker.on('completed', () => ++done === jobs && all()))
  await fiftyAtOnce(jobs, async () => void (await queue.add('postcard', postcard())))
  await finished
  await worker.close()
  await queue.close()
}
