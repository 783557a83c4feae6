import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { PRIORITIES } from '../shared/priorities.ts'
import { SheetsInput } from '../shared/sheets-input.tsx'
import { type PlotSettings, plotRequest } from './composition.ts'

interface Props {
  readonly plotters: readonly WirePlotter[]
  readonly settings: PlotSettings
  readonly onSettings: (settings: PlotSettings) => void
}

const priorityFrom = (value: string): NonNullable<PlotSettings['priority']> =>
  PRIORITIES.find(({ name }) => name === value)?.name ?? Number(value)

/** Inputs for priority, plotter, number of sheets, the tags that a plotter must have, and `strict`. */
export function SendSettings({ plotters, settings, onSettings }: Props) {
  const plot = plotRequest(settings, plotters.length > 0)
  return (
    <>
      <div class="send-settings">
        <label>
          Priority
          <select
            value={settings.priority ?? 'default'}
            onChange={(event) => onSettings({ ...settings, priority: priorityFrom(event.currentTarget.value) })}
          >
            {typeof settings.priority === 'number' && <option value={settings.priority}>{settings.priority}</option>}
            {PRIORITIES.map(({ name, words }) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
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
          <label for="send-sheets">
            Sheets
            <SheetsInput
              id="send-sheets"
              value={settings.copies ?? 1}
              onInput={(copies) => onSettings({ ...settings, copies })}
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

interface NeedsProps {
  readonly plotters: readonly WirePlotter[]
  /** The chosen tags. */
  readonly needs: readonly string[]
  readonly onNeeds: (needs: readonly string[]) => void
}

/**
 * The tags of the plotters, such as pens, paper and sizes. A job for any plotter goes to a plotter with all chosen
 * tags.
 */
function Needs({ plotters, needs, onNeeds }: NeedsProps) {
  const tags = [...new Set([...plotters.flatMap(({ tags = [] }) => tags), ...needs])].sort()
  if (tags.length === 0) return null
  const matches = plotters.filter(({ tags = [] }) => needs.every((need) => tags.includes(need)))
  const toggle = (tag: string): void =>
    onNeeds(needs.includes(tag) ? needs.filter((need) => need !== tag) : [...needs, tag])
  return (
    <fieldset class="needs" aria-describedby="needs-fit">
      <legend>Must have</legend>
      {tags.map((tag) => (
        <button type="button" key={tag} aria-pressed={needs.includes(tag)} onClick={() => toggle(tag)}>
          {tag}
        </button>
      ))}
      <p id="needs-fit" role="status" class={matches.length === 0 ? 'loss' : 'quiet'}>
        {needs.length > 0 && matchWords(matches.map(({ name }) => name))}
      </p>
    </fieldset>
  )
}

/** Maximum number of plotters that the page names. The page only counts the others. */
const MAX_NAMES = 4

function matchWords(names: readonly string[]): string {
  if (names.length === 0) return 'No plotter has all of these: the daemon would refuse the job.'
  const more = names.length - MAX_NAMES
  const list = names.slice(0, MAX_NAMES).join(', ')
  return more > 0 ? `${list} and ${more} more can draw it.` : `${list} can draw it.`
}
