import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { isWanted, mustHomeFirst, NEEDS, type Need, needOf, waitsForInk } from '../../../node/attention.ts'
import { clock, number } from '../shared/format.ts'
import type { DaemonState } from '../state/daemon-state.ts'

/** A plotter as the views `Farm` and `Wall` show it. */
export interface Tile {
  readonly plotter: WirePlotter
  readonly need: Need
  /** The job that the plotter draws, also during a pause. */
  readonly job: WireJob | undefined
}

/** All plotters, with the data of the views `Farm` and `Wall`. */
export interface FarmView {
  readonly tiles: readonly Tile[]
  /** The plotters with a need other than maintenance, the most urgent first. */
  readonly urgent: readonly Tile[]
  readonly rooms: readonly { readonly name: string; readonly tiles: readonly Tile[] }[]
  /** Number of jobs that wait for ink. */
  readonly waiting: number
}

export function viewOf({ plotters, jobs }: Pick<DaemonState, 'plotters' | 'jobs'>): FarmView {
  const all = [...jobs.values()]
  const tiles = plotters.map((plotter): Tile => {
    const { state } = plotter
    const job = state.is === 'plotting' || state.is === 'paused' ? jobs.get(state.job) : undefined
    return { plotter, need: needOf(plotter, isWanted(plotter, all)), job }
  })
  const names = [...new Set(plotters.map(roomOf))].sort()
  return {
    tiles,
    urgent: tiles
      .filter(({ need }) => need !== 'none' && need !== 'maintenance')
      .sort((a, b) => NEEDS.indexOf(a.need) - NEEDS.indexOf(b.need)),
    rooms: names.map((name) => ({ name, tiles: tiles.filter(({ plotter }) => roomOf(plotter) === name) })),
    waiting: all.filter(waitsForInk).length,
  }
}

const roomOf = ({ room, host }: WirePlotter): string => room ?? host ?? 'Plotters'

/** A warning that the page shows an old state; '' while it follows the daemon. */
export function oldWords({ isConnected, isLoggedOut }: Pick<DaemonState, 'isConnected' | 'isLoggedOut'>): string {
  if (isLoggedOut) return 'Logged out: the shown state is old. Run `plotd open` to log in again.'
  return isConnected ? '' : 'No connection: the shown state is old.'
}

/** A sentence with the number of plotters that need their operator. */
export function needWords(count: number): string {
  if (count === 0) return 'No plotter needs its operator.'
  return count === 1 ? '1 plotter needs its operator.' : `${number(count)} plotters need their operator.`
}

/** The CSS classes of a tile. */
export const classOf = ({ plotter, need }: Tile): string => `tile tile-${need === 'none' ? plotter.state.is : need}`

/** The activity of a plotter, or its need. */
export function wordsOf(plotter: WirePlotter, need: Need): string {
  const { state, grant, interrupted, maintenance } = plotter
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
      if (need !== 'sheet') return 'Idle'
      return mustHomeFirst(plotter) ? 'Must go home first' : 'Needs a fresh sheet'
    default:
      return state satisfies never
  }
}
