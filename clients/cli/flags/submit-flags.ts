import type { Params } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import type { Flags } from '../args/command.ts'
import { plotOptions } from './plot-options.ts'

export type NewJob = Params<'job.submit'>

/** What every verb that queues something takes; lp's letters where it has them. */
export const SUBMIT = {
  priority: {
    alias: 'q',
    type: 'string',
    describe: 'high, default, low, or 1 to 100',
    requiresArg: true,
    group: 'The job:',
  },
  title: { alias: 't', type: 'string', describe: 'its name in the queue', requiresArg: true, group: 'The job:' },
  output: {
    alias: 'o',
    type: 'string',
    describe: 'where the SVG goes, below the output folder',
    requiresArg: true,
    group: 'The job:',
  },
  hold: { alias: 'H', type: 'boolean', default: false, describe: 'wait for `plotd release`', group: 'The job:' },
  at: { type: 'string', describe: 'not before: 18:30, 20m, or a date and time', requiresArg: true, group: 'The job:' },
  in: { type: 'string', describe: 'not before that long from now: 20m, 1.5h', requiresArg: true, group: 'The job:' },
  after: {
    type: 'string',
    describe: 'not before these jobs are finished: ids, their ends, or `last`, with commas',
    requiresArg: true,
    group: 'The job:',
  },
  timeout: { type: 'string', describe: 'limit on rendering, say 2m', requiresArg: true, group: 'The job:' },
  retries: {
    type: 'number',
    describe: 'how often a failed rendering is tried again',
    requiresArg: true,
    group: 'The job:',
  },
  backoff: {
    type: 'string',
    describe: 'the wait before the first of these, doubling: 1s unless given',
    requiresArg: true,
    group: 'The job:',
  },
  tag: { type: 'string', describe: 'a word to find it by', requiresArg: true, group: 'The job:' },
  key: { type: 'string', describe: 'the same key again does not queue it twice', requiresArg: true, group: 'The job:' },
  'dry-run': {
    type: 'boolean',
    default: false,
    describe: 'say what would become of it, and queue nothing',
    group: 'The job:',
  },
  strict: {
    type: 'boolean',
    default: false,
    describe: 'refuse the job when something of it would not be drawn',
    group: 'The job:',
  },
  wait: { alias: 'w', type: 'boolean', default: false, describe: 'stay until it is done', group: 'The job:' },
  plot: { type: 'boolean', default: false, describe: 'draw it: without this it ends as an SVG', group: 'Ink:' },
  plotter: {
    alias: ['p', 'd'],
    type: 'string',
    describe: 'on this plotter; any unless named',
    requiresArg: true,
    group: 'Ink:',
  },
  copies: { alias: 'c', type: 'number', describe: 'how many sheets', requiresArg: true, group: 'Ink:' },
  layers: {
    alias: 'l',
    type: 'string',
    describe: 'only these: numbers, names or pens, with commas',
    requiresArg: true,
    group: 'Ink:',
  },
  page: { type: 'string', describe: 'paper: a5, letter, 148x105mm', requiresArg: true, group: 'Ink:' },
  fit: { type: 'boolean', default: false, describe: 'scale the drawing to the page', group: 'Ink:' },
  speed: {
    alias: 's',
    type: 'number',
    describe: 'drawing speed, percent of the machine’s own',
    requiresArg: true,
    group: 'Ink:',
  },
  'pen-down': {
    type: 'number',
    describe: 'height of the pen while it draws, percent; higher is up, as AxiDraw has it',
    requiresArg: true,
    group: 'Ink:',
  },
} as const satisfies Flags

export const SUBMIT_MORE =
  'Ink waits for `plotd ready`: a person’s word that a fresh sheet is down and the carriage is at home.'

/** The flags of SUBMIT as they were given. */
export interface SubmitArgs {
  readonly priority: string | undefined
  readonly title: string | undefined
  readonly output: string | undefined
  readonly hold: boolean
  readonly at: string | undefined
  readonly in: string | undefined
  readonly after: string | undefined
  readonly timeout: string | undefined
  readonly retries: number | undefined
  readonly backoff: string | undefined
  readonly tag: string | undefined
  readonly key: string | undefined
  readonly 'dry-run': boolean
  readonly strict: boolean
  readonly wait: boolean
  readonly plot: boolean
  readonly plotter: string | undefined
  readonly copies: number | undefined
  readonly layers: string | undefined
  readonly page: string | undefined
  readonly fit: boolean
  readonly speed: number | undefined
  readonly 'pen-down': number | undefined
}

