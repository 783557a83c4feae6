import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openSpool, RenderPool, type Spool } from '../../src/spool/index.ts'
import { threadScript } from '../../src/threads.ts'
import { verdict } from './bars.ts'
import { result } from './engines.ts'
import { measure, median, percentiles } from './measure.ts'
import { postcard } from './postcard.ts'

type Row = readonly [figure: string, measured: string, bar: string, verdict: string]

const forever = { retention: { jobs: 1e9, days: 1e5 } }

/** Fills a spool with ended jobs, then measures the cost of a submit. `readyAfterRestart` opens the same folder. */
export async function withManyKept(folder: string, count: number): Promise<Row[]> {
  const empty = await openSpool(`${folder}-empty`, forever)
  const full = await openSpool(folder, forever)
  await finishMany(full, count)
  await full.compact() // a snapshot during the measurement would distort its result
  const ratios: number[] = []
  for (let i = 0; i < 9; i++) {
    const [a, b] = [await submitTime(empty), await submitTime(full)]
    ratios.push(b / a)
  }
  await empty.close()
  await full.close()
  const ratio = ratios.sort((a, b) => a - b)[4] ?? 0
  return [['cost of a submit, against an empty spool', `${ratio.toFixed(2)} ×`, '≤ 1.2 ×', verdict(ratio <= 1.2)]]
}

async function finishMany(spool: Spool, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1000) {
    await spool.submit(Array.from({ length: Math.min(1000, count - done) }, postcard))
    const one = async (): Promise<void> => {
      const claim = await spool.claim({ stage: 'render', holder: 'bench' })
      if (claim !== undefined) await spool.complete(claim, result)
    }
    await Promise.all(Array.from({ length: Math.min(1000, count - done) }, one))
  }
}

async function submitTime(spool: Spool): Promise<number> {
  const { p50 } = await measure(1, 0.3, () => spool.submit([postcard()]))
  return p50
}

interface Restart {
  readonly ms: number
  readonly cpuMs: number
  readonly mb: number
  readonly jobs: number
}

/** Measures a restart three times, each in a new process, so that no run profits from an earlier run. */
export async function readyAfterRestart(folder: string): Promise<Row[]> {
  const runs = [1, 2, 3].map(() => {
    const { stdout } = spawnSync(process.execPath, [fileURLToPath(threadScript('bench/spool/restart')), folder])
    return JSON.parse(stdout.toString()) as Restart
  })
  const middle = runs.sort((a, b) => a.ms - b.ms)[1] ?? { ms: 0, cpuMs: 0, mb: 0, jobs: 0 }
  const size = `${middle.jobs} jobs`
  return [
    [`ready after a restart (${size})`, `${Math.round(middle.ms)} ms`, '≤ 700 ms', verdict(middle.ms <= 700)],
    ['… processor time of the process until it is ready, its start included', `${Math.round(middle.cpuMs)} ms`, '', ''],
    ['memory of the process when it is ready', `${Math.round(middle.mb)} MB`, '≤ 250 MB', verdict(middle.mb <= 250)],
  ]
}

/** The longest stall of the event loop during a snapshot of waiting jobs. */
export async function compactionStall(folder: string, count: number): Promise<Row[]> {
  const spool = await openSpool(folder, { ...forever, compactAt: 1e12 })
  for (let done = 0; done < count; done += 1000) await spool.submit(Array.from({ length: 1000 }, postcard))
  await spool.compact()
  const stalls: Stall[] = []
  for (let i = 0; i < 3; i++) stalls.push(await longestStall(() => spool.compact()))
  await spool.close()
  const [wall, cpu] = (['wallMs', 'cpuMs'] as const).map((clock) => median(stalls.map((stall) => stall[clock])))
  const figure = 'longest stall of the event loop in a snapshot of waiting jobs'
  return [
    [figure, `${wall?.toFixed(1)} ms`, '≤ 10 ms', verdict((wall ?? 0) <= 10)],
    ['… processor time of the most expensive turn', `${cpu?.toFixed(1)} ms`, '', ''],
  ]
}

interface Stall {
  /** The longest turn, with the time in which other programs ran. */
  readonly wallMs: number
  /** The processor time of the most expensive turn. */
  readonly cpuMs: number
}

async function longestStall(work: () => Promise<void>): Promise<Stall> {
  let [wallMs, cpuMs, isOver] = [0, 0, false]
  let last = { at: performance.now(), cpu: process.cpuUsage() }
  const onTurn = (): void => {
    const { user, system } = process.cpuUsage(last.cpu)
    wallMs = Math.max(wallMs, performance.now() - last.at)
    cpuMs = Math.max(cpuMs, (user + system) / 1000)
    last = { at: performance.now(), cpu: process.cpuUsage() }
    if (!isOver) setImmediate(onTurn)
  }
  setImmediate(onTurn)
  await work()
  isOver = true
  return { wallMs, cpuMs }
}

/** Time from the call of submit to the first message of the render thread, in a process without other work. */
export async function submitToStart(folder: string): Promise<Row[]> {
  const spool = await openSpool(folder, forever)
  const pool = new RenderPool({ script: threadScript('bench/spool/idle-thread'), threads: 1 })
  await pool.run({})
  const times: number[] = []
  for (let i = 0; i < 500; i++) {
    const start = performance.now()
    await spool.submit([postcard()])
    const claim = await spool.claim({ stage: 'render', holder: 'bench' })
    if (claim === undefined) continue
    await pool.run(claim.job, { onMessage: () => times.push(performance.now() - start) })
    await spool.complete(claim, result)
    await new Promise((later) => setTimeout(later, 2))
  }
  await pool.close()
  await spool.close()
  const ms = percentiles(times).p99 / 1000
  return [['submit to a thread that renders, p99', `${ms.toFixed(1)} ms`, '≤ 10 ms', verdict(ms <= 10)]]
}
