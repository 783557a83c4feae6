import { duration, plural } from '../shared/format.ts'
import type { Draft } from '../sheet/draft.ts'

interface Props {
  readonly layers: Draft['layers']
  /** Places from 1; all when absent. */
  readonly chosen: readonly number[] | undefined
  readonly onChoose: (chosen: readonly number[] | undefined) => void
}

/** The layers of the drawing, each with its pen; the unchosen stay off the paper. */
export function Layers({ layers, chosen, onChoose }: Props) {
  if (layers.length < 2) return null
  const all = layers.map((_, i) => i + 1)
  const now = chosen ?? all
  const toggle = (place: number): void => {
    const next = all.filter((each) => now.includes(each) !== (each === place))
    onChoose(next.length === all.length ? undefined : next)
  }
  return (
    <fieldset class="layers">
      <legend>Layers</legend>
      {layers.map(({ name, pen, strokes, color, seconds }, i) => (
        <label key={`${i} ${name}`}>
          <input
            type="checkbox"
            checked={now.includes(i + 1)}
            disabled={now.length === 1 && now.includes(i + 1)}
            onChange={() => toggle(i + 1)}
          />
          <i class="ink" style={color === undefined ? {} : { background: color }} />
          <span>{name === '' ? `Layer ${i + 1}` : name}</span>
          <span class="quiet">
            pen {pen}, {plural(strokes, 'stroke')}
            {seconds !== undefined && `, ${duration(seconds)}`}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
