import { duration, layerWords, plural } from '../shared/format.ts'
import type { Draft } from '../sheet/stage.tsx'

interface Props {
  readonly layers: Draft['layers']
  /** Numbers of the chosen layers, from 1; undefined is all. */
  readonly chosen: readonly number[] | undefined
  readonly onChoose: (chosen: readonly number[] | undefined) => void
}

/** The layers of the drawing, each with its pen. Only the chosen layers are drawn. */
export function Layers({ layers, chosen, onChoose }: Props) {
  if (layers.length < 2) return null
  const all = layers.map((_, i) => i + 1)
  const drawn = chosen ?? all
  const toggle = (layer: number): void => {
    const next = all.filter((each) => drawn.includes(each) !== (each === layer))
    onChoose(next.length === all.length ? undefined : next)
  }
  return (
    <fieldset class="layers">
      <legend>Layers</legend>
      {layers.map(({ name, pen, strokes, color, seconds }, i) => (
        <label key={`${i} ${name}`}>
          <input
            type="checkbox"
            checked={drawn.includes(i + 1)}
            disabled={drawn.length === 1 && drawn.includes(i + 1)}
            onChange={() => toggle(i + 1)}
          />
          <i class="ink" style={color === undefined ? {} : { background: color }} />
          <span>{layerWords(name, pen)}</span>
          <span class="quiet">
            pen {pen}, {plural(strokes, 'stroke')}
            {seconds !== undefined && `, ${duration(seconds)}`}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
