import { STATUSES } from '../../../src/daemon/protocol/constants.ts'
import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { FINAL, OPEN } from '../../node/job.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io/io.ts'
import { type Column, columns } from '../ui/columns.ts'
import { ago, count, duration, plural, priorityName, shortId, trim } from '../ui/format.ts'
import { plotterOf, plotterSentence, progressWords, statusWord } from '../ui/sentences.ts'
import { hang } from '../ui/text.ts'

const PAST = [...FINAL]
/** Values of --status: statuses, groups of statuses, words of `lpstat -W`, and the British spelling of canceled. */
const FILTERS: Readonly<Record<string, readonly WireJob['status'][]>> = {
  live: OPEN,
  past: PAST,
  'not-completed': OPEN,
  completed: PAST,
  cancelled: ['canceled'],
  ...Object.fromEntries(STATUSES.map((status) => [status, [status]])),
}

export const list = defineCommand({
  about: 'List jobs in the order they will be drawn, then past jobs, last ended first.',
  positionals: {},
  flags: {
    status: { alias: 's', type: 'string', choices: Object.keys(FILTERS), describe: 'only jobs in this status' },
    task: { type: 'string', describe: 'only jobs of this task', requiresArg: true },
    tag: { type: 'string', describe: 'only jobs with this tag', requiresArg: true },
    batch: { type: 'string', describe: 'only jobs of this batch', requiresArg: true },
    owner: { type: 'string', describe: 'only jobs that this token submitted', requiresArg: true },
    mine: { alias: 'm', type: 'boolean', default: false, describe: 'only jobs that your own token submitted' },
    search: { type: 'string', describe: 'part of a title or id', requiresArg: true },
    newest: { type: 'boolean', default: false, describe: 'sort by age, newest first, not by queue order' },
    limit: { alias: 'n', type: 'number', default: 30, describe: 'how many jobs at most, also with --json' },
    all: { alias: 'a', type: 'boolean', default: false, describe: 'list all jobs' },
  },
  examples: [
    ['list', 'waiting, drawing and done'],
    ['list --status failed --all --json', 'all failed jobs, for a program'],
  ],
  async run({ status, task, tag, batch, owner, mine, search, newest, limit, all }, io) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new PlotdError('ERR_PARAMS', `--limit ${limit}: expected a whole number from 1 on; --all lists all jobs`)
    const filter = {
      ...(status ? { status: FILTERS[status] ?? [] } : {}),
      ...(task ? { task } : {}),
      ...(tag ? { tag } : {}),
      ...(batch ? { batch } : {}),
      ...(owner ? { owner } : {}),
      ...(mine ? { mine: true as const } : {}),
      ...(search ? { search } : {}),
      sort: newest ? ('newest' as const) : ('queue' as const),
    }
    const [{ jobs, total }, plotters] = await Promise.all([
      pages(io, filter, all ? Number.POSITIVE_INFINITY : limit),
      io.json ? [] : io.daemon.call('plotter.list', {}),
    ])
    if (io.json) for (const job of jobs) io.line(job)
    else if (jobs.length === 0)
      io.print(noJobs({ status, task, tag, batch, owner, mine: mine ? '' : undefined, search }))
    else io.print(...table(jobs, total, io))
    const notable = plotters.filter(({ grant, interrupted }) => grant || interrupted)
    io.print(...notable.flatMap((plotter) => hang(plotterSentence(plotter), io.width)))
    return 0
  },
})

const JOBS_PER_CALL = 500

async function pages(io: Io, filter: object, limit: number) {
  let page = await io.daemon.call('job.list', { ...filter, limit: Math.min(JOBS_PER_CALL, limit) })
  const jobs = [...page.jobs]
  while (page.next !== undefined && jobs.length < limit) {
    page = await io.daemon.call('job.list', {
      ...filter,
      limit: Math.min(JOBS_PER_CALL, limit - jobs.length),
      cursor: page.next,
    })
    jobs.push(...page.jobs)
  }
  return { jobs, total: page.total }
}

function table(jobs: readonly WireJob[], total: number, io: Io): string[] {
  const more = total > jobs.length ? [io.paint.dim(`… and ${plural(total - jobs.length, 'job')} more: --all`)] : []
  return [...columns(jobs, withoutDefaults(jobs, columnsOf(io, Date.now())), io.width), ...more]
}

function noJobs(filters: Readonly<Record<string, string | undefined>>): string {
  const flags = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`.trim()],
  )
  if (flags.length > 0) return `No job matches ${flags.join(' ')}. \`plotd list --all\` shows all jobs.`
  return 'The queue is empty. `plotd postcard Ada "Hello!"` queues a card.'
}

/** Leaves out columns with the default value in every row, so that titles get more room. */
const withoutDefaults = (jobs: readonly WireJob[], all: readonly Column<WireJob>[]): Column<WireJob>[] =>
  all.filter((column) => !(column.title in DEFAULTS) || jobs.some((job) => column.text(job) !== DEFAULTS[column.title]))

const DEFAULTS: Readonly<Record<string, string>> = { PRIORITY: 'normal', PLOTTER: '' }

const columnsOf = ({ paint }: Io, now: number): Column<WireJob>[] => [
  { title: 'ID', text: ({ id }) => shortId(id), paint: (text) => paint.bold(text) },
  { title: 'STATUS', text: ({ status }) => status, paint: (text, { status }) => statusWord(status, paint, text) },
  { title: 'TITLE', text: ({ title }) => title, shrinkTo: 24 },
  { title: 'PRIORITY', text: ({ priority }) => priorityName(priority), expendable: 2 },
  { title: 'PLOTTER', text: plotterOf, expendable: 3 },
  { title: 'SIZE', text: sizeOf, align: 'right', expendable: 4 },
  { title: 'TIME', text: (job) => timeOf(job, now), align: 'right', shrinkTo: 12, expendable: 1 },
  { title: 'AGE', text: ({ createdAt }) => ago(createdAt, now), align: 'right', expendable: 5 },
]

/** The parent or the time that a scheduled job waits for. */
function waitOf({ runAt, reason, dependsOn }: WireJob, now: number): string {
  const [parent = '', ...furtherParents] = dependsOn
  if (reason?.code === 'dependency') return `after ${shortId(parent)}${furtherParents.length === 0 ? '' : ' …'}`
  return runAt === undefined ? '' : `in ${duration(Math.max(0, runAt - now) / 1000)}`
}

const sizeOf = ({ result }: WireJob): string =>
  result ? `${trim(result.widthMm, 0)}×${trim(result.heightMm, 0)} mm` : ''

function timeOf(job: WireJob, now: number): string {
  const { status, progress, result, plot } = job
  if (status === 'scheduled') return waitOf(job, now)
  if (status === 'plotting' && progress) {
    return progress.secondsLeft === undefined ? progressWords(progress) : `${duration(progress.secondsLeft)} left`
  }
  if (plot && progress && job.touched && status !== 'finished')
    return `${count(progress.done)} of ${count(progress.of)}`
  if (plot && status === 'canceled') return 'no ink'
  return result ? duration(result.estimateSeconds) : ''
}
