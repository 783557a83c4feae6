import { BEGUN, HOLDABLE, STATUSES } from '../../../src/daemon/protocol/constants.ts'
import type { Params, Result, WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'
import { allJobs } from '../../node/all-jobs.ts'
import { OPEN, orderedPlot, requestAgain, withParams } from '../../node/job.ts'
import { defineCommand } from '../args/command.ts'
import { withUnit } from '../flags/submit-flags.ts'
import type { Daemon } from '../io/daemon.ts'
import type { Io } from '../io/io.ts'
import { answerJob } from '../jobs/answer-job.ts'
import { findJobs, idsOf, refuseWordsWith } from '../jobs/find-jobs.ts'
import { oneLine } from '../ui/columns.ts'
import { isOrAre, plural, shortId } from '../ui/format.ts'
import { confirms } from '../ui/prompt.ts'
import { inkOnPaper, warningLines } from '../ui/sentences.ts'

type Method = 'job.cancel' | 'job.hold' | 'job.release' | 'job.top' | 'job.retry'

type StatusFilter = NonNullable<Params<'job.list'>['status']>

interface OnJobs {
  readonly about: string
  /** The words before each job in the answer. */
  readonly label: string
  readonly examples: readonly (readonly [string, string])[]
  /** Whether the verb acts on the last named job first. */
  readonly isLastFirst?: boolean
  readonly act: (daemon: Daemon, id: string) => Promise<WireJob & { readonly notes?: Result<'job.submit'>['notes'] }>
}

/** A verb that does the same with each named job, and prints each job. */
const onJobs = ({ about, label, examples, isLastFirst = false, act }: OnJobs) =>
  defineCommand({
    about,
    positionals: { id: { type: 'string', describe: 'ids, the ends of ids, or `last`' } },
    flags: {},
    examples,
    async run({ id }, io) {
      const ids = await findJobs(io.daemon, [id ?? []].flat().map(String))
      const refusals = await onEach(isLastFirst ? ids.toReversed() : ids, async (jobId) => {
        const job = await act(io.daemon, jobId)
        await answerJob(label, job, io)
        io.note(...warningLines(job.notes ?? [], io.notePaint))
      })
      throwFirst(refusals, io)
      return 0
    },
  })

interface OnAll extends OnJobs {
  /** Description of `--all`. */
  readonly all: string
  readonly statuses: StatusFilter
}

const ID_OR_ALL = { id: { type: 'string', describe: 'ids, the ends of ids, or `last`' } } as const
const allFlag = (describe: string) => ({ all: { alias: 'a', type: 'boolean', default: false, describe } }) as const

/** A verb for named jobs, or with `--all` for all jobs in one of `statuses`. */
const onSomeOrAll = (verb: string, { about, label, examples, act, all, statuses }: OnAll) =>
  defineCommand({
    about,
    positionals: ID_OR_ALL,
    flags: allFlag(all),
    examples,
    async run({ id, all }, io) {
      const ids = await someOrAll(verb, id, all ? statuses : [], io)
      throwFirst(await onEach(ids, async (jobId) => answerJob(label, await act(io.daemon, jobId), io)), io)
      return 0
    },
  })

/** The codes of errors that concern one job. */
const REFUSALS: ReadonlySet<string> = new Set([
  'ERR_JOB_STATE',
  'ERR_JOB_UNKNOWN',
  'ERR_FORBIDDEN',
  'ERR_DEPENDENCY_FAILED',
])

/** Acts on each job, also after the daemon has refused one of them. @returns the refusals */
export async function onEach(ids: readonly string[], act: (id: string) => Promise<unknown>): Promise<PlotdError[]> {
  const refusals: PlotdError[] = []
  for (const id of ids) {
    await act(id).catch((thrown: unknown) => {
      const error = toPlotdError(thrown)
      if (!REFUSALS.has(error.code)) throw error
      refusals.push(error)
    })
  }
  return refusals
}

/** Throws the first refusal. Before that, prints each other refusal as a warning. */
export function throwFirst([first, ...others]: readonly PlotdError[], io: Io): void {
  for (const { code, message } of others) io.warn({ code, message: `Refused: ${message}.` })
  if (first) throw first
}

/** The named jobs, or all jobs in one of `statuses`. @throws PlotdError ERR_PARAMS unless one of the two is given */
async function someOrAll(verb: string, id: string | undefined, statuses: StatusFilter, io: Io): Promise<string[]> {
  const words = [id ?? []].flat().map(String)
  refuseWordsWith(statuses.length > 0 ? 'all' : undefined, words, verb)
  if (words.length > 0) return findJobs(io.daemon, words)
  if (statuses.length === 0)
    throw new PlotdError('ERR_PARAMS', 'Which job? Expected ids, the ends of ids, `last`, or --all', { verb })
  const ids = await idsOf(io.daemon, { status: statuses })
  if (ids.length === 0) io.note('No job matches.')
  return ids
}

const callMethod =
  (method: Method) =>
  (daemon: Daemon, id: string): Promise<WireJob> =>
    daemon.call(method, { id })

export const cancel = defineCommand({
  about:
    'Cancel jobs that have not ended. Rendering stops; a job on a plotter ends with the pen up. If ink is on paper, ' +
    'plotd asks first.',
  positionals: ID_OR_ALL,
  flags: {
    ...allFlag('every job that has not ended, also the job that is being drawn'),
    yes: { alias: 'y', type: 'boolean', default: false, describe: 'do not ask about jobs with ink on paper' },
  },
  examples: [
    ['cancel 4XK9QZ', 'by the end of its id'],
    ['cancel --all --yes', 'everything, also what is being drawn, from a script'],
  ],
  async run({ id, all, yes }, io) {
    const ids = await someOrAll('cancel', id, all ? OPEN : [], io)
    const refusals = await onEach(await plotsLast(ids, yes, io), async (jobId) =>
      answerJob('Canceled', await io.daemon.call('job.cancel', { id: jobId }), io),
    )
    // With --all, a job that has ended meanwhile needs no cancel. For example, the cancel of a parent ends a child.
    throwFirst(all ? refusals.filter(({ code }) => code !== 'ERR_JOB_STATE') : refusals, io)
    return 0
  },
})

const ON_PLOTTER = STATUSES.filter((status) => BEGUN.has(status))

/**
 * Asks about ink, unless `isSure`, and stops the plots. A plotter whose plot is canceled begins the next job. So the
 * jobs that wait are canceled before the plots.
 *
 * @returns the jobs in the order of their cancels
 */
async function plotsLast(ids: readonly string[], isSure: boolean, io: Io): Promise<readonly string[]> {
  const named = new Set(ids)
  const find = () => begunJobs(io, ({ id }) => named.has(id))
  let begun = await find()
  const touched = begun.filter((job) => job.touched)
  if (!isSure && touched.length > 0) {
    const words = `cancel ${touched.map((job) => shortId(job.id)).join(' ')}`
    await confirmInk(touched, `Cancel ${touched.length === 1 ? 'it' : 'them'}?`, words, io)
    begun = await find() // before the answer, other jobs may have begun
  }
  const plots = new Set(begun.map(({ id }) => id))
  const waiting = ids.filter((id) => !plots.has(id))
  // To cancel thousands of jobs takes seconds. A plot that does not stop now draws until it is canceled.
  const drawn = waiting.length === 0 ? [] : begun.filter(({ status }) => status === 'plotting')
  await Promise.allSettled(drawn.map(({ id }) => io.daemon.call('job.pause', { id, now: true })))
  return [...waiting, ...plots]
}

/** The matching jobs on a plotter. */
export async function begunJobs({ daemon }: Io, isMatch: (job: WireJob) => boolean): Promise<readonly WireJob[]> {
  const begun: WireJob[] = []
  for await (const job of allJobs(daemon, { status: ON_PLOTTER })) if (isMatch(job)) begun.push(job)
  return begun
}

/** `4XK9QZ (lines): 12 of 40 strokes are on paper` */
const inkLine = (job: WireJob): string => `${shortId(job.id)} (${oneLine(job.title)}): ${inkOnPaper(job)}`

/**
 * On a terminal, asks before jobs with ink are canceled.
 *
 * @param words  the command that cancels the jobs without asking, without `plotd` and `--yes`
 * @throws PlotdError ERR_JOB_STATE without a yes or a terminal
 */
export async function confirmInk(touched: readonly WireJob[], question: string, words: string, io: Io): Promise<void> {
  if (touched.length === 0) return
  const lines = touched.map(inkLine)
  if (io.isInteractive) {
    io.note(...lines)
    if (await confirms(question)) return
  }
  throw new PlotdError('ERR_JOB_STATE', `${lines.join('; ')}. Nothing was canceled`, {
    ids: touched.map((job) => job.id),
    remedy: `\`plotd ${words} --yes\` cancels without asking.`,
  })
}

export const hold = onSomeOrAll('hold', {
  about: 'Hold jobs until `plotd release`: a waiting job does not start, and a rendering stops.',
  label: 'Held',
  act: callMethod('job.hold'),
  all: 'every job that waits or renders',
  statuses: STATUSES.filter((status) => HOLDABLE.has(status)),
  examples: [
    ['hold last', 'the newest'],
    ['hold --all', 'then release one after the other'],
  ],
})

export const release = onSomeOrAll('release', {
  about: 'Let held jobs start.',
  label: 'Released',
  act: callMethod('job.release'),
  all: 'every held job',
  statuses: ['held'],
  examples: [
    ['release last', 'the newest'],
    ['release --all', 'every held job'],
  ],
})

export const top = onJobs({
  about: 'Move jobs to the front of the queue.',
  label: 'To the top',
  act: callMethod('job.top'),
  isLastFirst: true,
  examples: [['top 4XK9QZ', 'it is drawn next']],
})

export const retry = onJobs({
  about:
    'Start failed, canceled or interrupted jobs again. An interrupted plot starts again on a new sheet, without the copies that are complete; `plotd resume` continues on the old sheet.',
  label: 'Queued again',
  async act(daemon, id) {
    const job = await daemon.call('job.retry', { id })
    return { ...job, notes: copiesNote(job) }
  },
  examples: [['retry last', 'the newest']],
})

/** For a job with several copies: a note that says how many a retry leaves out, and how many it draws. */
function copiesNote(job: WireJob): Result<'job.submit'>['notes'] {
  const { plot, spent } = job
  const ordered = orderedPlot(job)?.copies ?? 1
  if (!plot || !spent || ordered === 1) return []
  const { copies: complete = 0 } = spent
  const ink =
    complete === 0
      ? 'ink of an earlier attempt is on paper'
      : `${complete} of ${ordered} copies ${isOrAre(complete)} complete and left out`
  const message = `${ink}; the job now draws ${plural(plot.copies, 'copy', 'copies')}`
  return [{ kind: 'note', code: 'copies', message }]
}

export const again = onJobs({
  about: 'Queue the same job once more, as a new job.',
  label: 'Queued',
  async act(daemon, id) {
    return await daemon.call('job.submit', requestAgain(withParams(await daemon.call('job.get', { id }))))
  },
  examples: [['again last', 'the newest job once more']],
})

export const forget = onJobs({
  about: 'Remove ended jobs from the list. Their SVGs in the output folder stay.',
  label: 'Forgotten',
  async act(daemon, id) {
    const job = await daemon.call('job.get', { id })
    await daemon.call('job.remove', { id })
    return job
  },
  examples: [['forget last', 'the newest']],
})

export const purge = defineCommand({
  about: 'Forget all jobs that ended longer ago than --older. Their SVGs in the output folder stay.',
  positionals: {},
  flags: {
    older: { type: 'string', default: '7d', describe: 'how long ago: 30m, 12h, 7d; 0 means all', requiresArg: true },
  },
  examples: [
    ['purge', 'jobs that ended more than a week ago'],
    ['purge --older 0', 'all ended jobs'],
  ],
  async run({ older }, io) {
    const answer = await io.daemon.call(
      'job.purge',
      /^0(\s*(ms|s|min|m|h|d))?$/.test(older) ? {} : { olderThanMs: withUnit('--older', older) },
    )
    io.answer(answer, () => `Forgot ${plural(answer.removed, 'job')}.`)
    return 0
  },
})
