import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { duration, layerWords, plural } from '../shared/format.ts'
import type { Draft } from '../sheet/stage.tsx'

interface Props {
  readonly layers: Draft['layers']
  /** Numbers of the chosen layers, from 1; undefined is all. */
  readonly chosen: readonly number[] | undefined
  readonly onChoose: (chosen: readonly number[] | undefined) => void
  /** The plotters that may draw the drawing. */
  readonly plotters: readonly WirePlotter[]
  readonly mayChoosePens: boolean
  /** Sets the pen for layers of this name; '' removes it. */
  readonly onPen: (layer: string, pen: string) => void
}

/** Whether the choice of `pen` for a layer concerns a plotter. '' removes the pen that a plotter has for the layer. */
export function takesPen({ penNames = [], layerPens = [] }: WirePlotter, layer: string, pen: string): boolean {
  return pen === '' ? layerPens.some((one) => one.layer === layer) : penNames.includes(pen)
}

/** The layers of the drawing, each with its pen. Only the chosen layers are drawn. */
export function Layers({ layers, chosen, onChoose, plotters, mayChoosePens, onPen }: Props) {
  const pens = [...new Set(plotters.flatMap(({ penNames = [] }) => penNames))]
  const penOf = (name: string): string =>
    plotters.flatMap(({ layerPens = [] }) => layerPens).find(({ layer }) => layer === name)?.pen ?? ''
  if (layers.length < 2) return null
  const all = layers.map((_, i) => i + 1)
  const selection = chosen ?? all
  const toggle = (layer: number): void => {
    const next = all.filter((number) => selection.includes(number) !== (number === layer))
    onChoose(next.length === all.length ? undefined : next)
  }
  return (
    <fieldset class="layers">
      <legend>Layers</legend>
      {layers.map(({ name, pen, strokes, color, seconds }, i) => (
        <div key={`${i} ${name}`}>
          <label>
            <input
              type="checkbox"
              checked={selection.includes(i + 1)}
              disabled={selection.length === 1 && selection.includes(i + 1)}
              onChange={() => toggle(i + 1)}
            />
            <i class="ink" style={color === undefined ? {} : { background: color }} />
            <span>{layerWords(name, pen, i + 1)}</span>
            <span class="quiet">
              pen {pen}, {plural(strokes, 'stroke')}
              {seconds !== undefined && `, ${duration(seconds)}`}
            </span>
          </label>
          {mayChoosePens && pens.length > 0 && name !== '' && (
            <select
              aria-label={`Pen of the layer ${name}`}
              value={penOf(name)}
              onChange={({ currentTarget }) => onPen(name, currentTarget.value)}
            >
              <option value="">any pen</option>
              {pens.map((pen) => (
                <option key={pen} value={pen}>
                  {pen}
                </option>
              ))}
            </select>
          )}
        </div>
      ))}
    </fieldset>
  )
}
