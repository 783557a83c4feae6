import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { mayDraw, NEEDS, type Need, needOf } from '../../../node/attention.ts'
import { clock, duration, number, plural } from '../shared/format.ts'
import type { DaemonState } from '../state/daemon-state.ts'

const WAITING: ReadonlySet<WireJob['status']> = new Set(['queued', 'started', 'rendered'])

/**
 * The room `farm`: all plotters at a glance, for a screen on the wall. Those that need a person come first, then every
 * plotter by room. `app.tsx` shows it in place of the page at the address `#wall`.
 */
export function Wall({ daemon }: { daemon: DaemonState }) {
  const jobs = [...daemon.jobs.values()]
  const waiting = jobs.filter(({ status, plot }) => plot !== undefined && WAITING.has(status))
  const tiles = daemon.plotters.map((plotter) => {
    const isWanted = waiting.some((job) => job.status !== 'started' && mayDraw(plotter, job))
    return { plotter, need: needOf(plotter, isWanted) }
  })
  const urgent = tiles
    .filter(({ need }) => need !== 'none' && need !== 'maintenance')
    .sort((a, b) => NEEDS.indexOf(a.need) - NEEDS.indexOf(b.need))
  const rooms = [...new Set(tiles.map(({ plotter }) => roomOf(plotter)))].sort()
  const tile = ({ plotter, need }: (typeof tiles)[number]) => (
    <Tile key={plotter.name} plotter={plotter} need={need} job={jobOf(plotter, daemon)} />
  )
  return (
    <main class="wall">
      <p class="wall-sum">
        {plural(tiles.length, 'plotter')}, {plural(waiting.length, 'job')} waiting.{' '}
        {urgent.length === 0 ? 'No plotter needs a person.' : `${number(urgent.length)} need a person.`}{' '}
        <a href="#page">Back to the page</a>
      </p>
      {urgent.length > 0 && (
        <section aria-label="Needs a person" class="wall-urgent">
          <h2>Needs a person</h2>
          <ul>{urgent.map(tile)}</ul>
        </section>
      )}
      {rooms.map((room) => (
        <section key={room} aria-label={room}>
          <h2>{room}</h2>
          <ul>{tiles.filter(({ plotter }) => roomOf(plotter) === room).map(tile)}</ul>
        </section>
      ))}
    </main>
  )
}

const roomOf = ({ room, host }: WirePlotter): string => room ?? host ?? 'Plotters'

function jobOf({ state }: WirePlotter, { jobs }: DaemonState): WireJob | undefined {
  return state.is === 'plotting' || state.is === 'paused' ? jobs.get(state.job) : undefined
}

function Tile({ plotter, need, job }: { plotter: WirePlotter; need: Need; job: WireJob | undefined }) {
  const { done = 0, of = 0, secondsLeft } = job?.progress ?? {}
  return (
    <li class={`tile tile-${need === 'none' ? plotter.state.is : need}`}>
      <h3>{plotter.name}</h3>
      <p>{words(plotter, need)}</p>
      {job && (
        <>
          <p class="quiet">{job.title}</p>
          <progress max={Math.max(1, of)} value={done} aria-label={`strokes of ${job.title}`} />
          {secondsLeft !== undefined && <p class="quiet">{duration(secondsLeft)} left</p>}
        </>
      )}
      {plotter.tags && <p class="quiet">{plotter.tags.join(', ')}</p>}
    </li>
  )
}

function words({ state, grant, interrupted, maintenance }: WirePlotter, need: Need): string {
  switch (state.is) {
    case 'unknown':
      return `Unknown since ${clock(state.since)}`
    case 'offline':
      return 'Offline'
    case 'fault':
      return state.message
    case 'plotting':
      return 'Drawing'
    case 'paused':
      return state.prompt ?? 'Paused'
    case 'idle':
      if (interrupted) return `Interrupted: ${interrupted.title}`
      if (maintenance) return `Maintenance: ${maintenance.reason}`
      if (grant || state.ready) return 'Ready'
      return need === 'sheet' ? 'Wants a fresh sheet' : 'Idle'
    default:
      return state satisfies never
  }
}
