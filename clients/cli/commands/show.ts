import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { FINAL } from '../../node/job.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io/io.ts'
import { findJob } from '../jobs/find-jobs.ts'
import { oneLine } from '../ui/columns.ts'
import { ago, count, dateAndTime, duration, length, plural, priorityName, size, timeOfDay } from '../ui/format.ts'
import { grantSentence, inkOnPaper, jobDetail, plotterOf, statusWord, warningLines } from '../ui/sentences.ts'
import { clip, pad } from '../ui/text.ts'

export const show = defineCommand({
  about: 'Show a job: its state, figures, warnings and parameters.',
  positionals: { id: { type: 'string', describe: 'id, the end of an id, or `last`' } },
  flags: {},
  examples: [
    ['show last', 'the newest job'],
    ['show 4XK9QZ --json', 'for a program'],
  ],
  async run({ id }, io) {
    const job = await io.daemon.call('job.get', { id: await findJob(io.daemon, String(id)) })
    if (io.json) {
      io.line(job)
      return 0
    }
    const [{ output }, plotters] = await Promise.all([
      job.result ? io.daemon.call('server.info', {}) : { output: '' },
      job.plot && !FINAL.has(job.status) ? io.daemon.call('plotter.list', {}) : [],
    ])
    const readyPlotters = plotters.filter(({ grant }) => grant && 'job' in grant.for && grant.for.job === job.id)
    io.print(...jobLines(job, output, io), ...readyPlotters.map(grantSentence))
    return 0
  },
})

function jobLines(job: WireJob, output: string, io: Io): string[] {
  const { paint } = io
  const facts = [
    ...about(job),
    ...timing(job, Date.now()),
    ...inkFacts(job, output),
    ...parameters(job, io.width - LABEL - 2),
  ]
  const detail = jobDetail(job)
  return [
    `${paint.bold(oneLine(job.title))}  ${statusWord(job.status, paint)}`,
    ...(detail ? [`${detail}${/[.!?]$/.test(detail) ? '' : '.'}`] : []),
    '',
    ...facts.map(([name, value]) => `${paint.dim(pad(name, LABEL))} ${value}`),
    ...warningLines(job.result?.warnings ?? [], paint),
  ]
}

/** Width of the names, cells. */
const LABEL = 12

type Fact = readonly [name: string, value: string]

const about = (job: WireJob): Fact[] => [
  ['id', job.id],
  ['task', job.task],
  ['priority', priorityName(job.priority)],
  ...(job.owner === undefined ? [] : [['owner', job.owner] as const]),
  ...(job.batch ? [['batch', `${job.batch.name}, row ${job.batch.row}`] as const] : []),
  ...(job.spoils
    ? [
        [
          'draws again',
          `job ${job.spoils.job.slice(-6)}, which was spoiled${job.spoils.why === undefined ? '' : `: ${job.spoils.why}`}`,
        ] as const,
      ]
    : []),
  ...(job.tags.length > 0 ? [['tags', job.tags.join(', ')] as const] : []),
  ...(job.dependsOn.length > 0 ? [['after', job.dependsOn.join(', ')] as const] : []),
]

const timing = ({ createdAt, runAt, startedAt, endedAt, attempts }: WireJob, now: number): Fact[] => [
  ['queued', `${dateAndTime(createdAt)} (${ago(createdAt, now)})`],
  ...(runAt === undefined ? [] : [['not before', dateAndTime(runAt)] as const]),
  ...(startedAt && endedAt ? [['took', duration((endedAt - startedAt) / 1000)] as const] : []),
  ...(attempts > 1 ? [['attempts', String(attempts)] as const] : []),
]

function inkFacts(job: WireJob, output: string): Fact[] {
  const { result, plot } = job
  const copies = plot !== undefined && plot.copies > 1 ? `, ${plural(plot.copies, 'copy', 'copies')}` : ''
  const request: Fact[] = plot
    ? [['plotter', `${plotterOf(job)}${copies}`], ...paper(plot), ['drawn', inkOnPaper(job)], ...earlierInk(job)]
    : []
  if (!result) return request
  return [
    ...request,
    ['file', `${output}/${result.path}`],
    ['page', size(result.widthMm, result.heightMm)],
    ['drawing', `${plural(result.strokes, 'stroke')}, ${length(result.penDownMm)} down, ${length(result.travelMm)} up`],
    ['lifts', count(result.lifts)],
    ['time', `about ${duration(result.estimateSeconds)}`],
  ]
}

/** The ink of the attempts before a retry. */
function earlierInk({ spent }: WireJob): Fact[] {
  if (!spent) return []
  const { inkMm, copies = 0 } = spent
  const complete = copies === 0 ? '' : `, ${plural(copies, 'complete copy', 'complete copies')}`
  return [['earlier', `${length(inkMm)} of ink on other sheets${complete}`]]
}

/** Paper and pen options on one line. */
function paper({ pageSize, fit, layers, options = {} }: NonNullable<WireJob['plot']>): Fact[] {
  const settings = Object.entries({ page: pageSize, ...(fit ? { fit: 'page' } : {}), layers, ...options })
  const words = settings.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${String(value)}`]))
  return words.length === 0 ? [] : [['paper', words.join(', ')]]
}

/** The parameters, one line each. A long value is truncated. */
function parameters({ params, paramsError }: WireJob, cells: number): Fact[] {
  if (paramsError) return [['parameters', paramsError.message]]
  if (params === null || typeof params !== 'object') return []
  const fields = Object.entries(params).filter(([, value]) => value !== '')
  return fields.map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return [clip(name, LABEL), clip(text.replaceAll('\n', ' ⏎ '), Math.max(20, cells))]
  })
}

export const log = defineCommand({
  about: 'Show the log of a job: its rendering and its drawing.',
  positionals: { id: { type: 'string', describe: 'id, the end of an id, or `last`' } },
  flags: {},
  examples: [['log last', '']],
  async run({ id }, io) {
    const { entries } = await io.daemon.call('job.logs', { id: await findJob(io.daemon, String(id)) })
    if (io.json) for (const entry of entries) io.line(entry)
    else if (entries.length === 0) io.note('The log is empty.')
    else io.print(...entries.map(({ at, message }) => `${io.paint.dim(timeOfDay(at))}  ${message}`))
    return 0
  },
})
