import { NumberPair, Pair } from '../shared/pair.tsx'
import type { PlotSettings } from './composition.ts'

interface Props {
  readonly settings: PlotSettings
  /** Problems of the form, by field. The field of a setting is `plot.` followed by the setting's name. */
  readonly problems: ReadonlyMap<string, string>
  readonly onSettings: (settings: PlotSettings) => void
}

/** The choice that keeps the page size of the drawing itself. */
const OWN = 'own'
const PAGES: readonly (readonly [string, string])[] = [
  [OWN, 'the drawing’s page size'],
  ['a3', 'A3'],
  ['a4', 'A4'],
  ['a5', 'A5'],
  ['a6', 'A6'],
  ['letter', 'Letter'],
  ['tabloid', 'Tabloid'],
]
const FITS = [
  ['none', 'original size'],
  ['shrink', 'shrink to fit'],
  ['page', 'fill the page'],
] as const
const ALIGNS = [
  ['keep', 'as drawn'],
  ['center', 'centred'],
  ['top-left', 'top left'],
] as const

type NumberSetting = 'margin' | 'rotate' | 'passes' | 'speedPercent'

/** The page, the place of the drawing on the page, and the passes and the speed of the pen. */
export function PaperSettings({ settings, problems, onSettings }: Props) {
  const set = (change: { readonly [K in keyof PlotSettings]?: PlotSettings[K] | undefined }): void => {
    const entries = Object.entries({ ...settings, ...change }).filter(([, value]) => value !== undefined)
    onSettings(Object.fromEntries(entries) as PlotSettings)
  }
  const number = (name: NumberSetting, label: string, min: number, max: number) => (
    <NumberPair
      id={`plot-${name}`}
      problem={problems.get(`plot.${name}`)}
      label={label}
      value={settings[name]}
      min={min}
      max={max}
      onInput={(value) => set({ [name]: value })}
    />
  )
  return (
    <details class="paper" {...([...problems.keys()].some((field) => field.startsWith('plot.')) ? { open: true } : {})}>
      <summary>{summary(settings)}</summary>
      <Choice
        id="paper-page"
        label="Page"
        value={settings.page ?? OWN}
        choices={PAGES}
        onChoose={(page) => set({ page: page === OWN ? undefined : page })}
      />
      <Check label="Landscape" value={settings.landscape} onCheck={(landscape) => set({ landscape })} />
      {number('margin', 'Margin, mm', 0, 200)}
      <Choice
        id="paper-size"
        label="Size"
        value={settings.fit ?? 'none'}
        choices={FITS}
        onChoose={(fit) => set({ fit })}
      />
      <Choice
        id="paper-position"
        label="Position"
        value={settings.align ?? ((settings.fit ?? 'none') === 'none' ? 'keep' : 'center')}
        choices={ALIGNS}
        onChoose={(align) => set({ align })}
      />
      {number('rotate', 'Rotate, degrees', -360, 360)}
      <Check
        label="Keep the drawing order of the file"
        value={settings.keepOrder}
        onCheck={(keepOrder) => set({ keepOrder })}
      />
      <Check label="Draw duplicate lines once" value={settings.once} onCheck={(once) => set({ once })} />
      {settings.pen !== undefined && (
        <Check label={`Draw with the pen ${settings.pen}`} value={true} onCheck={() => set({ pen: undefined })} />
      )}
      {number('passes', 'Passes over each line', 1, 100)}
      {number('speedPercent', 'Speed, %', 1, 400)}
    </details>
  )
}

function summary({ page = OWN, landscape, fit, margin, pen }: PlotSettings): string {
  const words = [PAGES.find(([size]) => size === page)?.[1] ?? page]
  if (landscape) words.push('landscape')
  if (fit === 'page') words.push('filled')
  if (margin !== undefined) words.push(`${margin} mm margin`)
  if (pen !== undefined) words.push(`pen ${pen}`)
  return `Paper: ${words.join(', ')}`
}

interface ChoiceProps<T extends string> {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly choices: readonly (readonly [value: T, words: string])[]
  readonly onChoose: (value: T) => void
}

function Choice<T extends string>({ id, label, value, choices, onChoose }: ChoiceProps<T>) {
  return (
    <Pair id={id} label={label}>
      <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value as T)}>
        {!choices.some(([choice]) => choice === value) && <option value={value}>{value}</option>}
        {choices.map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
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
