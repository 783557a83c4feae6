import type { Result, WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'
import { mayDraw, mustHomeFirst, waitsForSheet } from '../node/attention.ts'

export const NEEDS = ['sheet', 'pen', 'interrupted', 'failed', 'fault', 'batch', 'disk'] as const
export type NeedKind = (typeof NEEDS)[number]

/** A reason to call the operator, computed from the state alone. The same need has the same key in each computation. */
export interface Need {
  readonly key: string
  readonly kind: NeedKind
  readonly title: string
  readonly text: string
  readonly plotter?: string
  readonly job?: string
}

/** The state that the needs come from. */
export interface Situation {
  readonly plotters: readonly WirePlotter[]
  readonly jobs: readonly WireJob[]
  readonly batches: Result<'batch.list'>['batches']
  /** Free fraction of the disk with the state folder, 0 to 1; undefined when unknown. */
  readonly diskFree?: number
  /** Time in ms since 1970. A job or batch that ended before this time causes no need. */
  readonly since: number
}

/** plotd calls the operator when a smaller fraction of the disk is free. */
const DISK_LOW = 0.05

/** All present needs. The titles of some needs contain the title of a job, which often names a recipient. */
export function needsOf({ plotters, jobs, batches, diskFree, since }: Situation): readonly Need[] {
  return [
    ...plotters.flatMap((plotter) => plotterNeeds(plotter, jobs)),
    ...jobs.flatMap((job) => jobNeeds(job, since)),
    ...batches.flatMap((batch) => batchNeeds(batch, since)),
    ...(diskFree !== undefined && diskFree < DISK_LOW ? [DISK] : []),
  ]
}

/**
 * Returns a function that says whether the need of a key has ended. A later need may have the same key if the key
 * begins with `fault`, `sheet` or `disk`. For any other key the function returns false, because no later need has that
 * key. The need `disk` ends only when more than twice `DISK_LOW` is free, so that a small change causes no new message.
 */
export function isMetIn({ plotters, jobs, diskFree }: Situation): (key: string) => boolean {
  return (key) => {
    const { kind, plotter } = partsOf(key, plotters)
    switch (kind) {
      case 'fault':
        return !isUnreachable(plotter) && plotter?.state.is !== 'fault'
      case 'sheet':
        return plotter !== undefined && plotter.state.is === 'idle' && !jobs.some((job) => comesTo(job, plotter))
      case 'disk':
        return diskFree !== undefined && diskFree > 2 * DISK_LOW
      default:
        return false
    }
  }
}

/** The first part of a key, and the plotter that the key names. */
function partsOf(key: string, plotters: readonly WirePlotter[]) {
  const [kind, ...rest] = key.split(':')
  return { kind, plotter: plotters.find(({ name }) => rest.join(':').startsWith(`${name}:`)) }
}

/** Whether a plotter is offline or not listed, or its host is silent. plotd then does not know the plotter's state. */
const isUnreachable = (plotter: WirePlotter | undefined): boolean =>
  plotter === undefined || plotter.state.is === 'offline' || plotter.state.is === 'unknown'

/** The first parts of the keys of `plotterNeeds`. */
const OF_PLOTTERS: ReadonlySet<string | undefined> = new Set(['sheet', 'fault', 'pen', 'stuck'])

/** Returns a function that says whether the need of a key is hidden because plotd does not know its plotter's state. */
export function isHiddenIn({ plotters }: Situation): (key: string) => boolean {
  return (key) => {
    const { kind, plotter } = partsOf(key, plotters)
    return OF_PLOTTERS.has(kind) && isUnreachable(plotter)
  }
}

const DISK: Need = {
  key: 'disk',
  kind: 'disk',
  title: 'The disk is nearly full',
  text: 'Less than 5 % of the disk of the state folder is free. On a full disk plotd accepts no jobs, and plots pause.',
}

const PEN_NEEDS = {
  pen: 'needs another pen',
  layer: 'waits before a layer',
  side: 'needs its sheet turned',
  service: 'needs its pen serviced',
} as const

function plotterNeeds(plotter: WirePlotter, jobs: readonly WireJob[]): readonly Need[] {
  const { name, state } = plotter
  switch (state.is) {
    case 'fault': {
      const key = `fault:${name}:${state.code}:${state.message}`
      const text = `${state.message}. Remove the cause, then run plotd clear ${name}.`
      return [{ key, kind: 'fault', title: `${name} has a fault`, text, plotter: name }]
    }
    case 'paused':
      return pauseNeeds(plotter, state)
    case 'idle':
      return state.ready ? [] : sheetNeeds(plotter, jobs)
    default:
      return []
  }
}

type Pause = Extract<WirePlotter['state'], { readonly is: 'paused' }>

function pauseNeeds({ name, registers }: WirePlotter, state: Pause): readonly Need[] {
  if (state.why === 'pen-change') {
    const { prompt = 'Put in the next pen', asks = 'pen' } = state
    const corners = registers?.required ? ' Show two corners of the sheet (plotd mark).' : ''
    const text = `${prompt}.${corners} Then run plotd resume.`
    const key = `pen:${name}:${state.job}:${state.since}`
    return [{ key, kind: 'pen', title: `${name} ${PEN_NEEDS[asks]}`, text, plotter: name, job: state.job }]
  }
  // A user's pause has no prompt. A pause by plotd has a prompt: the store failed to keep the progress, or was silent.
  if (state.why === 'operator' && state.prompt !== undefined) {
    const text = `${state.prompt}. Then run plotd resume.`
    const key = `stuck:${name}:${state.job}:${state.since}`
    return [{ key, kind: 'fault', title: `${name} stands still`, text, plotter: name, job: state.job }]
  }
  return []
}

/** The need of an idle plotter without a grant. */
function sheetNeeds(plotter: WirePlotter, jobs: readonly WireJob[]): readonly Need[] {
  const { name, job: ownJob, interrupted, feeder, grants = 0, queuePaused, maintenance } = plotter
  if (ownJob !== undefined || interrupted || queuePaused || maintenance) return []
  const waiting = jobs.find((job) => waitsForSheet(job, plotter))
  if (!waiting) return []
  const failed = feeder?.is === 'failed' ? feeder : undefined
  const mustHome = mustHomeFirst(plotter)
  const home = mustHome ? `Run plotd home ${name}. Then put` : 'Put'
  const ready = `${home} a ${failed ? '' : 'fresh '}sheet down and run plotd ready ${name}.`
  const byItself = `Put a fresh sheet down. Then run plotd home ${name}: the plot begins by itself.`
  const text = failed ? `${failed.why}. ${ready}` : mustHome && !plotter.gate ? byItself : ready
  // Any grant meets the need, whichever job comes next. Each grant is counted, so the need after a grant has a new key.
  const key = `sheet:${name}:${grants}`
  return [{ key, kind: 'sheet', title: `${name} needs a sheet`, text, plotter: name, job: waiting.id }]
}

/** Whether a job waits for a sheet of this plotter, or will wait for one after the rendering. */
const comesTo = (job: WireJob, plotter: WirePlotter): boolean =>
  waitsForSheet(job, plotter) || ((job.status === 'queued' || job.status === 'started') && mayDraw(plotter, job))

function jobNeeds(
  { id, title, status, progress, reason, error, endedAt = 0 }: WireJob,
  since: number,
): readonly Need[] {
  if (status === 'interrupted') {
    const { done = 0, of = 0, plotter } = progress ?? {}
    const why = reason?.message ?? 'The plot was cut'
    const text = `${why}, after stroke ${done} of ${of}. Run plotd resume ${id.slice(-6)} to continue.`
    const key = `interrupted:${id}:${reason?.since ?? done}`
    const need = { key, kind: 'interrupted', title: `“${title}” was interrupted`, text, job: id } as const
    return [plotter === undefined ? need : { ...need, plotter }]
  }
  if (status !== 'failed' || endedAt < since) return []
  const text = error?.message ?? 'no reason is known'
  return [{ key: `failed:${id}:${endedAt}`, kind: 'failed', title: `“${title}” failed`, text, job: id }]
}

function batchNeeds(
  { name, left, done, cards, spoiled, failed, endedAt = 0 }: Situation['batches'][number],
  since: number,
): readonly Need[] {
  if (left > 0 || endedAt < since || endedAt === 0) return []
  const bad = [...(spoiled > 0 ? [`${spoiled} spoiled`] : []), ...(failed > 0 ? [`${failed} failed`] : [])]
  const drawn = `${done} of ${cards} ${cards === 1 ? 'card' : 'cards'} ${done === 1 ? 'is' : 'are'} drawn`
  const text = `${drawn}${bad.length > 0 ? `; ${bad.join(', ')}` : ''}.`
  return [{ key: `batch:${name}:${endedAt}`, kind: 'batch', title: `Batch ${name} is done`, text }]
}