/** What the flags say about a job, apart from its task and parameters. */
export function jobOptions(args: SubmitArgs, now: number): Omit<NewJob, 'task' | 'params'> {
  const { title, output, hold, timeout, tag, key, priority } = args
  const ink = plotRequest(args)
  return {
    ...(priority === undefined ? {} : { priority: asPriority(priority) }),
    ...(title === undefined ? {} : { title }),
    ...(output === undefined ? {} : { output }),
    ...(hold ? { hold } : {}),
    ...notBefore(args, now),
    ...tries(args),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(tag === undefined ? {} : { tags: tag.split(',') }),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    ...(ink ? { plot: ink } : {}),
  }
}

function notBefore({ at, in: wait }: SubmitArgs, now: number): Pick<NewJob, 'runAt'> {
  if (at !== undefined && wait !== undefined) throw new PlotdError('ERR_PARAMS', '--at and --in: expected one of them')
  if (at !== undefined) return { runAt: moment(at, now) }
  if (wait === undefined) return {}
  const ms = span(wait)
  if (ms !== undefined) return { runAt: now + ms }
  throw new PlotdError('ERR_PARAMS', `--in ${wait}: expected a time such as 90s, 20m or 1.5h`)
}

function tries({ retries, backoff }: SubmitArgs): Pick<NewJob, 'retries'> {
  if (retries !== undefined) return { retries: { max: retries, backoffMs: backoff ?? '1s' } }
  if (backoff === undefined) return {}
  throw new PlotdError('ERR_PARAMS', '--backoff needs --retries: how often')
}

/** Any flag about ink asks for ink. */
function plotRequest(args: SubmitArgs): NewJob['plot'] {
  const { plot, plotter, copies, layers, page, fit } = args
  const options = plotOptions(args)
  const asked = plot || fit || [plotter, copies, layers, page, options].some((value) => value !== undefined)
  if (!asked) return undefined
  return {
    plotter: plotter ?? 'any',
    ...(copies === undefined ? {} : { copies }),
    ...(layers === undefined ? {} : { layers: layers.split(',').map(layer) }),
    ...(page === undefined ? {} : { pageSize: page }),
    ...(fit ? { fit } : {}),
    ...(options ? { options } : {}),
    ...(args.strict ? { strict: true } : {}),
  }
}

const layer = (word: string): string | number => (/^\d+$/.test(word.trim()) ? Number(word) : word.trim())

function asPriority(word: string): NonNullable<NewJob['priority']> {
  if (word === 'high' || word === 'default' || word === 'low') return word
  if (/^\d+$/.test(word)) return Number(word)
  throw new PlotdError('ERR_PARAMS', `--priority ${word}: expected high, default, low, or 1 to 100`)
}

const UNITS = { s: 1e3, m: 6e4, min: 6e4, h: 36e5, d: 864e5 } as const

/** '20m' in ms; undefined when it is no such thing. */
function span(word: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(s|min|m|h|d)$/.exec(word) ?? []
  return amount === undefined ? undefined : Number(amount) * UNITS[unit as keyof typeof UNITS]
}

/** '18:30' is the next one, '20m' is from now, anything else a date and time. @throws PlotdError ERR_PARAMS */
export function moment(word: string, now: number): number {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(word) ?? []
  if (hours !== undefined && Number(hours) < 24 && Number(minutes) < 60) {
    const day = new Date(now)
    day.setHours(Number(hours), Number(minutes), 0, 0)
    if (day.getTime() <= now) day.setDate(day.getDate() + 1)
    return day.getTime()
  }
  const ms = span(word)
  if (ms !== undefined) return now + ms
  const parsed = Date.parse(word)
  if (parsed < now) throw new PlotdError('ERR_PARAMS', `--at ${word}: this moment is in the past`)
  if (Number.isFinite(parsed)) return parsed
  throw new PlotdError('ERR_PARAMS', `--at ${word}: expected 18:30, 20m, or a date and time such as 2026-12-24T18:00`)
}
