import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Job } from '../../src/spool/job.ts'
import { openPostgres, type PostgresSpool } from '../../src/spool/postgres/index.ts'
import { threadScript } from '../../src/threads.ts'
import { HOST_TIMES, STROKES } from './farm-times.ts'

/** Faults of a farm: a host is killed, frozen for a while or cut off, or the database is killed and started again. */
export const FAULTS = ['kill', 'freeze', 'cut', 'database'] as const
export type Fault = (typeof FAULTS)[number]

/** The database server of the hosts. */
export interface TestServer {
  readonly folder: string
  /** The address for clients that are never cut off. */
  readonly url: string
  /** Opens a proxy to the server. `hold` stops the proxy's bytes until `release`; `cut` closes its connections. */
  wire(): Promise<{ readonly url: string; hold(): void; cut(): void; release(): void; close(): Promise<void> }>
  /** Kills the server and starts it again. */
  restart(): Promise<void>
}

export interface FarmReport {
  readonly acknowledged: number
  readonly strokes: number
  readonly interrupted: number
  /** The errors that the check found, in sentences. */
  readonly wrong: readonly string[]
}

interface Host {
  readonly child: ChildProcess
  readonly paper: string
  readonly wire: Awaited<ReturnType<TestServer['wire']>>
}

/** Duration of a freeze or a cut, ms: longer than the time after which a host counts as lost. */
const AWAY_MS = 2_500

/**
 * Runs two hosts on one queue and causes `faults` one after the other. Then compares the jobs in the queue with the
 * strokes on the papers and with the acknowledgements that the hosts printed.
 */
export async function farmRounds(server: TestServer, faults: readonly Fault[]): Promise<FarmReport> {
  const acknowledged = new Map<string, string>()
  const papers: string[] = []
  const givenUp = new Map<string, number>()
  const watcher = await openPostgres({ url: server.url, host: 'watcher', machineId: 'watcher', ...HOST_TIMES })
  await watcher.subscribe((event) => {
    if (event.type === 'changed' && event.job.status === 'interrupted') givenUp.set(event.job.id, Date.now())
  })
  const hosts: Host[] = []
  const add = async (name: string, life: number): Promise<Host> => {
    const host = await startHost(server, name, join(server.folder, `${name}-${life}.paper`), acknowledged)
    papers.push(host.paper)
    return host
  }
  try {
    hosts.push(await add('A', 0), await add('B', 0))
    for (const [round, fault] of faults.entries()) {
      const victim = (round + Math.floor(round / FAULTS.length)) % 2
      const host = hosts[victim]
      if (host === undefined) continue
      await untilPlotting(watcher, victim === 0 ? 'A' : 'B')
      await sleep((round * 37) % 100)
      await cause(fault, host, server)
      if (fault === 'kill') {
        await host.wire.close()
        hosts[victim] = await add(victim === 0 ? 'A' : 'B', round + 1)
      }
    }
    await sleep(2 * HOST_TIMES.lossMs)
    // A slow machine needs more time. For N faults, the papers must have more than N times half the strokes of a job.
    while (strokesIn(papers) <= (STROKES / 2) * faults.length) await sleep(200)
  } finally {
    for (const { child, wire } of hosts) {
      child.kill('SIGKILL')
      await wire.close()
    }
  }
  const wrong = [...inkedTwice(papers), ...inkedLate(papers, givenUp)]
  const strokes = strokesOf(papers)
  let interrupted = 0
  for (const [id, word] of acknowledged) {
    const job = await watcher.get(id)
    if (job === undefined) wrong.push(`job ${id} was ${word} and is gone`)
    else if (word === 'finished' && job.status !== 'finished') wrong.push(`job ${id} was finished and is ${job.status}`)
    else if (job.status === 'interrupted') {
      interrupted++
      wrong.push(...miscounted(job, strokes.get(id)?.length ?? 0))
    }
  }
  await watcher.close()
  return { acknowledged: acknowledged.size, strokes: strokesIn(papers), interrupted, wrong }
}

async function startHost(
  server: TestServer,
  name: string,
  paper: string,
  acknowledged: Map<string, string>,
): Promise<Host> {
  const wire = await server.wire()
  writeFileSync(paper, '')
  const script = fileURLToPath(threadScript('bench/faults/farm-host'))
  const child = spawn(process.execPath, [script, wire.url, name, paper], { stdio: ['ignore', 'pipe', 'inherit'] })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word = '', id = ''] = line.split(' ')
    if (id !== '') acknowledged.set(id, word)
  })
  return { child, paper, wire }
}

async function untilPlotting(watcher: PostgresSpool, host: string): Promise<void> {
  const isOfHost = ({ progress }: Job): boolean => progress?.host === host && progress.done > 2
  while (!(await watcher.list({ status: ['plotting'] }).catch(() => ({ jobs: [] }))).jobs.some(isOfHost))
    await sleep(20)
}

async function cause(fault: Fault, { child, wire }: Host, server: TestServer): Promise<void> {
  switch (fault) {
    case 'kill':
      child.kill('SIGKILL')
      await once(child, 'close')
      return
    case 'freeze':
      child.kill('SIGSTOP')
      await sleep(AWAY_MS)
      child.kill('SIGCONT')
      return
    case 'cut':
      wire.hold()
      await sleep(AWAY_MS)
      wire.cut()
      wire.release()
      return
    case 'database':
      await server.restart()
  }
}

interface Stroke {
  readonly stroke: number
  readonly at: number
}

function strokesOf(papers: readonly string[]): Map<string, Stroke[]> {
  const strokes = new Map<string, Stroke[]>()
  for (const line of papers.flatMap((paper) => readFileSync(paper, 'utf8').split('\n'))) {
    const [id = '', stroke, at] = line.split(' ')
    if (at === undefined) continue
    const ofJob = strokes.get(id) ?? []
    ofJob.push({ stroke: Number(stroke), at: Number(at) })
    strokes.set(id, ofJob)
  }
  return strokes
}

const strokesIn = (papers: readonly string[]): number => [...strokesOf(papers).values()].flat().length

function inkedTwice(papers: readonly string[]): string[] {
  return [...strokesOf(papers)].flatMap(([id, strokes]) => {
    const distinct = new Set(strokes.map(({ stroke }) => stroke))
    return distinct.size === strokes.length
      ? []
      : [`job ${id} has ${strokes.length - distinct.size} strokes twice on the paper`]
  })
}

function inkedLate(papers: readonly string[], givenUp: ReadonlyMap<string, number>): string[] {
  return [...strokesOf(papers)].flatMap(([id, strokes]) => {
    const end = givenUp.get(id)
    const lateStrokes = end === undefined ? 0 : strokes.filter(({ at }) => at > end).length
    return lateStrokes === 0 ? [] : [`job ${id} got ${lateStrokes} strokes after it was given up`]
  })
}

function miscounted({ id, progress }: Job, strokesOnPaper: number): string[] {
  const { done = 0, begun = 0 } = progress ?? {}
  if (done <= strokesOnPaper && strokesOnPaper <= Math.max(begun, done)) return []
  return [`job ${id} says ${done} done and ${begun} begun, and has ${strokesOnPaper} strokes on the paper`]
}
