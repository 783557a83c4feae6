import { completeSheets } from '../../../src/daemon/protocol/constants.ts'
import type { WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { mustHomeFirst } from '../../node/attention.ts'
import { oneLine } from './columns.ts'
import { count, duration, isOrAre, plural, priorityName, shortId, size, timeOfDay } from './format.ts'
import type { Paint } from './paint.ts'

export function statusWord(status: WireJob['status'], paint: Paint, text: string = status): string {
  if (status === 'plotting') return paint.accent(text)
  if (status === 'failed' || status === 'interrupted') return paint.bad(text)
  if (status === 'finished' || status === 'canceled') return paint.dim(text)
  if (status === 'paused') return paint.bold(text)
  return text
}

/** The whole path of an output file. When the output folder is unknown, the path below this folder. */
export const outputPath = (path: string, folder: string | undefined): string =>
  folder === undefined ? path : `${folder}/${path}`

/**
 * `Queued 4XK9QZ  postcard "Birthday for Ada"  high  →  /srv/output/postcards/postcard_Ada_birthday.svg`
 *
 * @param output  the output folder, when it is known
 */
export function jobLine(word: string, job: WireJob, paint: Paint, output: string | undefined): string {
  const path = job.result?.path ?? job.output
  const parts = [
    `${word} ${paint.bold(shortId(job.id))}`,
    `${job.task} "${oneLine(job.title)}"`,
    priorityName(job.priority),
    ...(job.plot ? [`for ${plotterName(job.plot.plotter)}`] : []),
    ...(path ? ['→', outputPath(path, output)] : []),
  ]
  return parts.join('  ')
}

/** The plotter that draws or drew the job, else the plotter that the job asks for. */
export const plotterOf = ({ plot, progress }: WireJob): string => progress?.plotter ?? plot?.plotter ?? ''

const plotterName = (name: string): string => (name === 'any' ? 'any plotter' : name)

/**
 * The error of a job, else its reason, its progress or its figures; '' when it has none of them. For a canceled job
 * with a plot and without an error: the reason and the ink on paper.
 */
export function jobDetail(job: WireJob): string {
  const { status, reason, error, progress } = job
  if (error) return error.message
  if (status === 'canceled' && job.plot) return [reason?.message, inkOnPaper(job)].filter(Boolean).join('; ')
  if (reason) return reason.message
  if (status === 'plotting' && progress) return progressWords(progress)
  if (job.result) return figures(job.result)
  return ''
}

/** The ink of a job: 'no ink is on paper', '12 of 40 strokes are on paper'. */
export function inkOnPaper({ touched, progress }: WireJob): string {
  if (!touched || !progress) return 'no ink is on paper'
  const { done, of, begun = done, copiesDone = 0 } = progress
  const doubt = begun > done ? `, and perhaps ${plural(begun - done, 'more', 'more')}` : ''
  const sheet = `${count(done)} of ${plural(of, 'stroke')}${doubt}`
  const complete = completeSheets(progress)
  if (complete === 0) return `${sheet} ${isOrAre(begun)} on paper`
  const sheets = plural(complete, 'whole sheet')
  const isBetweenSheets = begun === 0 || complete > copiesDone
  return isBetweenSheets ? `${sheets} ${isOrAre(complete)} on paper` : `${sheets} and ${sheet} of the next are on paper`
}

type Warning = NonNullable<WireJob['result']>['warnings'][number]

/** The lines for warnings: first in red what will not be drawn, then dimmed notes. */
export function warningLines(warnings: readonly Warning[], paint: Paint): string[] {
  const messagesOf = (wantedKind: Warning['kind']) =>
    warnings.filter(({ kind }) => kind === wantedKind).map(({ message }) => message)
  return [...lossLines(messagesOf('loss'), paint), ...noteLines(messagesOf('note'), paint)]
}

export const lossLines = (losses: readonly string[], paint: Paint): string[] =>
  losses.length === 0 ? [] : [paint.bad('Will not be drawn'), ...losses.map((loss) => paint.bad(`  ${loss}`))]

export const noteLines = (notes: readonly string[], paint: Paint): string[] =>
  notes.map((note) => paint.dim(`Note: ${note}`))

type JobProgress = NonNullable<WireJob['progress']>

export function progressWords({ phase, done, of, secondsLeft }: JobProgress): string {
  const left = secondsLeft === undefined ? '' : `${duration(secondsLeft)} left`
  if (phase === 'plot') return [`stroke ${count(done)} of ${count(of)}`, left].filter(Boolean).join('  ')
  return phase === 'render' ? 'rendering' : 'planning'
}

export function figures(result: NonNullable<WireJob['result']>): string {
  const { widthMm, heightMm, strokes, estimateSeconds, warnings } = result
  const parts = [size(widthMm, heightMm), plural(strokes, 'stroke'), `about ${duration(estimateSeconds)} of drawing`]
  const losses = warnings.filter(({ kind }) => kind === 'loss').length
  return [...parts, ...(losses > 0 ? [plural(losses, 'loss', 'losses')] : [])].join(', ')
}

/** The activity of a plotter in sentences, and its grant. */
export function plotterSentence(plotter: WirePlotter): string {
  const { name, state, queuePaused, grant, interrupted, maintenance, job } = plotter
  const isFree = state.is === 'idle' && !interrupted && job === undefined
  if (maintenance && isFree) return `${name} takes no jobs: ${endOfMaintenance(name, maintenance)}`
  const tail = [
    grant && state.is !== 'idle' ? ` ${grantSentence(plotter)}` : '',
    queuePaused ? ' Its queue is paused.' : '',
    maintenance ? ` It takes no further jobs: ${endOfMaintenance(name, maintenance)}` : '',
  ].join('')
  switch (state.is) {
    case 'unknown':
      return `The state of ${name} has been unknown since ${timeOfDay(state.since)}: ${state.why}.${interrupted ? ` ${heldSheet(name, interrupted)}` : ''}${tail}`
    case 'offline':
      return `${name} is offline: ${state.why}.${interrupted ? ` ${heldSheet(name, interrupted)}` : ''}${tail}`
    case 'idle':
      if (interrupted) return heldSheet(name, interrupted) + tail
      return (idleSentence(plotter) ?? grantSentence(plotter)) + tail
    case 'plotting':
      return `${name} is drawing ${shortId(state.job)}.${tail}`
    case 'paused':
      return `${name} paused in ${shortId(state.job)}: ${state.prompt ?? WHY[state.why]}; ${needsMarks(plotter) ? SHOW_CORNERS : HOW_TO_CONTINUE[state.why]}.${tail}`
    case 'fault':
      return `${name} has a fault: ${state.message} [${state.code}]. Remove the cause, then \`plotd clear ${name}\`.${tail}`
    default:
      return state satisfies never
  }
}

const endOfMaintenance = (name: string, { reason }: NonNullable<WirePlotter['maintenance']>): string =>
  `${reason}. \`plotd maintenance ${name} --end\` ends the maintenance.`

/** Words about an idle plotter; undefined when the sentence about its grant is enough. */
function idleSentence(plotter: WirePlotter): string | undefined {
  const { name, state, job, willPause, grant, feeder, button } = plotter
  if (feeder?.is === 'feeding') return `${name} is idle: its feeder brings a sheet for ${shortId(feeder.job)}.`
  if (willPause && (job !== undefined || grant)) {
    return `${name} will pause before the first stroke of ${job === undefined ? 'the next sheet' : shortId(job)}; \`plotd resume\` ends the pause.`
  }
  if (job !== undefined) return `${name} is about to draw ${shortId(job)}.`
  if (grant) return undefined
  if (mustHomeFirst(plotter)) return `${name} is not homed: \`plotd home ${name}\` first.`
  if (state.is === 'idle' && state.ready) return `${name} is ready and draws without asking: its gate is off.`
  const activity = feeder?.is === 'failed' ? `stopped: ${feeder.why}` : 'is idle'
  const press = button === undefined ? '' : ', or press its button'
  return `${name} ${activity}. When a job waits and a fresh sheet is down: \`plotd ready ${name}\`${press}.`
}

/** The purpose of a grant, its giver and its end. */
export function grantSentence({ name, grant }: WirePlotter): string {
  if (!grant) return ''
  const what =
    'job' in grant.for
      ? `${shortId(grant.for.job)} (${oneLine(grant.for.title)}) may begin`
      : `${grant.for.sheets === 1 ? 'the next sheet' : `each of the next ${count(grant.for.sheets)} sheets`} may begin`
  const until = timeOfDay(grant.until).slice(0, 5)
  return `${name} is ready: ${what}. Granted by ${grant.by} until ${until}; \`plotd unready ${name}\` takes the grant back.`
}

type Interrupted = NonNullable<WirePlotter['interrupted']>

/** Names the interrupted job whose sheet lies on the plotter, and the two usual ways to continue. */
const heldSheet = (name: string, interrupted: Interrupted): string =>
  `${name} holds the sheet of the interrupted job ${interruptedJob(interrupted)}: ` +
  `\`plotd resume ${shortId(interrupted.job)}\` continues it, \`plotd ready ${name} --new-sheet\` begins the next job on a new sheet.`

/** An interrupted job and its ink: '4XK9QZ (two, 12 of 40 strokes)'. */
export const interruptedJob = ({ job, title, done, of }: Interrupted): string =>
  `${shortId(job)} (${oneLine(title)}, ${count(done)} of ${plural(of, 'stroke')})`

/** The four commands that a user may choose from for an interrupted job, as one sentence. */
export const interruptedChoices = (job: string, plotter: string): string =>
  `\`plotd resume ${job}\` continues it on the same sheet (--redraw, --skip, --continue or --from STROKE say where); ` +
  `\`plotd retry ${job}\` starts it again on a new sheet; \`plotd ready ${plotter} --new-sheet\` leaves it interrupted and ` +
  `begins the next job; \`plotd cancel ${job}\` ends it.`

const WHY = {
  operator: 'a user paused it',
  'pen-change': 'it needs the next pen',
  sheet: 'it needs the next sheet',
}

/** Whether the plot waits for two marks that show how the sheet lies. */
const needsMarks = ({ registers, marks }: WirePlotter): boolean =>
  registers?.required === true && (marks?.places.length ?? 0) < 2

const SHOW_CORNERS = 'move the pen over two corners (`plotd jog`), and name each of them (`plotd mark top-left`)'

/** For each kind of pause, the command that continues the plot. */
const HOW_TO_CONTINUE = {
  operator: '`plotd resume` continues',
  'pen-change': '`plotd resume` continues',
  sheet: '`plotd ready` continues',
}
