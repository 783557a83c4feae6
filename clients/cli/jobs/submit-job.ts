/** The room `jobs` finds, submits, merges, previews, follows and resumes jobs for the verbs. */
import type { Result } from '../../../src/daemon/protocol/index.ts'
import { type ErrorCode, PlotdError } from '../../../src/errors.ts'
import { convertFields, fieldsOf, type Schema } from '../../node/typed.ts'
import { camel, SHARED } from '../args/command.ts'
import { jobOptions, type NewJob, type PaperOptions, SUBMIT, type SubmitArgs } from '../flags/submit-flags.ts'
import { sendFonts } from '../fonts/own-font.ts'
import type { Io } from '../io/io.ts'
import { oneLine } from '../ui/columns.ts'
import { plural, shortId } from '../ui/format.ts'
import { jobLine, outputPath, warningLines } from '../ui/sentences.ts'
import { answerJob } from './answer-job.ts'
import { awayNotes } from './away-notes.ts'
import { findJobs } from './find-jobs.ts'

/** The request of a verb for a job: a task, and parameters as words or values. */
export interface JobRequest {
  readonly task: string
  /** Parameters as the user typed them: texts, which the task's schema converts. */
  readonly words: Readonly<Record<string, unknown>>
  /** Parameters that are numbers, booleans or lists already, as from JSON. */
  readonly values?: Readonly<Record<string, unknown>>
  /** Defaults for the job; flags override them. */
  readonly job?: Partial<NewJob>
  readonly paper?: PaperOptions
}

/**
 * Queues the job and prints it. With `--wait`, also follows the job. With `--dry-run`, only checks the job.
 *
 * @returns the exit code
 */
export async function submitJob(request: JobRequest, args: SubmitArgs, io: Io): Promise<number> {
  const { task, values = {}, paper } = request
  const words = await sendFonts(request.words, io)
  const schema = Object.keys(words).length > 0 || args.strict ? await schemaOf(task, io) : {}
  const options = jobOptions(args, Date.now(), paper)
  const after = await afterJobs(args, io)
  const params = { ...values, ...convertFields({ ...words, ...strictParam(args, schema) }, schema) }
  const job = { ...request.job, task, params, ...options, ...after }
  if (args['dry-run']) return await tryOut(job, io)
  if (!args.wait) {
    const queued = await io.daemon.call('job.submit', job)
    await answerJob(stateWord([queued]), queued, io)
    io.note(...warningLines(queued.notes, io.notePaint), ...nextLines(queued, io))
    return 0
  }
  const { follow } = await import('./follow.ts')
  await using client = await io.daemon.connect(awayNotes(io))
  const queued = await client.submit(job)
  if (!io.json)
    io.note(
      jobLine(stateWord([queued]), queued, io.notePaint, await io.daemon.output),
      ...warningLines(queued.notes, io.notePaint),
    )
  return await follow(io, client, queued.id, queued.notes)
}

/** The word with which a verb reports new jobs. */
export const stateWord = (jobs: readonly { readonly status: string }[]): string =>
  jobs.some(({ status }) => status === 'held') ? 'Held' : 'Queued'

/** Checks a job without queueing it. @throws PlotdError the error that a submit would give */
export async function checkJob(job: NewJob, io: Io) {
  const [check] = await io.daemon.call('job.check', { jobs: [job] })
  if (check?.error) throw new PlotdError(check.error.code as ErrorCode, check.error.message, check.error.detail)
  return check
}

/** Shows on one line how many jobs are checked, on a terminal only. */
export function showChecked(done: number, total: number, io: Io): void {
  if (io.isInteractive)
    process.stderr.write(done < total ? `\rChecked ${done} of ${plural(total, 'job')}` : '\r\u001b[K')
}

/** Checks the job without queueing it, and prints the result. @throws PlotdError as `checkJob` */
async function tryOut(job: NewJob, io: Io): Promise<number> {
  const check = await checkJob(job, io)
  const title = job.title ?? check?.title ?? job.task
  const output = job.output ?? check?.output ?? ''
  const warnings = check?.warnings ?? []
  const folder = io.json ? undefined : await io.daemon.output
  io.answer({ task: job.task, title, output, warnings }, () => [
    `Checked ${job.task} "${oneLine(title)}"  →  ${outputPath(output, folder)}`,
    ...warningLines(warnings, io.paint),
    'Nothing was queued.',
  ])
  return 0
}

/** The next commands, for a user at a terminal. */
function nextLines({ id, status, plot }: Result<'job.submit'>, { notePaint }: Io): string[] {
  if (!process.stderr.isTTY) return []
  const job = shortId(id)
  if (status === 'held') return [notePaint.dim(`  \`plotd release ${job}\` lets the job start.`)]
  const next = plot
    ? `Put paper down, then \`plotd ready\`. \`plotd watch ${job}\` follows the job, \`plotd preview ${job}\` shows it.`
    : `\`plotd show ${job}\` lists the job’s figures and what will not be drawn, \`plotd preview ${job}\` shows the drawing.`
  return [notePaint.dim(`  ${next}`)]
}

/** The schema of a task, custom tasks included; without fields for an unknown task. */
export async function schemaOf(task: string, io: Io): Promise<Schema> {
  const { tasks } = await io.daemon.call('task.list', {})
  return (tasks.find(({ name }) => name === task)?.schema ?? {}) as Schema
}

/** The jobs of `--after`, for which a new job waits. */
export const afterJobs = async ({ after }: Pick<SubmitArgs, 'after'>, io: Io): Promise<Pick<NewJob, 'dependsOn'>> =>
  after === undefined ? {} : { dependsOn: await findJobs(io.daemon, after.split(',')) }

/**
 * The parameter `strict`, if the user gave the flag `--strict` and the task has this parameter. The task then refuses a
 * job that it cannot draw exactly as written.
 */
export const strictParam = ({ strict }: Pick<SubmitArgs, 'strict'>, schema: Schema): Record<string, unknown> =>
  strict && fieldsOf(schema).has('strict') ? { strict: true } : {}

/**
 * The arguments that are parameters of the task: all but the flags that every verb has, the flags of a submit, and the
 * verb's `own` arguments.
 */
export function paramsIn(args: object, own: readonly string[] = []): Record<string, unknown> {
  const owned = own.flatMap((name) => [name, camel(name)])
  const known = new Set(['_', '--', '$0', 'help', 'h', ...Object.keys(SHARED), ...owned, ...flagNames()])
  return Object.fromEntries(
    Object.entries(args)
      .filter(([name, value]) => !known.has(name) && value !== undefined)
      .map(([name, value]) => [camel(name), value]),
  )
}

const flagNames = (): string[] =>
  Object.entries(SUBMIT).flatMap(([name, flag]) => [name, camel(name), ...('alias' in flag ? [flag.alias].flat() : [])])
