import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { connect, mailMerge, type PlotdClient } from '../clients/node/index.ts'
import { table, whole } from './spool/measure.ts'
import { firstLine } from './stalls/child.ts'

const MAIN = fileURLToPath(new URL('../src/daemon/main.js', import.meta.url))
/**
 * Lowest rate that passes on two cores, cards/s. The time begins with the call that checks and queues the cards, and
 * ends when all cards are finished.
 */
const BAR = 100
const TEMPLATES =
  'birthday thank-you holiday blank wedding new-baby get-well congratulations invitation sympathy'.split(' ')

/**
 * npm run bench cards -- [--rows 5000] [--workers 2] [--template birthday]
 *
 * Turns each row of a table into a file in the output folder, through a daemon in its own process. Every row is
 * checked, all jobs are queued durably by one call, and every card is drawn, measured and written durably. The cards
 * use all ten templates in turn, or only the one that `--template` names. The bench also prints the processor time of
 * the daemon, which other programs do not distort.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args: [...args], options: { rows: text, workers: text, template: text } })
  const rows = Number(values.rows ?? 5000)
  const workers = Number(values.workers ?? Math.min(2, availableParallelism()))
  const folder = await mkdtemp(join(tmpdir(), 'plotd-bench-'))
  const daemon = await start(folder, workers)
  try {
    const client = await daemon.client()
    const csv = people(rows, values.template === undefined ? TEMPLATES : [values.template])
    const startedAt = [performance.now(), cpuMs(daemon.pid)] as const
    const { jobs } = await mailMerge(client, csv, { dryRun: true })
    if (jobs.length > 0) throw new Error('a dry run queued something')
    const checked = [performance.now(), cpuMs(daemon.pid)] as const
    await mailMerge(client, csv)
    const queued = performance.now()
    await allFinished(client, rows)
    const done = [performance.now(), cpuMs(daemon.pid)] as const
    const files = readdirSync(join(folder, 'output/postcards')).length
    if (files !== rows) throw new Error(`${files} files for ${rows} rows`)
    const line = (what: string, ms: number, cpu?: number) => [
      what,
      (ms / 1000).toFixed(1),
      whole((1000 * rows) / ms),
      cpu === undefined ? '' : (cpu / rows).toFixed(2),
    ]
    console.log(`${whole(rows)} rows of a table, ${workers} render threads\n`)
    console.log(
      table(
        ['', 's', 'cards/s', 'CPU ms each'],
        [
          line('checked', checked[0] - startedAt[0], checked[1] - startedAt[1]),
          line('checked and queued, on the disk', queued - checked[0]),
          line('checked, queued, drawn, measured and written', done[0] - checked[0], done[1] - checked[1]),
          line('drawn, measured and written', done[0] - queued),
        ],
      ),
    )
    const rate = (1000 * rows) / (done[0] - checked[0])
    console.log(
      `\nThe bar for “checked, queued, drawn, measured and written” is ${BAR} cards/s: ${rate >= BAR ? 'met' : 'not met'}.`,
    )
    if (rate < BAR) process.exitCode = 1
    client.close()
  } finally {
    daemon.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function people(rows: number, templates: readonly string[]): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const message = `Dear friend number ${i}, all the very best to you and yours — come and see the “engine” soon. It runs well, and the garden is green again.`
    return `Person ${i} Lovelace,"${message.replaceAll('"', '""')}",Charles,${templates[i % templates.length]}`
  })
  return ['recipient,message,from,template', ...lines].join('\n')
}

async function allFinished(client: PlotdClient, rows: number): Promise<void> {
  for (;;) {
    const { total } = await client.call('job.list', { status: ['finished'], limit: 1 })
    if (total >= rows) return
    const { total: failed } = await client.call('job.list', { status: ['failed'], limit: 1 })
    if (failed > 0) throw new Error(`${failed} cards failed`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function start(folder: string, workers: number) {
  const flags = {
    port: 0,
    state: join(folder, 'state'),
    output: join(folder, 'output'),
    logLevel: 'error',
    render: { workers },
  }
  const code = `
    import { serve } from ${JSON.stringify(MAIN)}
    await serve({ flags: ${JSON.stringify(flags)}, env: {}, onReady: ({ url }) => console.log(url) })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await firstLine(child)
  const client = () => connect({ url, state: flags.state })
  return { pid: child.pid ?? 0, client, stop: () => child.kill('SIGKILL') }
}

/** User and system time of a process with all its threads, ms; Linux only. */
function cpuMs(pid: number): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const fields = rest.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
