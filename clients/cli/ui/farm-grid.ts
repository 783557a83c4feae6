import type { Result, WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { isWanted, mustHomeFirst, NEEDS, type Need, needOf, waitsForInk } from '../../node/attention.ts'
import { type Column, columns } from './columns.ts'
import { duration, plural, shortId, timeOfDay } from './format.ts'
import type { Paint } from './paint.ts'

export type FarmHost = Result<'host.list'>['hosts'][number]

export interface FarmView {
  readonly hosts: readonly FarmHost[]
  readonly plotters: readonly WirePlotter[]
  /** The queued, started, rendered, plotting, paused and interrupted jobs, in queue order. */
  readonly jobs: readonly WireJob[]
}

/** The farm in lines: counts, problems of hosts, plotters that need their operator, then all plotters, room by room. */
export function farmLines({ hosts, plotters, jobs }: FarmView, paint: Paint, cells: number): string[] {
  const waiting = jobs.filter(waitsForInk)
  const rows = plotters.map((plotter) => {
    const need = needOf(plotter, isWanted(plotter, jobs))
    return { plotter, need, does: activityOf(plotter, need, jobs) }
  })
  const urgent = rows.filter(({ need }) => need !== 'none' && need !== 'maintenance')
  urgent.sort((a, b) => NEEDS.indexOf(a.need) - NEEDS.indexOf(b.need))
  const away = hosts.filter(({ lost, reached, here }) => !here && (lost || !reached))
  const rooms = [...new Set(plotters.map(roomOf))].sort()
  const table = (some: typeof rows) => columns(some, ROW, cells)
  return [
    `${plural(hosts.length, 'host')}, ${plural(plotters.length, 'plotter')}, ${plural(waiting.length, 'job')} waiting`,
    ...away.map((host) => paint.bad(`host ${host.name} ${host.lost ? 'is lost' : 'does not answer'}: ${host.url}`)),
    ...hosts.flatMap(({ name, problems }) => problems.map((problem) => paint.bad(`host ${name}: ${problem}`))),
    ...(urgent.length === 0
      ? ['', 'No plotter needs its operator.']
      : ['', paint.bold('Need their operator'), ...table(urgent).slice(1)]),
    ...rooms.flatMap((room) => [
      '',
      paint.bold(room),
      ...table(rows.filter(({ plotter }) => roomOf(plotter) === room)).slice(1),
    ]),
  ]
}

/** The room in which a plotter stands, by the configuration; without such a room, the plotter's host. */
const roomOf = ({ room, host }: WirePlotter): string => room ?? host ?? 'plotters'

const ROW: readonly Column<{ readonly plotter: WirePlotter; readonly does: string }>[] = [
  { title: 'plotter', text: ({ plotter }) => plotter.name, shrinkTo: 8 },
  { title: 'host', text: ({ plotter }) => plotter.host ?? '', shrinkTo: 6, expendable: 1 },
  { title: 'does', text: ({ does }) => does, shrinkTo: 20 },
  { title: 'tags', text: ({ plotter }) => (plotter.tags ?? []).join(' '), shrinkTo: 8, expendable: 2 },
]

function activityOf(plotter: WirePlotter, need: Need, jobs: readonly WireJob[]): string {
  const { name, state, grant, interrupted, maintenance } = plotter
  switch (state.is) {
    case 'unknown':
      return `unknown since ${timeOfDay(state.since)}`
    case 'offline':
      return `offline: ${state.why}`
    case 'fault':
      return `fault: ${state.message}; plotd clear ${name}`
    case 'plotting':
      return `drawing ${ofJob(state.job, jobs)}`
    case 'paused':
      return `paused in ${shortId(state.job)}: ${state.prompt ?? state.why}`
    case 'idle':
      if (interrupted) return `interrupted: plotd resume ${shortId(interrupted.job)}`
      if (maintenance) return `maintenance: ${maintenance.reason}`
      if (grant || state.ready) return 'ready'
      if (need !== 'sheet') return 'idle'
      return mustHomeFirst(plotter) ? `not homed: plotd home ${name}` : `needs a sheet: plotd ready ${name}`
    default:
      return state satisfies never
  }
}

function ofJob(id: string, jobs: readonly WireJob[]): string {
  const job = jobs.find((candidate) => candidate.id === id)
  if (!job) return shortId(id)
  const { done = 0, of = 0, secondsLeft } = job.progress ?? {}
  const left = secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`
  return `${shortId(id)} ${job.title} ${done} of ${of}${left}`
}

export function hostLines(hosts: readonly FarmHost[], cells: number): string[] {
  const state = ({ here, lost, reached, silentMs }: FarmHost): string => {
    if (here) return 'answers this command'
    if (lost) return `lost: silent for ${duration(silentMs / 1000)}`
    return reached ? 'reached' : 'does not answer'
  }
  const all: readonly Column<FarmHost>[] = [
    { title: 'HOST', text: ({ name }) => name },
    { title: 'STATE', text: state },
    { title: 'PLOTTERS', text: ({ plotters }) => plotters.join(' ') || 'none: it renders', shrinkTo: 12 },
    { title: 'VERSION', text: ({ version }) => version, expendable: 2 },
    { title: 'ADDRESS', text: ({ url }) => url, shrinkTo: 12, expendable: 1 },
  ]
  return columns(hosts, all, cells)
}
