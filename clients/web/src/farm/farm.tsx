import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { plural } from '../shared/format.ts'
import type { DaemonState } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'
import { Commands } from './commands.tsx'
import { TileBody } from './tile-body.tsx'
import { classOf, needWords, oldWords, type Tile, viewOf } from './view.ts'

interface Props {
  readonly store: Store
  readonly daemon: DaemonState
  /** The lists of the jobs. */
  readonly children: ComponentChildren
}

/**
 * A list of the plotters that need their operator, then all plotters by room. The operator chooses some plotters and
 * commands them together.
 */
export function Farm({ store, daemon, children }: Props) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const mayOperate = store.permits('operate')
  const { tiles, urgent, rooms, waiting } = viewOf(daemon)
  const names = tiles.map(({ plotter }) => plotter.name)
  const choose = (some: readonly string[], isChosen: boolean): void =>
    setChosen(new Set(names.filter((name) => (some.includes(name) ? isChosen : chosen.has(name)))))
  const tags = [...new Set(tiles.flatMap(({ plotter }) => plotter.tags ?? []))].sort()
  const withTag = (tag: string) => tiles.flatMap(({ plotter }) => (plotter.tags?.includes(tag) ? [plotter.name] : []))
  const tile = (plotter: Tile) => {
    const { name } = plotter.plotter
    return (
      <li key={name} class={`${classOf(plotter)}${chosen.has(name) ? ' chosen' : ''}`}>
        {mayOperate ? (
          <label class="tile-name">
            <input type="checkbox" checked={chosen.has(name)} onChange={() => choose([name], !chosen.has(name))} />
            <h3>{name}</h3>
          </label>
        ) : (
          <h3>{name}</h3>
        )}
        <TileBody tile={plotter} />
      </li>
    )
  }
  const group = (label: string, some: readonly string[]) => (
    <button
      type="button"
      key={label}
      aria-pressed={some.length > 0 && some.every((name) => chosen.has(name))}
      onClick={() => choose(some, !some.every((name) => chosen.has(name)))}
    >
      {label}
    </button>
  )
  return (
    <div class="farm">
      <header>
        <h1 class="farm-title">Farm</h1>
        <p>
          {plural(tiles.length, 'plotter')}, {daemon.isCutOff && 'more than '}
          {plural(waiting, 'job')} waiting. {needWords(urgent.length)} <strong role="status">{oldWords(daemon)}</strong>
        </p>
        <p class="farm-ways">
          <a href="#wall">View for a wall</a> <a href="#page">Back to the page</a>
        </p>
      </header>
      <main class="farm-rooms">
        {mayOperate && (
          <>
            <div class="farm-choice" role="group" aria-label="Choose plotters">
              {group('All', names)}
              {group(
                'Need their operator',
                urgent.map(({ plotter }) => plotter.name),
              )}
              {rooms.length > 1 && rooms.map((room) => group(room.name, namesOf(room.tiles)))}
              {tags.map((tag) => group(tag, withTag(tag)))}
            </div>
            <Commands store={store} plotters={daemon.plotters.filter(({ name }) => chosen.has(name))} />
          </>
        )}
        {urgent.length > 0 && (
          <section aria-label="Need their operator">
            <h2>Need their operator</h2>
            <ul class="tiles">{urgent.map(tile)}</ul>
          </section>
        )}
        {rooms.map((room) => (
          <section key={room.name} aria-label={room.name}>
            <h2>{room.name}</h2>
            <ul class="tiles">{room.tiles.map(tile)}</ul>
          </section>
        ))}
      </main>
      <nav class="stack" aria-label="Jobs">
        {children}
      </nav>
    </div>
  )
}

const namesOf = (tiles: readonly Tile[]): readonly string[] => tiles.map(({ plotter }) => plotter.name)
