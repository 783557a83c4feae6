import { useState } from 'preact/hooks'
import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { Amount } from './compose/pair.tsx'
import type { Store } from './store.ts'

const KNOBS = [
  { key: 'penUpPercent', label: 'Pen up, %', least: 0, most: 100 },
  { key: 'penDownPercent', label: 'Pen down, %', least: 0, most: 100 },
  { key: 'speedPercent', label: 'Speed, %', least: 1, most: 400 },
] as const
type Key = (typeof KNOBS)[number]['key']

/** Pen heights (higher is up) and speed for what is not drawn yet: in a pause, when the line comes out too faint. */
export function Adjust({ store, plotter }: { store: Store; plotter: WirePlotter }) {
  const { name, state } = plotter
  const [asked, ask] = useState<{ readonly [K in Key]?: number }>({})
  const set = (key: Key, value: number | undefined): void => {
    const { [key]: _, ...rest } = asked
    ask(value === undefined ? rest : { ...rest, [key]: value })
  }
  return (
    <fieldset disabled={state.is !== 'idle' && state.is !== 'paused'}>
      <legend>Pen and speed from here on</legend>
      {KNOBS.map(({ key, label, least, most }) => (
        <Amount
          key={key}
          id={`adjust-${name}-${key}`}
          label={label}
          least={least}
          most={most}
          placeholder="as planned"
          value={asked[key]}
          onInput={(value) => set(key, value)}
        />
      ))}
      <button type="button" onClick={() => store.ask('plotter.adjust', { name, ...asked })}>
        Set
      </button>
    </fieldset>
  )
}
