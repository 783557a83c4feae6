import { useState } from 'preact/hooks'
import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { short } from '../shared/format.ts'
import { NumberPair } from '../shared/pair.tsx'
import type { Store } from '../state/store.ts'

const SETTINGS = [
  { key: 'penUpPercent', label: 'Pen up, %', min: 0, max: 100 },
  { key: 'penDownPercent', label: 'Pen down, %', min: 0, max: 100 },
  { key: 'speedPercent', label: 'Speed, %', min: 1, max: 400 },
] as const
type Key = (typeof SETTINGS)[number]['key']
type Percents = { readonly [K in Key]?: number }
/** The fields that the user has changed. An undefined value is an emptied field. */
type Changes = { readonly [K in Key]?: number | undefined }

/**
 * Inputs for the pen heights and the speed of the strokes still to come, for instance when the line is too faint. With
 * a greater percentage the pen is higher. A field shows the value that a user has set. An empty field means the planned
 * value.
 */
export function Adjust({ store, plotter }: { store: Store; plotter: WirePlotter }) {
  const { name, state, planned, adjusted } = plotter
  const [changes, setChanges] = useState<Changes>({})
  // A field that this user has not changed shows the present setting, which another page may have changed.
  const values = withChanges(adjusted, changes)
  const adjust = async (percents: Percents): Promise<void> => {
    if (!(await store.request('plotter.adjust', { name, ...percents }))) return
    setChanges((now) => changesAfter(changes, now)) // the user may have changed a field meanwhile
  }
  return (
    <fieldset disabled={state.is !== 'idle' && state.is !== 'paused'}>
      <legend>Pen and speed from now on</legend>
      {SETTINGS.map(({ key, label, min, max }) => (
        <NumberPair
          key={key}
          id={`adjust-${name}-${key}`}
          label={label}
          min={min}
          max={max}
          placeholder={planned[key] === undefined ? 'as planned' : `planned: ${short(planned[key])}`}
          value={values[key]}
          onInput={(value) => setChanges({ ...changes, [key]: value })}
        />
      ))}
      <div class="controls">
        <button type="button" disabled={Object.keys(changes).length === 0} onClick={() => void adjust(values)}>
          Set
        </button>
        {Object.keys(adjusted).length > 0 && (
          <button type="button" class="plain" onClick={() => void adjust({})}>
            Back to planned
          </button>
        )}
      </div>
    </fieldset>
  )
}

/** The changes of `now` that `before` does not have. */
const changesAfter = (before: Changes, now: Changes): Changes =>
  Object.fromEntries(
    SETTINGS.filter(({ key }) => key in now && !(key in before && before[key] === now[key])).map(({ key }) => [
      key,
      now[key],
    ]),
  )

const withChanges = (adjusted: Percents, changes: Changes): Percents =>
  Object.fromEntries(Object.entries({ ...adjusted, ...changes }).filter(([, value]) => value !== undefined))
