import { NumberPair, Pair } from '../shared/pair.tsx'
import type { PlotSettings } from './composition.ts'

interface Props {
  readonly settings: PlotSettings
  /** Problems, by 'plot.' and the name of the setting. */
  readonly problems: ReadonlyMap<string, string>
  readonly onSettings: (settings: PlotSettings) => void
}

const PAGES = ['a3', 'a4', 'a5', 'a6', 'letter', 'tabloid'] as const
/** The choice that keeps the page size of the drawing itself. */
const OWN = 'own'

/** The page, the place of the drawing on the page, and the passes and the speed of the pen. */
export function PaperSettings({ settings, problems, onSettings }: Props) {
  const set = (change: { readonly [K in keyof PlotSettings]?: PlotSettings[K] | undefined }): void => {
    const entries = Object.entries({ ...settings, ...change }).filter(([, value]) => value !== undefined)
    onSettings(Object.fromEntries(entries) as PlotSettings)
  }
  return (
    <details class="paper" {...([...problems.keys()].some((field) => field.startsWith('plot.')) ? { open: true } : {})}>
      <summary>{summary(settings)}</summary>
      <PageChoice page={settings.page} onPage={(page) => set({ page })} />
      <Check label="Landscape" value={settings.landscape} onCheck={(landscape) => set({ landscape })} />
      <NumberPair
        id="plot-margin"
        problem={problems.get('plot.margin')}
        label="Margin, mm"
        value={settings.margin}
        min={0}
        max={200}
        onInput={(margin) => set({ margin })}
      />
      <Pair id="paper-size" label="Size">
        <select
          id="paper-size"
          value={settings.fit ?? 'none'}
          onChange={(event) => set({ fit: event.currentTarget.value as NonNullable<PlotSettings['fit']> })}
        >
          <option value="none">original size</option>
          <option value="shrink">shrink to fit</option>
          <option value="page">fill the page</option>
        </select>
      </Pair>
      <Pair id="paper-position" label="Position">
        <select
          id="paper-position"
          value={settings.align ?? ''}
          onChange={({ currentTarget: { value } }) =>
            set({ align: value === '' ? undefined : (value as NonNullable<PlotSettings['align']>) })
          }
        >
          <option value="">as drawn</option>
          <option value="center">centered</option>
          <option value="top-left">top left</option>
        </select>
      </Pair>
      <NumberPair
        id="plot-rotate"
        problem={problems.get('plot.rotate')}
        label="Rotate, degrees"
        value={settings.rotate}
        min={-360}
        max={360}
        onInput={(rotate) => set({ rotate })}
      />
      <Check
        label="Keep the drawing order of the file"
        value={settings.keepOrder}
        onCheck={(keepOrder) => set({ keepOrder })}
      />
      <Check label="Draw duplicate lines once" value={settings.once} onCheck={(once) => set({ once })} />
      <NumberPair
        id="plot-passes"
        problem={problems.get('plot.passes')}
        label="Passes over each line"
        value={settings.passes}
        min={1}
        max={100}
        onInput={(passes) => set({ passes })}
      />
      <NumberPair
        id="plot-speedPercent"
        problem={problems.get('plot.speedPercent')}
        label="Speed, %"
        value={settings.speedPercent}
        min={1}
        max={400}
        onInput={(speedPercent) => set({ speedPercent })}
      />
    </details>
  )
}

function summary({ page, landscape, fit, margin }: PlotSettings): string {
  const sheet = page === undefined ? 'the drawing’s page size' : page.toUpperCase().replace('LETTER', 'Letter')
  const words = [sheet]
  if (landscape) words.push('landscape')
  if (fit === 'page') words.push('filled')
  if (margin !== undefined) words.push(`${margin} mm margin`)
  return `Paper: ${words.join(', ')}`
}

function PageChoice({ page, onPage }: { page: string | undefined; onPage: (page: string | undefined) => void }) {
  return (
    <Pair id="paper-page" label="Page">
      <select
        id="paper-page"
        value={page ?? OWN}
        onChange={({ currentTarget: { value } }) => onPage(value === OWN ? undefined : value)}
      >
        <option value={OWN}>the drawing’s page size</option>
        {PAGES.map((page) => (
          <option key={page} value={page}>
            {page.toUpperCase()}
          </option>
        ))}
      </select>
    </Pair>
  )
}

interface CheckProps {
  readonly label: string
  readonly value: boolean | undefined
  readonly onCheck: (value: boolean | undefined) => void
}

const Check = ({ label, value, onCheck }: CheckProps) => (
  <label class="check">
    <input
      type="checkbox"
      checked={value === true}
      onChange={(event) => onCheck(event.currentTarget.checked || undefined)}
    />
    {label}
  </label>
)
