import type { WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'
import type { PlotdError } from '../../../src/errors.ts'
import { kebab } from '../args/command.ts'
import { flagFor } from '../args/foreign-words.ts'
import { didYouMean, distance } from '../args/suggest.ts'
import { shortId } from '../ui/format.ts'
import { interruptedChoices } from '../ui/sentences.ts'
import { isOfFlags } from './exit-codes.ts'

type Status = WireJob['status']
type PlotterState = WirePlotter['state']['is']
/** A refused parameter, in the words of the daemon. */
interface Issue {
  readonly field?: unknown
  readonly expected?: unknown
  readonly suggestion?: unknown
}

const issuesOf = (detail: PlotdError['detail']): readonly Issue[] =>
  Array.isArray(detail['issues']) ? detail['issues'] : []

/** What the user typed. */
export interface Typed {
  readonly verb?: string
  /** The verb's own flags and the shared flags, if the verb passes every other flag to its task; else none. */
  readonly flags?: readonly string[]
}

const helpOf = (verb: string): string => `\`plotd ${verb} --help\` shows the words and flags.`.replace('  ', ' ')

/**
 * The next command for an error, when the error's details or the user's words give a better command than
 * docs/errors.md.
 */
export function nextStep({ code, message, detail }: PlotdError, { verb, flags = [] }: Typed = {}): string | undefined {
  if (typeof detail['remedy'] === 'string') return detail['remedy']
  if (typeof detail['verb'] === 'string') return helpOf(detail['verb'])
  if (
    code === 'ERR_JOB_STATE' &&
    typeof detail['id'] === 'string' &&
    Object.hasOwn(BY_STATUS, String(detail['status']))
  )
    return BY_STATUS[detail['status'] as Status](shortId(detail['id']))
  if (code === 'ERR_PLOTTER_STATE' && typeof detail['interrupted'] === 'string')
    return interruptedChoices(shortId(detail['interrupted']), String(detail['name']))
  if (code === 'ERR_PLOTTER_STATE' && Object.hasOwn(BY_PLOTTER, String(detail['state'])))
    return BY_PLOTTER[detail['state'] as PlotterState]
  const issues = code === 'ERR_PARAMS' ? issuesOf(detail) : []
  const hints = foreignFlagHints(issues) || misspeltFlag(issues, flags)
  if (hints !== '') return hints
  if (code === 'ERR_CONFIG' && message.includes('EADDRINUSE')) {
    const free = message.startsWith('printer:') ? 'printer.port: 0` in the configuration' : '--port 0`'
    return `Another program listens on this port, perhaps a second plotd. \`${free} takes any free port.`
  }
  // a name with a dot is a method, such as `job.submit`
  if (code === 'ERR_PARAMS' && typeof detail['task'] === 'string' && !/^plot$|\./.test(detail['task']))
    return `\`plotd task show ${detail['task']}\` lists its parameters, with limits and defaults.`
  return code === 'ERR_PARAMS' && verb !== undefined ? helpOf(verb) : undefined
}

/** The error's message. Where the daemon names a field, this message names the flag that the user typed. */
export function inFlags({ code, message, detail }: PlotdError): string {
  if (code === 'ERR_CONFIG' && !isOfFlags(detail['places'])) return message
  const task = typeof detail['task'] === 'string' ? detail['task'] : ''
  let text = message
  for (const { field } of issuesOf(detail)) {
    const flag = typeof field === 'string' ? flagOf(field, task) : undefined
    // A flag takes no number without a unit.
    if (flag !== undefined)
      text = text.replace(`${String(field)} is `, `${flag} is `).replace('expected milliseconds or a', 'expected a')
  }
  if (task === '') return text
  // The name of a method or of a part of the request tells a user nothing.
  return task === 'plot' || task.includes('.') ? text.replace(`${task}: `, '') : text.replace(`${task}: --`, '--')
}

/** Parameters that a user types without a flag. */
const WORDS: ReadonlySet<string> = new Set([
  'recipient',
  'message',
  'text',
  'pattern',
  'svg',
  'upload',
  'id',
  'ids',
  'name',
])

function flagOf(field: string, task: string): string | undefined {
  const last = field.split('.').at(-1) ?? ''
  if (task === 'plot' || task.includes('.')) return FLAGS[field] ?? FLAGS[last]
  return /^[a-zA-Z]+$/.test(field) && !WORDS.has(field) ? `--${kebab(field)}` : undefined
}

/** Hints for refused fields that are flags of other programs: 'Here --pageDelay is …'; '' when there are none. */
function foreignFlagHints(issues: readonly Issue[]): string {
  const hints = issues.flatMap((issue) => {
    const field = String(issue.field)
    if (FLAGS[field] !== undefined || FLAGS[field.split('.').at(-1) ?? ''] !== undefined) return []
    const here = flagFor(field)
    return here === undefined ? [] : [`Here --${field} is ${here}.`]
  })
  return hints.join(' ')
}

/** Suggests flags of the verb for an unknown parameter, if no parameter of the task is as similar; '' for none. */
function misspeltFlag(issues: readonly Issue[], flags: readonly string[]): string {
  for (const { field, expected, suggestion } of issues) {
    if (typeof field !== 'string' || !String(expected).startsWith('there is no such parameter')) continue
    const word = kebab(field)
    const bound = typeof suggestion === 'string' ? distance(word, kebab(suggestion)) : Number.POSITIVE_INFINITY
    const nearer = flags.filter((flag) => distance(word, flag) < bound)
    const hint = didYouMean(word, nearer, '--')
    if (hint !== '') return hint
  }
  return ''
}

/** The flags of fields, by the field's name in the protocol. */
const FLAGS: Readonly<Record<string, string>> = {
  pageSize: '--page',
  speedPercent: '--speed',
  penDownPercent: '--pen-down',
  dropShorterThan: '--drop-shorter',
  keepOrder: '--keep-order',
  copies: '--copies',
  layers: '--layers',
  runAt: '--at',
  dependsOn: '--after',
  timeoutMs: '--timeout',
  idempotencyKey: '--key',
  output: '--output',
  title: '--title',
  priority: '--priority',
  margin: '--margin',
  scale: '--scale',
  rotate: '--rotate',
  simplify: '--simplify',
  join: '--join',
  passes: '--passes',
  effort: '--effort',
  sheets: '--sheets',
  olderThanMs: '--older',
  penUpPercent: '--pen-up',
  plotter: '--plotter',
  tags: '--tag',
  limit: '--limit',
  search: '--search',
  'retries.max': '--retries',
  'retries.backoffMs': '--backoff',
}

const endedHint = (id: string): string =>
  `\`plotd show ${id}\` shows how it ended; \`plotd again ${id}\` queues the same job once more.`
const waitingHint = (id: string): string =>
  `The job waits in the queue: \`plotd top ${id}\` puts it first, \`plotd hold ${id}\` holds it, \`plotd cancel ${id}\` ends it.`

const BY_STATUS: Readonly<Record<Status, (id: string) => string>> = {
  scheduled: waitingHint,
  queued: waitingHint,
  rendered: waitingHint,
  held: (id) => `\`plotd release ${id}\` lets the job start, \`plotd cancel ${id}\` ends it.`,
  started: (id) => `The job is being rendered: \`plotd watch ${id}\` follows it, \`plotd cancel ${id}\` ends it.`,
  plotting: (id) => `The job is being drawn: \`plotd pause\` lifts the pen, \`plotd cancel ${id}\` ends it.`,
  paused: (id) => `\`plotd resume\` continues the job, \`plotd cancel ${id}\` ends it.`,
  interrupted: (id) => `\`plotd resume ${id}\` continues it; \`plotd retry ${id}\` starts it again on a new sheet.`,
  finished: endedHint,
  failed: (id) => `\`plotd log ${id}\` shows why it failed; \`plotd retry ${id}\` tries it once more.`,
  forgotten: () =>
    'The job was submitted earlier and is no longer kept. Submit with another key (--key) to queue it again.',
  canceled: (id) => `\`plotd retry ${id}\` queues it again from the start.`,
}

const BY_PLOTTER: Readonly<Record<PlotterState, string>> = {
  offline: '`plotd ports` shows what is plugged in, `plotd doctor` shows what is wrong. plotd reconnects by itself.',
  unknown: '`plotd farm hosts` shows which hosts answer. Look at the plotter before you do anything to it.',
  idle: '`plotd plotters` shows what the plotter waits for, `plotd list` shows what is queued.',
  plotting: '`plotd pause` lifts the pen at the end of the stroke, `plotd pause --now` lifts it at once.',
  paused: '`plotd resume` continues, `plotd cancel ID` ends the job. You may change the pen or its height meanwhile.',
  fault: 'Remove the cause, then `plotd clear` and `plotd ready`.',
}
