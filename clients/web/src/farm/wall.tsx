/**
 * The room `farm`: all plotters of all hosts. `Wall` (here) is the view for a screen on the wall, at the address
 * `#wall`. `Wall` shows the plotters that need their operator, then all plotters, grouped by the place in which they
 * stand (`room`, else `host`). `Farm` is the view in which an operator commands plotters.
 */
import { plural } from '../shared/format.ts'
import type { DaemonState } from '../state/daemon-state.ts'
import { TileBody } from './tile-body.tsx'
import { classOf, needWords, oldWords, type Tile, viewOf } from './view.ts'

/** All plotters at a glance, for a screen on the wall. */
export function Wall({ daemon }: { daemon: DaemonState }) {
  const { tiles, urgent, rooms, waiting } = viewOf(daemon)
  const tile = (plotter: Tile) => (
    <li key={plotter.plotter.name} class={classOf(plotter)}>
      <h3>{plotter.plotter.name}</h3>
      <TileBody tile={plotter} />
    </li>
  )
  return (
    <main class="wall">
      <header>
        <h1 class="wall-sum">
          {plural(tiles.length, 'plotter')}, {daemon.isCutOff && 'more than '}
          {plural(waiting, 'job')} waiting. {needWords(urgent.length)} {oldWords(daemon)}
        </h1>
        <a href="#farm">Back</a>
      </header>
      {urgent.length > 0 && (
        <section aria-label="Need their operator" class="wall-urgent">
          <h2>Need their operator</h2>
          <ul>{urgent.map(tile)}</ul>
        </section>
      )}
      {rooms.map(({ name, tiles: all }) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          <ul>{all.map(tile)}</ul>
        </section>
      ))}
    </main>
  )
}
