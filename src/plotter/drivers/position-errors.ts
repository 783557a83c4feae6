import { PlotdError } from '../../errors.ts'

/** A machine without limit switches is to move, and nobody has said where it stands. */
export const unknownPosition = (): PlotdError =>
  new PlotdError('ERR_PLOTTER_STATE', 'the position is unknown: put the carriage at home and run `plotd home --here`')

/** A machine with limit switches is to move before it has found them. */
export const notHomed = (): PlotdError =>
  new PlotdError(
    'ERR_PLOTTER_STATE',
    'the plotter has limit switches and has not been homed since it was connected: home it first (`plotd home`)',
  )
