import { useState } from 'preact/hooks'
import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { short } from '../shared/format.ts'
import { Amount } from '../shared/pair.tsx'
import type { Store } from '../state/store.ts'

const KNOBS = [
  { key: 'penUpPercent', label: 'Pen up, %', least: 0, most: 100 },
  { key: 'penDownPercent', label: 'Pen down, %', least: 0, most: 100 },
  { key: 'speedPercent', label: 'Speed, %', least: 1, most: 400 },
] as const
type Key = (typeof KNOBS)[number]['key']
type Percents = { readonly [K in Key]?: number }

/**
 * Pen heights (higher is up) and speed for what is not drawn yet: in a pause, when the line comes out too faint. Shows what
 * is in force; what is left empty is as planned.
 */
export function Adjust({ store, plotter }: { store: Store; plotter: WirePlotter }) {
  const { name, state, planned, adjusted } = plotter
  const [typed, ask] = useState<Percents | undefined>()
  const asked = typed ?? adjusted
  const set = (key: Key, value: number | undefined): void => {
    const { [key]: _, ...rest } = asked
    ask(value === undefined ? rest : { ...rest, [key]: value })
  }
  const adjust = async (to: Percents): Promise<void> => {
    if (await store.ask('plotter.adjust', { name, ...to })) ask(undefined)
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
          placeholder={planned[key] === undefined ? 'as planned' : `planned: ${short(planned[key])}`}
          value={asked[key]}
          onInput={(value) => set(key, value)}
        />
      ))}
      <div class="controls">
        <button type="button" disabled={typed === undefined} onClick={() => void adjust(asked)}>
          Set
        </button>
        {Object.keys(adjusted).length > 0 && (
          <button type="button" class="plain" onClick={() => void adjust({})}>
            As planned
          </button>
        )}
      </div>
    </fieldset>
  )
}
