import { PlotdError } from '../../errors.ts'

/**
 * A number as text for an SVG, with at most three decimals (micrometres for a number in mm) and no trailing zeros.
 *
 * @throws PlotdError ERR_PARAMS that names `what`, when the value is not finite, because browsers differ on NaN
 */
export function short(value: number, what: string): string {
  if (!Number.isFinite(value)) throw new PlotdError('ERR_PARAMS', `${what} must be a finite number, got ${value}`)
  return String(Math.round(value * 1000) / 1000 + 0)
}

/** Like `short`, but for a length, which must not be negative. */
export function shortLength(value: number, what: string): string {
  if (!(value >= 0)) throw new PlotdError('ERR_PARAMS', `${what} must be 0 or more, got ${value}`)
  return short(value, what)
}
