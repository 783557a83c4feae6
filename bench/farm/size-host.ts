/**
 * One host of the sizing bench: `node size-host.js URL NAME`. The host prints a line when it is ready. Then the host
 * reads lines of JSON (`SizeWork`), and answers each line with a line (`SizeAnswer`; `{}` for work with 0 clients).
 */

import { createInterface } from 'node:readline'
import { openPostgres } from '../../src/spool/postgres/index.ts'
import type { Claim } from '../../src/spool/spool.ts'
import { result } from '../spool/engines.ts'
import { measure } from '../spool/measure.ts'
import { postcard } from '../spool/postcard.ts'

export interface SizeWork {
  readonly what: 'submit' | 'card' | 'progress'
  readonly clients: number
  readonly seconds: number
}

export interface SizeAnswer {
  readonly perSecond: number
  /** µs. */
  readonly p50: number
  /** µs. */
  readonly p99: number
  /** Commits per second. */
  readonly commits: number
  /** Time for which the commits of the whole measurement held the lock, ms. */
  readonly lockMs: number
}

const [url = '', host = ''] = process.argv.slice(2)
const spool = await openPostgres({ url, host, machineId: host, retention: { jobs: 1e9, days: 1e5 } })

/** Processes one card from its submit until it is drawn, with one durable write of its progress. */
async function card(): Promise<void> {
  await spool.submit([{ ...postcard(), plot: { plotter: host, copies: 1 } }])
  const render = await spool.claim({ stage: 'render', holder: host })
  if (render !== undefined) await spool.complete(render, result)
  const plot = await spool.claim({ stage: 'plot', holder: host, plotters: [host] })
  if (plot === undefined) return
  await spool.progress(plot, { phase: 'plot', done: 1, begun: 2, of: 300 }, true)
  await spool.complete(plot)
}

/** Submits and renders jobs until this host has claimed `count` plots. */
async function plots(count: number): Promise<readonly Claim[]> {
  const claims: Claim[] = []
  while (claims.length < count) {
    await spool.submit([{ ...postcard(), priority: 100, plot: { plotter: host, copies: 1 } }])
    const render = await spool.claim({ stage: 'render', holder: host })
    if (render !== undefined) await spool.complete(render, result)
    const plot = await spool.claim({ stage: 'plot', holder: host, plotters: [host] })
    if (plot !== undefined) claims.push(plot)
  }
  return claims
}

async function work({ what, clients, seconds }: SizeWork): Promise<SizeAnswer> {
  let act: () => Promise<unknown> = what === 'card' ? card : () => spool.submit([postcard()])
  if (what === 'progress') {
    const claims = await plots(clients)
    let done = 0
    act = async () => {
      const claim = claims[done++ % claims.length]
      if (claim !== undefined) await spool.progress(claim, { phase: 'plot', done, of: 1e6 }, true)
    }
  }
  const before = { ...spool.stats }
  const rate = await measure(clients, seconds, act)
  const { commits, lockMs } = spool.stats
  return { ...rate, commits: (commits - before.commits) / seconds, lockMs: lockMs - before.lockMs }
}

const say = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`)
say({ ready: true })
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as SizeWork
  say(message.clients === 0 ? {} : await work(message))
}
await spool.close()
