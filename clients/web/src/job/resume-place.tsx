import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { WholeNumber } from '../shared/whole-number.tsx'
import { startOf } from '../sheet/plan.ts'
import { Sheet, usePlan } from '../sheet/sheet.tsx'
import type { Store } from '../state/store.ts'

/** The place to continue from: the index of a stroke, and mm of ink after its start. Negative mm go back. */
export interface Spot {
  readonly from: number
  readonly mm: number
}

interface ResumePlaceProps {
  readonly store: Store
  readonly job: WireJob
  /** Index of the stroke to continue with; the first stroke is 0. */
  readonly stroke: number
  /** The place at which the pen would come down, mm on the sheet; undefined is the start of the stroke. */
  readonly pen: { readonly x: number; readonly y: number } | undefined
}

/** The sheet with the drawn ink, the ink still to come, the stroke to continue with, and the pen at its place. */
export function ResumePlace({ store, job, stroke, pen: penPlace }: ResumePlaceProps) {
  const plan = usePlan(store, job)
  if (!plan) return <div class="small-stage" />
  const { width, height } = plan
  const pen = penPlace ?? startOf(plan, stroke)
  return (
    <div class="small-stage">
      <Sheet
        scene={{ plan, width, height, travel: false, executed: stroke, mark: stroke, ...(pen ? { pen } : {}) }}
        identity={job.id}
        label="The drawn ink, the ink still to come, and in red the stroke to continue with"
      />
    </div>
  )
}

interface StepperProps {
  readonly spot: Spot
  /** Number of strokes of the plan. */
  readonly of: number
  readonly onSpot: (spot: Spot) => void
}

/** Moves the spot back and forward, by strokes or by mm of ink. */
export function Stepper({ spot: { from, mm }, of, onSpot }: StepperProps) {
  const toStroke = (stroke: number) => onSpot({ from: Math.max(0, Math.min(of, Math.round(stroke))), mm: 0 })
  const button = (label: string, words: string, onClick: () => void) => (
    <button type="button" aria-label={`${label}, ${words}`} onClick={onClick}>
      {label}
    </button>
  )
  return (
    <div class="stepper">
      <label for="resume-stroke">
        Continue with stroke
        <WholeNumber
          id="resume-stroke"
          value={from + 1}
          min={1}
          max={of + 1}
          onInput={(stroke) => toStroke(stroke - 1)}
        />
      </label>
      <input
        type="range"
        min={0}
        max={of}
        value={from}
        aria-label="Stroke to continue with"
        onInput={(event) => toStroke(Number(event.currentTarget.value))}
      />
      <div class="steps" role="group" aria-label="Step" data-repeats>
        {button('−10', 'ten strokes back', () => toStroke(from - 10))}
        {button('−1', 'one stroke back', () => toStroke(from - 1))}
        {button('+1', 'one stroke forward', () => toStroke(from + 1))}
        {button('+10', 'ten strokes forward', () => toStroke(from + 10))}
        {button('−5 mm', '5 mm of ink back', () => onSpot({ from, mm: mm - 5 }))}
        {button('+5 mm', '5 mm of ink forward', () => onSpot({ from, mm: mm + 5 }))}
      </div>
    </div>
  )
}
