/**
 * The room `flags`: flags that several verbs share, and the options that they give. This file has the flags of a
 * submit.
 */
import type { InferredOptionTypes } from 'yargs'
import type { Params } from '../../../src/daemon/protocol/index.ts'
import { isoTime } from '../../../src/daemon/protocol/iso-time.ts'
import { PlotdError } from '../../../src/errors.ts'
import type { Flags } from '../args/command.ts'
import { cupsOptionFor } from '../args/foreign-words.ts'
import { layerOf } from './prepare-flags.ts'

export type NewJob = Params<'job.submit'>

/**
 * Flags of the verbs that queue jobs from the user's words or files. The short flags -d, -H, -n, -q and -t are those of
 * lp.
 */
export const SUBMIT = {
  priority: {
    alias: 'q',
    type: 'string',
    describe: 'high, normal, low, or 1 to 100',
    requiresArg: true,
    group: 'Job:',
  },
  title: { alias: 't', type: 'string', describe: 'name of the job in the queue', requiresArg: true, group: 'Job:' },
  output: {
    alias: 'o',
    type: 'string',
    describe: 'path of the SVG, below the output folder',
    requiresArg: true,
    group: 'Job:',
  },
  hold: { alias: 'H', type: 'boolean', default: false, describe: 'wait for `plotd release`', group: 'Job:' },
  at: {
    type: 'string',
    describe: 'earliest start: 18:30, 20m (from now), or a date and time',
    requiresArg: true,
    group: 'Job:',
  },
  in: { type: 'string', describe: 'start after this time: 20m, 1.5h', requiresArg: true, group: 'Job:' },
  after: {
    type: 'string',
    describe: 'start when these jobs are finished: ids, the ends of ids or `last`, with commas',
    requiresArg: true,
    group: 'Job:',
  },
  timeout: { type: 'string', describe: 'time limit of rendering, such as 2m', requiresArg: true, group: 'Job:' },
  retries: {
    type: 'number',
    describe: 'how often a failed rendering is repeated',
    requiresArg: true,
    group: 'Job:',
  },
  backoff: {
    type: 'string',
    describe: 'longest wait before the first retry, doubled for each next one; default: 1s',
    requiresArg: true,
    group: 'Job:',
  },
  tag: { type: 'string', describe: 'a word to find the job by', requiresArg: true, group: 'Job:' },
  key: {
    type: 'string',
    describe: 'a job with a key that was used before is not queued again',
    requiresArg: true,
    group: 'Job:',
  },
  'dry-run': {
    type: 'boolean',
    default: false,
    describe: 'check the job and queue nothing',
    group: 'Job:',
  },
  strict: {
    type: 'boolean',
    default: false,
    describe: 'refuse a job when part of it would not be drawn',
    group: 'Job:',
  },
  wait: { alias: 'w', type: 'boolean', default: false, describe: 'follow the job to its end', group: 'Job:' },
  plot: {
    type: 'boolean',
    default: false,
    describe: 'draw the job; without plot flags it ends as an SVG',
    group: 'Plot:',
  },
  plotter: {
    alias: ['p', 'd'],
    type: 'string',
    describe: 'name of the plotter; without it, any plotter',
    requiresArg: true,
    group: 'Plot:',
  },
  'with-pen': {
    type: 'string',
    describe: 'the pen that must be in the holder, by name or colour',
    requiresArg: true,
    group: 'Plot:',
  },
  needs: {
    type: 'string',
    describe: 'tags that the plotter must have, with commas: a4,gold',
    requiresArg: true,
    group: 'Plot:',
  },
  copies: { alias: ['c', 'n'], type: 'number', describe: 'number of sheets', requiresArg: true, group: 'Plot:' },
  layers: {
    alias: 'l',
    type: 'string',
    describe: 'only these layers: numbers or names, with commas',
    requiresArg: true,
    group: 'Plot:',
  },
  page: { type: 'string', describe: 'paper size: a5, letter, 148x105mm', requiresArg: true, group: 'Plot:' },
  fit: { type: 'boolean', default: false, describe: 'scale the drawing to the page', group: 'Plot:' },
  printed: {
    type: 'boolean',
    default: false,
    describe: 'the sheet is printed already: `plotd mark` records how it lies',
    group: 'Plot:',
  },
  register: {
    type: 'boolean',
    default: false,
    describe: 'after each pause before a layer, continue only when `plotd mark` has recorded two places',
    group: 'Plot:',
  },
  speed: {
    alias: 's',
    type: 'number',
    describe: 'drawing speed, percent of the machine’s own',
    requiresArg: true,
    group: 'Plot:',
  },
  pace: {
    type: 'number',
    describe: 'slow down in curves as a hand does: mm/s at a radius of 1 mm, such as 12',
    requiresArg: true,
    group: 'Plot:',
  },
  'pen-down': {
    type: 'number',
    describe: 'height of the pen while it draws, percent; higher is up',
    requiresArg: true,
    group: 'Plot:',
  },
} as const satisfies Flags

export const SUBMIT_MORE =
  'Except with `gate: off`, each sheet waits for `plotd ready`, which says that a fresh sheet is down and ' +
  'the carriage is at home.'

export type SubmitArgs = InferredOptionTypes<typeof SUBMIT>

/**
 * Options of paper and pen, from the flags of `PAPER`, which ask for ink. Of the verbs that queue jobs, only `svg`
 * and `plot` have these flags. For the other verbs, a flag such as `--margin` is a parameter of the task.
 */
export type PaperOptions = Readonly<Record<string, unknown>>

