import { PlotdError } from '../../errors.ts'
import { type Affine, transformStrokes } from '../../geometry/affine.ts'
import { boundsOf } from '../../geometry/bounds.ts'
import { type Drawing, strokeCount } from '../../geometry/drawing.ts'
import { type PrepareOptions, placeDrawing } from '../../plotter/prepare/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { reachError } from '../../plotter/session/reach.ts'

/** A plotter that may draw a job. */
export interface Machine {
  readonly name: string
  readonly profile: Profile
  /** The time of the machine's past plots divided by their estimates. */
  readonly pace: number
  readonly tags?: readonly string[]
  /** The size of the sheets in the machine: 'a5' or '148x105mm'. */
  readonly paper?: string | undefined
}

export interface Choice {
  /**
   * The first machine that can draw the job. When none can, the first machine that has all tags of the job, or else the
   * first machine.
   */
  readonly machine: Machine
  /** The names of the machines that can draw the job; absent when all can or none can. */
  readonly plotters?: readonly string[]
  /** Why `machine` cannot draw the job; absent when it can. */
  readonly refusal?: PlotdError
}

/**
 * Finds the machines that have all tags of a job and can draw its drawing. A page may be turned to lie within the reach
 * of a machine, so the drawing is placed again for each reach.
 *
 * @throws PlotdError ERR_PARAMS for an unknown page, a margin of half its shorter side or more, a chosen layer that the
 *   drawing lacks, or ink too far from the page
 */
export function chooseMachine(
  drawing: Drawing,
  options: PrepareOptions,
  machines: readonly [Machine, ...Machine[]],
  needs: readonly string[] = [],
): Choice {
  const withTags = machines.filter((machine) => hasTags(machine, needs))
  const [first = machines[0]] = withTags
  const refusals = new Map<string, PlotdError | undefined>()
  const refusalBy = ({ profile }: Machine): PlotdError | undefined => {
    const key = `${profile.width} ${profile.height}`
    if (!refusals.has(key)) refusals.set(key, refusalOf(drawing, options, profile))
    return refusals.get(key)
  }
  const able = withTags.filter((machine) => refusalBy(machine) === undefined)
  const [machine] = able
  if (machine === undefined) return { machine: first, refusal: refusalBy(first) ?? lacking(needs) }
  return able.length === machines.length ? { machine } : { machine, plotters: able.map(({ name }) => name) }
}

/** Whether a machine has all tags that a job needs. */
export const hasTags = ({ tags = [] }: Pick<Machine, 'tags'>, needs: readonly string[]): boolean =>
  needs.every((tag) => tags.includes(tag))

/**
 * Why a machine cannot draw this drawing; undefined when it can.
 *
 * @param registration  maps the drawing to a printed sheet as it lies on the machine, mm
 * @throws PlotdError ERR_PARAMS
 */
export function refusalOf(
  drawing: Drawing,
  options: PrepareOptions,
  profile: Profile,
  registration?: Affine,
): PlotdError | undefined {
  const { drawing: ink } = placeDrawing(drawing, options, profile)
  if (strokeCount(ink) === 0) return new PlotdError('ERR_EMPTY', 'there is nothing to draw')
  return reachError(boundsOf(registration ? transformStrokes(registration, ink) : ink), profile)
}

/** The error when no plotter has all tags that a job needs. */
export const lacking = (needs: readonly string[]): PlotdError =>
  new PlotdError('ERR_PLOTTER_UNKNOWN', `no plotter has all of the tags ${needs.join(', ')}`, { needs })
