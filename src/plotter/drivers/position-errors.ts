import { PlotdError } from '../../errors.ts'

/** The error for a move of a machine without limit switches whose position is unknown. */
export const unknownPosition = (): PlotdError =>
  new PlotdError('ERR_PLOTTER_STATE', 'the position is unknown: put the carriage at home and run `plotd home --here`')

/** The error when a plot under way has lost the carriage's position. */
export const positionLost = (): PlotdError =>
  new PlotdError('ERR_DEVICE', 'the position was lost during the plot: put the carriage at home, or home the machine')

/**
 * The error for setting home on a board that has restarted with the pen up, and calls this height 0.
 *
 * @param offset  origin of Z's work coordinates, machine mm, where the paper is
 */
export function unknownHeight(offset: number): PlotdError {
  const why = 'the board has restarted, so the height of the pen is unknown'
  const side = `${Math.abs(offset)} mm ${offset < 0 ? 'above' : 'below'} the paper`
  const move = offset === 0 ? 'lower its tip to the paper' : `put its tip ${side} (the board keeps a Z origin)`
  return new PlotdError('ERR_DEVICE', `${why}: ${move} by hand, then run \`plotd pen up\``)
}

/** The error for a move of a machine with limit switches that has not found them. */
export const notHomed = (): PlotdError =>
  new PlotdError(
    'ERR_PLOTTER_STATE',
    'the plotter has limit switches and has not been homed since it was connected: home it first (`plotd home`)',
  )

/** The error for freeing the motors of an HP-GL plotter, which has no command for that. */
export const alwaysHeld = (): PlotdError =>
  new PlotdError(
    'ERR_PLOTTER_STATE',
    'an HP-GL plotter always holds its carriage: move it by `plotd jog` or by the keys of the plotter',
  )
