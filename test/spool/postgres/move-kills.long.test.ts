import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { moveQueue, openSpool, type Spool } from '../../../src/spool/index.ts'
import { openStore } from '../../../src/spool/open.ts'
import { packageRoot } from '../../../src/threads.ts'
import { present, refused } from '../../contracts/spool.ts'
import { trials } from '../../support/fuzz.ts'
import { sql, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { sharedDatabase } from '../../support/postgres-shared.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const retention = { jobs: 10_000, days: 90 }
const JOBS = 1_500
const KILLS = trials(15, 2)

async function fill(folder: string): Promise<void> {
  const spool = await openSpool(folder)
  const all = Array.from({ length: JOBS }, (_, i) => ({
    ...{ task: 'text', params: { text: `${i}` }, idempotencyKey: `key ${i}`, hold: i % 7 === 0 },
  }))
  const jobs = await spool.submit(all)
  for (const { id } of jobs.slice(0, 100)) await spool.log(id, 'looked at')
  await spool.cancel(present(jobs[1]).id)
  await spool.purge()
  await spool.pauseQueue('axi')
  await spool.close()
}

async function contents(spool: Spool): Promise<object> {
  const jobs: unknown[] = []
  for await (const { id, status, params, order, idempotencyKey } of spool.export()) {
    jobs.push({ id, status, params, order, idempotencyKey, logs: (await spool.logs(id)).length })
  }
  const state = await spool.subscribe(() => {})
  state.close()
  const sorted = jobs.map((job) => JSON.stringify(job)).sort()
  return { jobs: sorted, paused: state.paused, keys: (await spool.keys()).keys.length }
}

describe.skipIf(WITHOUT_POSTGRES !== undefined)(
  `a move of the queue that is killed (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`,
  () => {
    it.each(['server', 'folder'] as const)('loses nothing on its way to the %s', async (to) => {
      const url = await sharedDatabase()
      const state = tempFolder()
      const folder = join(state, 'spool')
      await fill(folder)
      const place = { folder, host: 'A', url, retention }
      if (to === 'folder') await moveQueue({ ...place, to: 'server' })
      const source = to === 'server' ? await openSpool(folder) : await openStore(place)
      const before = await contents(source)
      await source.close()
      const main = join(packageRoot, 'dist/clients/cli/main.js')
      const words = ['spool', 'migrate', to === 'server' ? url : 'folder', '--state', state, '--json']
      const from = to === 'folder' ? ['--from', url] : []
      const env = { ...process.env, PLOTD_FARM_NAME: 'A' }
      const start = () =>
        spawn(process.execPath, [main, ...words, ...from], { stdio: ['ignore', 'pipe', 'inherit'], env })
      const begun = async (): Promise<boolean> => {
        const rows = await sql<{ n: string }>(
          url,
          "SELECT count(*) AS n FROM plotd.version WHERE name = 'moving'",
        ).catch(() => [])
        return rows[0]?.n === '1'
      }
      let kills = 0
      let isFinished = false
      while (!isFinished) {
        const child = start()
        const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
        if (kills < KILLS) {
          // The first kill comes when both queues have the mark of the move.
          while (kills === 0 && child.exitCode === null && !(await begun())) await sleep(5)
          await sleep(kills === 0 ? 20 : 300 * kills)
          child.kill('SIGKILL')
        }
        const [code, signal] = await exit
        if (signal === 'SIGKILL') {
          kills++
          const stores = kills === 1 && (await begun()) ? [place, { ...place, url: undefined }] : []
          for (const store of stores) {
            await expect(openStore(store)).rejects.toMatchObject(refused('ERR_STATE_LOCKED'))
          }
        } else {
          expect(code).toBe(0)
          isFinished = true
        }
      }
      expect(kills).toBeGreaterThan(0)
      const target = await openStore(to === 'server' ? place : { ...place, url: undefined })
      expect(await contents(target)).toEqual(before)
      await target.close()
    })
  },
)
