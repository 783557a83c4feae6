import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { connect, type PlotdClient } from '../clients/node/index.ts'
import type { Params } from '../src/daemon/protocol/index.ts'
import { whilePlotting } from './fan-out/while-plotting.ts'
import { measure, median, type Rate, rawRate, table, whole } from './spool/measure.ts'
import { postcard } from './spool/postcard.ts'

const MAIN = fileURLToPath(new URL('../src/daemon/main.js', import.meta.url))
/**
 * npm run bench daemon -- [--seconds 2] [--rounds 3] [--clients 64] [--subscribers 1000]
 *
 * The whole daemon in a process of its own, asked over real WebSockets: schema, task, spool and disk, acknowledged when
 * durable; and how soon everybody who follows is told while ten
 * plotters draw.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const options = { seconds: text, rounds: text, clients: text, subscribers: text }
  const { values } = parseArgs({ args: [...args], options })
  const folder = await mkdtemp(join(tmpdir(), 'plotd-bench-'))
  const daemon = await start(folder)
  try {
    const [seconds, rounds] = [Number(values.seconds ?? 2), Number(values.rounds ?? 3)]
    await submits(daemon, folder, { seconds, rounds, clients: Number(values.clients ?? 64) })
  } finally {
    daemon.stop()
    await rm(folder, { recursive: true, force: true })
  }
  await whilePlotting([1, 100, Number(values.subscribers ?? 1000)])
}

interface Running {
  readonly client: () => Promise<PlotdClient>
  readonly stop: () => void
}

async function start(folder: string): Promise<Running> {
  const flags = { port: 0, state: join(folder, 'state'), output: join(folder, 'output'), logLevel: 'error' }
  const code = `
    import { serve } from ${JSON.stringify(MAIN)}
    await serve({ flags: ${JSON.stringify(flags)}, env: {}, onReady: ({ url }) => console.log(url) })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const url of createInterface({ input: child.stdout })) {
    const client = () => connect({ url, state: flags.state })
    return { client, stop: () => child.kill('SIGKILL') }
  }
  throw new Error('the daemon did not start')
}

interface Load {
  readonly seconds: number
  readonly rounds: number
  readonly clients: number
}

async function submits(daemon: Running, folder: string, { seconds, rounds, clients }: Load): Promise<void> {
  console.log('Submitting a 629-byte postcard, acknowledged when it is on the disk (× raw: write 4 KiB + fdatasync)\n')
  const rows: string[][] = []
  for (const count of [1, clients]) {
    const all = await Promise.all(Array.from({ length: count }, daemon.client))
    const rates: Rate[] = []
    const ratios: number[] = []
    for (let round = 0; round < rounds; round++) {
      const raw = rawRate(folder, 0.5)
      let turn = 0
      const rate = await measure(count, seconds, () =>
        all[turn++ % count]?.call('job.submit', { ...postcard(), hold: true } as Params<'job.submit'>),
      )
      rates.push(rate)
      ratios.push(rate.perSecond / raw)
    }
    const of = (key: keyof Rate) => median(rates.map((rate) => rate[key]))
    rows.push([`${count}`, whole(of('perSecond')), median(ratios).toFixed(2), whole(of('p50')), whole(of('p99'))])
    for (const client of all) client.close()
  }
  console.log(table(['clients', 'jobs/s', '× raw', 'p50 µs', 'p99 µs'], rows))
}
