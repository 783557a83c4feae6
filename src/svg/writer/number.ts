import { PlotdError } from '../../errors.ts'

/**
 * A number as it stands in an SVG: three decimals at most (a micrometre, when the unit is mm), no trailing zeros.
 *
 * @throws PlotdError ERR_PARAMS naming `what` when the value is not finite: an SVG with NaN draws in no browser alike
 */
export function short(value: number, what: string): string {
  if (!Number.isFinite(value)) throw new PlotdError('ERR_PARAMS', `${what} must be a finite number, got ${value}`)
  return String(Math.round(value * 1000) / 1000 + 0)
}

/** As `short`, for lengths that have no meaning below 0. */
export function shortLength(value: number, what: string): string {
  if (!(value >= 0)) throw new PlotdError('ERR_PARAMS', `${what} must be 0 or more, got ${value}`)
  return short(value, what)
}
