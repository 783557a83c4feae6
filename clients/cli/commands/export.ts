import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Params, WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'
import { FINAL, requestAgain, withParams } from '../../node/job.ts'
import { defineCommand } from '../args/command.ts'
import type { Daemon } from '../io/daemon.ts'
import { fileError } from '../io/files.ts'
import { idsOf } from '../jobs/find-jobs.ts'
import { plural } from '../ui/format.ts'

type NewJob = Params<'job.submit'>
type ForgottenKey = Params<'job.importKeys'>['keys'][number]
const LINES_PER_CALL = 200
/**
 * Maximum number of bytes of the lines of one call. A longer line has a call of its own. The daemon limits the bytes
 * and values of a call.
 */
const BYTES_PER_CALL = 256 << 10
/** Statuses in which an imported job may start. */
const STARTS: ReadonlySet<string> = new Set(['queued', 'scheduled', 'started', 'rendered'])

export const exportJobs = defineCommand({
  about:
    'Print every job with its parameters as a JSON line, for a backup, a move to another daemon, or statistics. Then print the ' +
    'digests of the idempotency keys of jobs that are no longer kept, so that the other daemon does not queue these jobs again.',
  positionals: {},
  flags: { waiting: { type: 'boolean', default: false, describe: 'only jobs that have not ended, and no digests' } },
  examples: [
    ['export > jobs.jsonl', ''],
    ['export --waiting | plotd --url other:7475 import -', 'move the queue'],
  ],
  more: 'The lines do not hold the files of jobs (SVGs, documents, photos). Copy the folder `uploads` of the state folder before you import.',
  async run({ waiting }, io) {
    const ids = await idsOf(io.daemon, { sort: 'newest' }, ({ status }) => !waiting || !FINAL.has(status))
    // oldest first, so that a job follows the jobs that it depends on
    for (const id of ids.reverse()) {
      const job = await io.daemon.call('job.get', { id })
      io.line(job)
      if (job.paramsError) io.warn(lostParamsWarning(job, job.paramsError))
    }
    if (!waiting) for await (const key of keysOf(io.daemon)) io.line(key)
    return 0
  },
})

async function* keysOf(daemon: Daemon): AsyncGenerator<ForgottenKey, void, void> {
  for (let after: string | undefined; ; ) {
    const { keys, next } = await daemon.call('job.keys', after === undefined ? {} : { after })
    yield* keys
    if (next === undefined) return
    after = next
  }
}

function lostParamsWarning({ id, title }: WireJob, { code, message }: NonNullable<WireJob['paramsError']>) {
  return { code, message: `${id} (${title}) is exported without its parameters: ${message}`, id }
}

export const importJobs = defineCommand({
  about:
    'Add the jobs of an export under their own ids. Ended jobs stay ended, held jobs stay held. A job that the daemon already has does not change.',
  positionals: { file: { type: 'string', describe: 'a file of JSON lines, or - for stdin' } },
  flags: {
    hold: { type: 'boolean', default: false, describe: 'hold the jobs that would start' },
    anew: {
      type: 'boolean',
      default: false,
      describe: 'add each job of the file, ended or not, as a new job, except jobs that an earlier --anew has added',
    },
  },
  examples: [
    ['import jobs.jsonl', 'with the history'],
    ['import jobs.jsonl --hold', 'and start nothing yet'],
    ['import cards.jsonl --anew', 'queue the same jobs again'],
  ],
  async run({ file, hold, anew }, io) {
    const counts = { imported: 0, known: 0 }
    for await (const { jobs, keys } of batchesOf(String(file))) {
      if (keys.length > 0 && !anew) await io.daemon.call('job.importKeys', { keys })
      if (jobs.length === 0) continue
      const { added, known } = anew ? await queueAnew(io.daemon, jobs, hold) : await importBatch(io.daemon, jobs, hold)
      counts.imported += added
      counts.known += known
    }
    io.answer(counts, () => importSummary(counts, anew))
    return 0
  },
})

function importSummary({ imported, known }: { imported: number; known: number }, anew: boolean): string {
  const alreadyHere = known === 0 ? '' : ` ${plural(known, 'job')} ${known === 1 ? 'was' : 'were'} here already.`
  return `${anew ? 'Queued' : 'Imported'} ${plural(imported, 'job')}.${alreadyHere}`
}

function importBatch(daemon: Daemon, jobs: readonly WireJob[], hold: boolean) {
  const imported = hold ? jobs.map((job) => (STARTS.has(job.status) ? { ...job, status: 'held' as const } : job)) : jobs
  return daemon.call('job.import', { jobs: imported as Params<'job.import'>['jobs'] })
}

async function queueAnew(daemon: Daemon, jobs: readonly WireJob[], hold: boolean) {
  const requests = jobs.map((job) => (hold ? { ...asNew(job), hold } : asNew(job)))
  const queued = await daemon.call('job.submitAll', { jobs: requests })
  const known = queued.filter(({ repeated }) => repeated).length
  return { added: queued.length - known, known }
}

interface Batch {
  readonly jobs: WireJob[]
  readonly keys: ForgottenKey[]
}

async function* batchesOf(file: string): AsyncGenerator<Batch, void, void> {
  let batch: Batch = { jobs: [], keys: [] }
  let bytesOfBatch = 0
  for await (const { value, bytes } of linesOf(file)) {
    const count = batch.jobs.length + batch.keys.length
    if (count === LINES_PER_CALL || (count > 0 && bytesOfBatch + bytes > BYTES_PER_CALL)) {
      yield batch
      batch = { jobs: [], keys: [] }
      bytesOfBatch = 0
    }
    if ('digest' in value) batch.keys.push(value)
    else batch.jobs.push(value)
    bytesOfBatch += bytes
  }
  yield batch
}

interface Line {
  readonly value: WireJob | ForgottenKey
  readonly bytes: number
}

async function* linesOf(file: string): AsyncGenerator<Line, void, void> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  let number = 0
  try {
    for await (const line of createInterface({ input })) {
      number++
      const text = line.trim() // also removes a byte order mark
      if (text !== '') yield { value: asExported(JSON.parse(text)), bytes: Buffer.byteLength(text) }
    }
  } catch (thrown) {
    if (number === 0) throw fileError(file, thrown)
    const { code, message } = toPlotdError(thrown, 'ERR_FILE')
    const isOfSystem = (thrown as NodeJS.ErrnoException).errno !== undefined
    const detail = {
      file,
      line: number,
      ...(isOfSystem ? {} : { remedy: 'Correct this line, then import the file again.' }),
    }
    throw new PlotdError(code, `${file}, line ${number}: ${message}`, detail, thrown)
  }
}

function asExported(value: unknown): WireJob | ForgottenKey {
  const { id, task, digest } = (value ?? {}) as Readonly<Record<string, unknown>>
  if (typeof id === 'string' && typeof digest === 'string') return { digest, id }
  if (typeof id === 'string' && typeof task === 'string') return value as WireJob
  throw new PlotdError('ERR_FILE', 'expected a job as `plotd export` writes it, with id and task')
}

/** The request that submits a job again, with a key by which a second import adds no further job. */
const asNew = (job: WireJob): NewJob => ({ ...requestAgain(withParams(job)), idempotencyKey: `import-${job.id}` })
