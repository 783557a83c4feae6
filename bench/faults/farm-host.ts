/**
 * `node farm-host.js URL NAME PAPER`: a host of a farm. The host submits, renders and plots until `farm-rounds.ts`
 * kills the host. Each stroke is a line in the file PAPER, synced before the next line.
 */

import { fsyncSync, openSync, writeSync } from 'node:fs'
import { PlotdError } from '../../src/errors.ts'
import { openPostgres, type PostgresSpool } from '../../src/spool/postgres/index.ts'
import type { Claim } from '../../src/spool/spool.ts'
import { result } from '../spool/engines.ts'
import { HOST_TIMES, PERMIT_MS, STROKES } from './farm-times.ts'

const [url = '', host = '', paper = ''] = process.argv.slice(2)
const say = (word: string, id: string): void => void process.stdout.write(`${word} ${id}\n`)
const ink = openSync(paper, 'a')

/** Repeats `work`, also after a refusal, because the server may be away, or the claim may be lost. */
async function always(work: () => Promise<boolean>): Promise<never> {
  for (;;) {
    const worked = await work().catch(() => false)
    if (!worked) await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function plot(spool: PostgresSpool, claim: Claim): Promise<void> {
  const { id } = claim.job
  for (let stroke = 0; stroke < STROKES; stroke++) {
    const sentAt = performance.now()
    const wall = Date.now()
    await spool.progress(claim, { phase: 'plot', done: stroke, begun: stroke + 1, of: STROKES }, true)
    // A late permission is void.
    const isLate = Math.max(performance.now() - sentAt, Date.now() - wall) > PERMIT_MS
    if (claim.signal.aborted) return
    if (isLate) return void (await spool.interrupt(claim, 'connection-lost'))
    writeSync(ink, `${id} ${stroke} ${Date.now()}\n`)
    fsyncSync(ink)
  }
  await spool.complete(claim)
  say('finished', id)
}

/** Retries while the database is down, as a service manager would. */
async function open(): ReturnType<typeof openPostgres> {
  try {
    return await openPostgres({ url, host, machineId: host, ...HOST_TIMES, retention: { jobs: 1e6, days: 1e4 } })
  } catch (thrown) {
    if (!(thrown instanceof PlotdError && thrown.code === 'ERR_SPOOL_WRITE')) throw thrown
    await new Promise((resolve) => setTimeout(resolve, 200))
    return open()
  }
}

const spool = await open()
say('begun', '')
let n = 0
void always(async () => {
  const idempotencyKey = `${host} ${spool.farm.life} ${++n}`
  const [job] = await spool.submit([{ task: 'text', params: n, idempotencyKey, plot: { plotter: 'any', copies: 1 } }])
  if (job !== undefined) say('submitted', job.id)
  await new Promise((resolve) => setTimeout(resolve, 50))
  return true
})
void always(async () => {
  const claim = await spool.claim({ stage: 'render', holder: host })
  if (claim !== undefined) await spool.complete(claim, result)
  return claim !== undefined
})
void always(async () => {
  const claim = await spool.claim({ stage: 'plot', holder: host, plotters: [`${host}-plotter`, 'any'] })
  if (claim !== undefined) await plot(spool, claim)
  return claim !== undefined
})
