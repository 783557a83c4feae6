import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Params, WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../command.ts'
import { plural } from '../ui/format.ts'

type NewJob = Params<'job.submit'>
const BATCH = 200

export const exportJobs = defineCommand({
  takes: '',
  about: 'Print every job with its parameters as a JSON line: to keep, to move to another daemon, to count.',
  positionals: {},
  flags: { waiting: { type: 'boolean', default: false, describe: 'only those that are not final' } },
  examples: [
    ['export > jobs.jsonl', ''],
    ['export --waiting | plotd --url other:7475 import -', 'move the queue'],
  ],
  async run({ waiting }, io) {
    let cursor: string | undefined
    do {
      const page = await io.daemon.call('job.list', { limit: BATCH, ...(cursor === undefined ? {} : { cursor }) })
      for (const { id, status } of page.jobs) {
        if (waiting && ['finished', 'failed', 'canceled'].includes(status)) continue
        io.line(await io.daemon.call('job.get', { id }))
      }
      cursor = page.next
    } while (cursor !== undefined)
    return 0
  },
})

export const importJobs = defineCommand({
  takes: '<file>',
  about: 'Queue the jobs of an export again, each as a new job. A job that was imported before is not queued twice.',
  positionals: { file: { type: 'string', describe: 'a file of JSON lines, or - for stdin' } },
  flags: { hold: { type: 'boolean', default: false, describe: 'held, until released' } },
  examples: [['import jobs.jsonl --hold', '']],
  async run({ file, hold }, io) {
    let batch: NewJob[] = []
    let done = 0
    const send = async () => {
      if (batch.length > 0) done += (await io.daemon.call('job.submitAll', { jobs: batch })).length
      batch = []
    }
    for await (const job of jobsIn(String(file))) {
      batch.push(hold ? { ...job, hold } : job)
      if (batch.length === BATCH) await send()
    }
    await send()
    io.answer({ imported: done }, () => `Queued ${plural(done, 'job')}.`)
    return 0
  },
})

async function* jobsIn(file: string): AsyncGenerator<NewJob, void, void> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  let number = 0
  try {
    for await (const line of createInterface({ input })) {
      number++
      if (line.trim() !== '') yield asNew(JSON.parse(line) as WireJob)
    }
  } catch (thrown) {
    const error = toPlotdError(thrown, 'ERR_FILE')
    throw new PlotdError(error.code, `${file}, line ${number}: ${error.message}`, { file, line: number }, thrown)
  }
}

/** What of a job makes it anew: its state and its id stay behind. */
function asNew({ id, task, params, title, tags, priority, timeoutMs, plot, retries, output }: WireJob): NewJob {
  if (typeof id !== 'string' || typeof task !== 'string') {
    throw new PlotdError('ERR_FILE', 'expected a job as `plotd export` writes it, with id and task')
  }
  const optional = { title, tags, priority, timeoutMs, retries, output, plot }
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined))
  return { ...given, task, params, idempotencyKey: `import-${id}` }
}
