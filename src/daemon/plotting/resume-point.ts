import { PlotdError } from '../../errors.ts'
import { byMm, byStrokes, type Cut, type PlanPlace } from '../../plotter/plan/cut.ts'
import type { Plan } from '../../plotter/plan/plan.ts'
import type { Job } from '../../spool/job.ts'
import type { Parsed } from '../protocol/index.ts'

export type ResumeHow = Pick<Parsed<'job.resume'>, 'cut' | 'from' | 'strokes' | 'mm'>

/** A sheet that was cut, by what is on the disk. */
export interface CutSheet {
  readonly planHash: string
  readonly cut: Cut
  readonly of: number
  readonly copiesDone: number
}

/** Undefined when the job was cut before there was a plan. A sheet that is all drawn is followed by the next, unless a stroke is named. */
export function cutSheet({ progress }: Job, { from }: ResumeHow): CutSheet | undefined {
  if (progress?.phase !== 'plot' || progress.planHash === undefined) return undefined
  const { done, of, planHash, copiesDone = 0, begun = done + 1 } = progress
  if (done >= of && from === undefined) return { planHash, cut: { first: 0, last: 0 }, of, copiesDone: copiesDone + 1 }
  return { planHash, cut: { first: done, last: Math.min(of, Math.max(done, begun)) }, of, copiesDone }
}

/**
 * Where an interrupted job goes on in its plan. What is to become of strokes that may be on the paper has no default:
 * redrawing doubles ink, skipping leaves a gap, and only a person sees the sheet.
 *
 * @throws PlotdError ERR_PARAMS when it is not said how
 */
export function resumePoint(id: string, plan: Plan, cut: Cut, how: ResumeHow): PlanPlace {
  const of = plan.starts.length - 1
  const { strokes = 0, mm = 0 } = how
  return byMm(plan, byStrokes(chosen(id, cut, of, how), strokes, of), mm)
}

function chosen(id: string, { first, last, drawnMm }: Cut, of: number, { cut, from, mm }: ResumeHow): PlanPlace {
  if (from !== undefined && from <= of) return { stroke: from, mm: 0 }
  const exact = drawnMm !== undefined && { stroke: first, mm: drawnMm }
  if (from === undefined) {
    if (first === last) return { stroke: first, mm: 0 }
    if (cut === 'redraw') return { stroke: first, mm: 0 }
    if (cut === 'skip') return { stroke: last, mm: 0 }
    if (exact && (cut === 'continue' || mm !== undefined)) return exact
  }
  const where = last - first > 1 ? `strokes ${first + 1} to ${last} of ${of}` : `stroke ${first + 1} of ${of}`
  const more = exact ? "'continue' (draw the rest of it)" : 'not continue, since nobody knows how much of it is drawn'
  const choice = `cut: 'redraw' (draw again), 'skip' (leave as it is), ${more}, or from: the stroke to go on with (0 is the first)`
  throw new PlotdError('ERR_PARAMS', `${where} may be on the paper: expected ${choice}, at most ${of}`, {
    id,
    first,
    last,
    of,
    from,
  })
}
