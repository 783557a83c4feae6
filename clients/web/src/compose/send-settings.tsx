import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { type PlotSettings, plotRequest } from './composition.ts'
import { Needs } from './needs.tsx'

interface Props {
  readonly plotters: readonly WirePlotter[]
  readonly settings: PlotSettings
  readonly onSettings: (settings: PlotSettings) => void
}

/**
 * Inputs for priority, plotter and number of sheets, for the tags that a plotter must have, and for whether the daemon
 * refuses a drawing with losses.
 */
export function SendSettings({ plotters, settings, onSettings }: Props) {
  const plot = plotRequest(settings, plotters.length > 0)
  return (
    <>
      <div class="send-settings">
        <label>
          Priority
          <select
            value={settings.priority ?? 'default'}
            onChange={(event) =>
              onSettings({ ...settings, priority: event.currentTarget.value as NonNullable<PlotSettings['priority']> })
            }
          >
            <option value="high">high</option>
            <option value="default">normal</option>
            <option value="low">low</option>
          </select>
        </label>
        <label>
          Plotter
          <select
            value={plot?.plotter ?? ''}
            onChange={(event) => onSettings({ ...settings, plotter: event.currentTarget.value })}
          >
            <option value="">none, only the SVG</option>
            {plotters.length > 0 && <option value="any">any plotter</option>}
            {plotters.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {plot && (
          <label>
            Sheets
            <input
              type="number"
              min={1}
              max={1000}
              value={settings.copies ?? 1}
              onInput={(event) => onSettings({ ...settings, copies: Math.max(1, Number(event.currentTarget.value)) })}
            />
          </label>
        )}
      </div>
      {plot?.plotter === 'any' && (
        <Needs
          plotters={plotters}
          needs={settings.needs ?? []}
          onNeeds={(needs) => onSettings({ ...settings, needs })}
        />
      )}
      <label class="check strict">
        <input
          type="checkbox"
          checked={settings.strict === true}
          onChange={(event) => {
            const { strict: _, ...rest } = settings
            onSettings(event.currentTarget.checked ? { ...rest, strict: true } : rest)
          }}
        />
        Strict: refuse a drawing with losses
      </label>
    </>
  )
}
