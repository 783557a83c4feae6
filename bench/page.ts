import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { chromium, type Page } from 'playwright-core'
import { connect } from '../clients/node/index.ts'
import { loadConfig } from '../src/daemon/config/config.ts'
import { logger } from '../src/daemon/log.ts'
import { startDaemon } from '../src/daemon/main.ts'
import { crowdedSheet } from './page/drawing.ts'
import { MOVEMENTS, measured } from './page/hands.ts'
import { table, whole } from './spool/measure.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
/** No graphics card: the software renderer is the worst that a person may have. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
/** A frame at 60 Hz, ms. */
const LIMIT = 16.7

/**
 * `npm run bench page -- [--strokes 100000]`: how smooth the sheet is under a person's hands, in Chromium at 1280 × 800.
 * Work is the main thread's for one frame, painting included; late is the share of frames that came a frame or more late.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { strokes: { type: 'string', default: '100000' } } })
  if (!existsSync(CHROMIUM)) {
    console.log(`needs ${CHROMIUM}: apt-get install chromium, or set CHROMIUM`)
    return
  }
  const folder = await mkdtemp(join(tmpdir(), 'plotd-bench-'))
  const flags = { port: 0, state: join(folder, 'state'), output: join(folder, 'output'), logLevel: 'error' }
  const daemon = await startDaemon(loadConfig({ flags, env: {} }).config, logger('error', false))
  const { url, token } = daemon
  try {
    const strokes = Number(values.strokes)
    await rendered(url, join(folder, 'state'), crowdedSheet(strokes))
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      const begun = performance.now()
      await page.goto(`${url}/#token=${token}`)
      await page.getByText('moves with the pen up').waitFor({ timeout: 120_000 })
      console.log(
        `${whole(strokes)} strokes, on the sheet after ${((performance.now() - begun) / 1000).toFixed(1)} s\n`,
      )
      await sleep(3000)
      await hands(page)
    } finally {
      await browser.close()
    }
  } finally {
    await daemon.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function hands(page: Page): Promise<void> {
  const rows: string[][] = []
  for (const travel of [false, true]) {
    if (travel) await page.getByText('moves with the pen up').click()
    for (const movement of MOVEMENTS) {
      await sleep(1500)
      const { work, apart } = await page.evaluate<{ work: number[]; apart: number[] }>(measured(movement))
      const late = apart.filter((ms) => ms > 1.5 * LIMIT).length / apart.length
      const over = Math.max(...work) > LIMIT ? 'over' : 'met'
      rows.push([
        travel ? `${movement.name}, with travel` : movement.name,
        ...[0.5, 0.95, 1].map((share) => quantile(work, share).toFixed(1)),
        over,
        ...[0.5, 0.95, 1].map((share) => quantile(apart, share).toFixed(1)),
        `${(100 * late).toFixed(0)} %`,
      ])
    }
  }
  const head = ['hands', 'work p50 ms', 'p95', 'max', `${LIMIT} ms`, 'apart p50 ms', 'p95', 'max', 'late']
  console.log(table(head, rows))
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN

async function rendered(url: string, state: string, svg: string): Promise<void> {
  const client = await connect({ url, state })
  const { sha256 } = await client.upload(svg)
  const { id } = await client.submit({ task: 'svg', params: { upload: sha256, name: 'Crowded' }, title: 'Crowded' })
  let status = ''
  for await (const job of client.watch(id)) status = job.status
  if (status !== 'finished') throw new Error(`the drawing is ${status}`)
  client.close()
}
