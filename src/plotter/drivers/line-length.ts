import { PlotdError } from '../../errors.ts'

/**
 * The error for a line that never fits into the board's receive buffer.
 *
 * @param bytes  number of bytes of the buffer that the driver may use
 */
export const tooLong = (line: string, bytes: number): PlotdError =>
  new PlotdError('ERR_DEVICE', `the line ${JSON.stringify(line)} is too long: the board takes at most ${bytes} bytes`, {
    line,
  })
