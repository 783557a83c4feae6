import { PlotdError } from '../../errors.ts'

/**
 * The error for a line that is longer than the board can ever receive.
 *
 * @param bytes  maximum length of a line, with all that the driver adds to the line, bytes
 */
export const tooLong = (line: string, bytes: number): PlotdError =>
  new PlotdError('ERR_DEVICE', `the line ${JSON.stringify(line)} is too long: the board takes at most ${bytes} bytes`, {
    line,
  })
