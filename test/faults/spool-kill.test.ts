import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openSpool } from '../../src/spool/index.ts'
import { runs } from '../support/fuzz.ts'
import { tempFolder } from '../support/temp-folder.ts'

const victim = fileURLToPath(new URL('./spool-victim.mjs', import.meta.url))
const ROUNDS = runs(10).numRuns ?? 10

interface Run {
  readonly child: ChildProcess
  /** What it was told, job by job: the last word counts. */
  readonly told: Map<string, string>
}

function start(folder: string, run: number): Run {
  const child = spawn(process.execPath, [victim, folder, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const told = new Map<string, string>()
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [word = '', id = ''] = line.split(' ')
      told.set(id, word)
    }
  })
  return { child, told }
}

const until = async (reached: () => boolean): Promise<void> => {
  while (!reached()) await sleep(1)
}

async function kill({ child }: Run): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'close')
}

/** Where a job may be found, by the last thing that was said of it before the end. */
const POSSIBLE: Readonly<Record<string, readonly string[]>> = {
  submitted: ['queued', 'rendered', 'interrupted', 'finished'],
  rendered: ['rendered', 'interrupted', 'finished'],
  plotting: ['interrupted', 'finished'],
  finished: ['finished'],
}

describe('a daemon killed at random moments under load', () => {
  it('loses no job that it acknowledged, knows how far each had come, and plots nothing by itself', async () => {
    const folder = tempFolder()
    const acknowledged = new Map<string, string>()
    for (let round = 0; round < ROUNDS; round++) {
      const run = start(folder, round)
      await until(() => run.told.size > 20 + ((round * 37) % 90))
      await kill(run)
      run.told.delete('')
      for (const [id, word] of run.told) acknowledged.set(id, word)
      const spool = await openSpool(folder)
      for (const [id, word] of acknowledged) {
        const job = await spool.get(id)
        expect(POSSIBLE[word], `round ${round}: job ${id} was ${word}, is ${job?.status}`).toContain(job?.status)
        if (job?.result !== undefined) expect(job.result.path).toBe(`${id}.svg`)
        if (job?.status === 'interrupted') expect(job.reason?.code).toBe('restart')
      }
      expect((await spool.list({ status: ['plotting', 'paused', 'started'] })).total).toBe(0)
      await spool.close()
    }
    expect(acknowledged.size).toBeGreaterThan(20 * ROUNDS)
  }, 60_000)
})

describe('two daemons on one folder', () => {
  it('cannot be: the second is refused by the first one’s pid, until that is gone', async () => {
    const folder = tempFolder()
    const first = start(folder, 1)
    await until(() => first.told.has(''))
    const refusal = { code: 'ERR_STATE_LOCKED', detail: { pid: first.child.pid } }
    await expect(openSpool(folder)).rejects.toMatchObject(refusal)
    await kill(first)
    const second = await openSpool(folder)
    await expect(openSpool(folder)).rejects.toMatchObject({ code: 'ERR_STATE_LOCKED', detail: { pid: process.pid } })
    await second.close()
    await (await openSpool(folder)).close()
  })

  it('are not imagined: a lock file that was left behind, even with the pid of a living process, holds nobody up', async () => {
    const folder = tempFolder()
    const spool = await openSpool(folder)
    const text = readFileSync(join(folder, 'lock'), 'utf8')
    await spool.close()
    expect(text).toContain(String(process.pid))
    writeFileSync(join(folder, 'lock'), text)
    await (await openSpool(folder)).close()
  })
})
