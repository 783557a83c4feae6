import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { beginningOf } from '../sheet/places.ts'
import { Sheet } from '../sheet/sheet.tsx'
import { usePlan } from '../sheet/use-plan.ts'
import type { Store } from '../state/store.ts'

/** Where to go on: a stroke, and so much ink further on or, below zero, back. */
export interface Spot {
  readonly from: number
  readonly mm: number
}

interface PlaceProps {
  readonly store: Store
  readonly job: WireJob
  readonly stroke: number
  /** mm on the sheet; where the stroke begins when absent. */
  readonly pen: { readonly x: number; readonly y: number } | undefined
}

/** The sheet with what is on it, what is to come, and the stroke that would be next, the pen at its place. */
export function Place({ store, job, stroke, pen }: PlaceProps) {
  const plan = usePlan(store, job)
  if (!plan) return null
  const { width, height } = plan
  const at = pen ?? beginningOf(plan, stroke)
  return (
    <div class="small-stage">
      <Sheet
        scene={{ plan, width, height, travel: false, executed: stroke, mark: stroke, ...(at ? { pen: at } : {}) }}
        identity={job.id}
        label="What is drawn, what is to come, and the stroke to go on with in red"
      />
    </div>
  )
}

interface StepperProps {
  readonly spot: Spot
  readonly of: number
  readonly onSpot: (spot: Spot) => void
}

/** Back and forward by strokes, or by the ink that lies on the paper. */
export function Stepper({ spot: { from, mm }, of, onSpot }: StepperProps) {
  const stroke = (to: number) => onSpot({ from: Math.max(0, Math.min(of, Math.round(to))), mm: 0 })
  const step = (label: string, words: string, act: () => void) => (
    <button type="button" aria-label={`${label}, ${words}`} onClick={act}>
      {label}
    </button>
  )
  return (
    <div class="stepper">
      <label>
        Go on with stroke
        <input
          type="number"
          min={1}
          max={of + 1}
          value={from + 1}
          onInput={(event) => stroke(Number(event.currentTarget.value) - 1)}
        />
      </label>
      <input
        type="range"
        min={0}
        max={of}
        value={from}
        aria-label="Stroke to go on with"
        onInput={(event) => stroke(Number(event.currentTarget.value))}
      />
      <div class="steps" role="group" aria-label="Step">
        {step('−10', 'ten strokes back', () => stroke(from - 10))}
        {step('−1', 'one stroke back', () => stroke(from - 1))}
        {step('+1', 'one stroke forward', () => stroke(from + 1))}
        {step('+10', 'ten strokes forward', () => stroke(from + 10))}
        {step('−5 mm', '5 mm of ink back', () => onSpot({ from, mm: mm - 5 }))}
        {step('+5 mm', '5 mm of ink forward', () => onSpot({ from, mm: mm + 5 }))}
      </div>
    </div>
  )
}
