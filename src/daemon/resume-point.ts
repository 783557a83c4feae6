import { PlotdError } from '../errors.ts'
import type { Job } from '../spool/job.ts'
import type { Parsed } from './protocol/index.ts'

export type ResumeHow = Pick<Parsed<'job.resume'>, 'cut' | 'from'>

export interface ResumePoint {
  readonly planHash: string
  /** First stroke to draw. */
  readonly from: number
  readonly copiesDone: number
}

/**
 * Where an interrupted job goes on, and in which plan; undefined when it was cut before there was one. What is to
 * become of the stroke that was cut has no default: redrawing doubles ink, skipping leaves a gap, and only a person
 * sees the sheet.
 *
 * @throws PlotdError ERR_PARAMS when it is not said how
 */
export function resumePoint({ id, progress }: Job, { cut, from }: ResumeHow): ResumePoint | undefined {
  if (progress?.phase !== 'plot' || progress.planHash === undefined) return undefined
  const { done, of, planHash, copiesDone = 0 } = progress
  if (from !== undefined && from <= of) return { planHash, from, copiesDone }
  if (from === undefined && done >= of) return { planHash, from: 0, copiesDone: copiesDone + 1 }
  if (from === undefined && cut !== undefined) {
    return { planHash, from: cut === 'skip' ? done + 1 : done, copiesDone }
  }
  const choice = "cut: 'redraw' (draw that stroke again) or 'skip' (leave it), or from: the stroke to go on with"
  throw new PlotdError('ERR_PARAMS', `stroke ${done} of ${of} was cut: expected ${choice}, at most ${of}`, {
    id,
    done,
    of,
    from,
  })
}
