import { useState } from 'preact/hooks'
import { CORNERS, type Corner } from '../../../../src/daemon/protocol/constants.ts'
import type { Params, WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { plural } from '../shared/format.ts'
import type { Store } from '../state/store.ts'

type At = NonNullable<Params<'plotter.mark'>['at']>

const CORNER_LABELS: Readonly<Record<Corner, string>> = {
  'top-left': 'Top left',
  'top-right': 'Top right',
  'bottom-left': 'Bottom left',
  'bottom-right': 'Bottom right',
}

/** Two places nearer than this are the same place, mm. */
const TOLERANCE = 0.01

/**
 * Lets the user show how a sheet lies: a printed sheet, or one that the user moved or turned over in a pause. The user
 * moves the pen over a corner and chooses that corner, or over a mark and enters the place of that mark.
 *
 * @param next  the job that the plotter draws next
 */
export function SheetMarks({
  store,
  plotter,
  next,
}: {
  store: Store
  plotter: WirePlotter
  next: WireJob | undefined
}) {
  const { name, registers, marks, state } = plotter
  const isPrinted = state.is === 'idle' && next?.plot?.options?.['printed'] === true
  if (!registers && !isPrinted) return null
  const places = marks?.places ?? []
  const register = (place: At) => store.request('plotter.mark', { name, at: place })
  const isShown = (corner: Corner, { widthMm, heightMm }: NonNullable<WirePlotter['registers']>): boolean => {
    const { x, y } = CORNERS[corner]
    return places.some((place) => Math.hypot(place.x - x * widthMm, place.y - y * heightMm) < TOLERANCE)
  }
  return (
    <fieldset class="sheet-marks">
      <legend>How the sheet lies</legend>
      <p class="quiet">
        {registers
          ? 'If the sheet has moved, place the pen over one of its corners and choose that corner. Then do the same at another corner.'
          : 'Move the pen over a printed mark, and enter the mark’s place in the drawing. Then do the same at another mark, far from the first.'}
      </p>
      {registers && (
        <div class="corners" role="group" aria-label="The pen is over this corner">
          {(Object.keys(CORNERS) as Corner[]).map((corner) => (
            <button
              type="button"
              key={corner}
              aria-pressed={isShown(corner, registers)}
              onClick={() => void register({ corner })}
            >
              {CORNER_LABELS[corner]}
            </button>
          ))}
        </div>
      )}
      <MarkPlace onMark={register} />
      <p aria-live="polite">{marksWords(plotter)}</p>
      <div class="controls">
        {registers && (
          <button type="button" class="primary" onClick={() => void store.request('plotter.resume', { name })}>
            Continue
          </button>
        )}
        <button
          type="button"
          disabled={places.length === 0}
          onClick={() => void store.request('plotter.mark', { name })}
        >
          Forget the marks
        </button>
      </div>
    </fieldset>
  )
}

/** Two fields for the place of a mark in the drawing, and a button that says that the pen is over the mark. */
function MarkPlace({ onMark }: { onMark: (at: At) => unknown }) {
  const [x, setX] = useState('10')
  const [y, setY] = useState('10')
  const field = (label: string, value: string, set: (value: string) => void) => (
    <label>
      {label}
      <input type="number" step="any" value={value} onInput={(event) => set(event.currentTarget.value)} />
    </label>
  )
  return (
    <div class="mark-place">
      {field('mm from the left', x, setX)}
      {field('from the top', y, setY)}
      <button type="button" disabled={x === '' || y === ''} onClick={() => void onMark({ x: Number(x), y: Number(y) })}>
        The pen is over this mark
      </button>
    </div>
  )
}

function marksWords({ marks, registers }: WirePlotter): string {
  const count = marks?.places.length ?? 0
  if (count === 0) return registers?.required ? 'The job waits for two corners.' : 'No marks.'
  if (marks?.turnDegrees === undefined) return 'One mark. Add another, far from the first.'
  const miss = count > 2 ? ` The worst mark is off by ${(marks.missMm ?? 0).toFixed(2)} mm.` : ''
  return `${plural(count, 'mark')} show that the sheet is turned by ${marks.turnDegrees.toFixed(2)}°.${miss}`
}