/** The fields of a job that the flags give, without those of `--after`, which names jobs. */
export function jobOptions(args: SubmitArgs, now: number, paper: PaperOptions = {}): Omit<NewJob, 'task' | 'params'> {
  const { title, output, hold, timeout, tag, key, priority } = args
  const ink = plotRequest(args, paper)
  return {
    ...(priority === undefined ? {} : { priority: asPriority(priority) }),
    ...(title === undefined ? {} : { title }),
    ...(output === undefined ? {} : { output: outputName(output) }),
    ...(hold ? { hold } : {}),
    ...notBefore(args, now),
    ...retryOptions(args),
    ...(timeout === undefined ? {} : { timeoutMs: withUnit('--timeout', timeout) }),
    ...(tag === undefined ? {} : { tags: tag.split(',') }),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    ...(ink ? { plot: ink } : {}),
  }
}

/** @throws PlotdError ERR_PARAMS for an option of CUPS, because `lp -o media=a5` does not name a file */
function outputName(output: string): string {
  const here = cupsOptionFor(output)
  if (here === undefined) return output
  throw new PlotdError('ERR_PARAMS', `--output ${output}: this is an option of CUPS; in plotd, use ${here}`)
}

function notBefore({ at, in: wait }: SubmitArgs, now: number): Pick<NewJob, 'runAt'> {
  if (at !== undefined && wait !== undefined)
    throw new PlotdError('ERR_PARAMS', '--at and --in: expected one of the two, not both')
  if (at !== undefined) return { runAt: moment(at, now) }
  if (wait === undefined) return {}
  const ms = span(wait)
  if (ms !== undefined) return { runAt: now + ms }
  throw new PlotdError('ERR_PARAMS', `--in ${wait}: expected a time such as 90s, 20m or 1.5h`)
}

function retryOptions({ retries, backoff }: SubmitArgs): Pick<NewJob, 'retries'> {
  if (retries !== undefined) return { retries: { max: retries, backoffMs: withUnit('--backoff', backoff ?? '1s') } }
  if (backoff === undefined) return {}
  throw new PlotdError('ERR_PARAMS', '--backoff: expected --retries N with it')
}

/** The request for a plot; undefined for a job that is only rendered. Each flag about a plot also requests the plot. */
export function plotRequest(args: SubmitArgs, paper: PaperOptions = {}): NewJob['plot'] {
  const { plot, plotter, needs, copies, layers, page, fit, 'with-pen': pen } = args
  const options = plotOptions(args, paper)
  const ink = [plotter, pen, needs, copies, layers, page, options]
  if (!plot && !fit && ink.every((value) => value === undefined)) return undefined
  return {
    plotter: plotter ?? 'any',
    ...(pen === undefined ? {} : { pen }),
    ...(needs === undefined ? {} : { needs: needs.split(',').map((tag) => tag.trim()) }),
    ...(copies === undefined ? {} : { copies }),
    ...(layers === undefined ? {} : { layers: layers.split(',').map(layerOf) }),
    ...(page === undefined ? {} : { pageSize: page }),
    ...(fit ? { fit } : {}),
    ...(options ? { options } : {}),
    ...(args.strict ? { strict: true } : {}),
  }
}

function asPriority(word: string): NonNullable<NewJob['priority']> {
  if (word === 'normal') return 'default'
  if (word === 'high' || word === 'default' || word === 'low') return word
  if (/^\d+$/.test(word)) return Number(word)
  throw new PlotdError('ERR_PARAMS', `--priority ${word}: expected high, normal, low, or 1 to 100`)
}

const UNITS = { s: 1e3, m: 6e4, min: 6e4, h: 36e5, d: 864e5 } as const

/** A span of time in ms, from a word such as '20m'; undefined for another word. */
export function span(word: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(s|min|m|h|d)$/.exec(word) ?? []
  return amount === undefined ? undefined : Number(amount) * UNITS[unit as keyof typeof UNITS]
}

/**
 * A span of time for the daemon, which checks it. The daemon would take a number without a unit as milliseconds.
 *
 * @throws PlotdError ERR_PARAMS for a number above 0 without a unit
 */
export function withUnit(flag: string, word: string): string {
  if (!(Number(word) > 0)) return word
  const examples = ['s', 'm', 'h'].map((unit) => word + unit).join(', ')
  throw new PlotdError('ERR_PARAMS', `${flag} ${word}: expected a unit, such as ${examples} or ${word}d`)
}

/**
 * A moment in ms since 1970: '18:30' is the next 18:30, '20m' counts from now, else a date and time.
 *
 * @throws PlotdError ERR_PARAMS
 */
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
  const parsed = isoTime(word)
  if (parsed < now) throw new PlotdError('ERR_PARAMS', `--at ${word}: this moment is in the past`)
  if (Number.isFinite(parsed)) return parsed
  throw new PlotdError('ERR_PARAMS', `--at ${word}: expected 18:30, 20m, or a date and time such as 2026-12-24T18:00`)
}

type PlotOptions = NonNullable<NonNullable<NewJob['plot']>['options']>
type InkArgs = Partial<Pick<SubmitArgs, 'speed' | 'pen-down' | 'pace' | 'printed' | 'register'>>

/** `plot.options` from the flags; undefined when none was given. The daemon checks the values. */
export function plotOptions(args: InkArgs, paper: PaperOptions = {}): PlotOptions | undefined {
  const { speed, 'pen-down': penDown, pace, printed, register } = args
  const options = {
    ...paper,
    ...(speed === undefined ? {} : { speedPercent: speed }),
    ...(penDown === undefined ? {} : { penDownPercent: penDown }),
    ...(pace === undefined ? {} : { pace }),
    ...(printed ? { printed } : {}),
    ...(register ? { register } : {}),
  }
  return Object.keys(options).length === 0 ? undefined : options
}
