import { PlotdError } from '../../../errors.ts'

/** A limit that a board reports; undefined when it reports no number above 0. */
export const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 ? value : undefined

/** The error for a line that is longer than the board's receive buffer. */
export const tooLong = (line: string, bytes: number): PlotdError =>
  new PlotdError('ERR_DEVICE', `the line ${JSON.stringify(line)} is too long: the board takes at most ${bytes} bytes`, {
    line,
  })

/** The least of the values that are known; undefined when none is. */
export function least(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
