import { PlotdError } from '../../../errors.ts'

/**
 * The detail of the error for a refused line. After a refused line of a stroke the board draws the lines that follow.
 * So the place where the pen then stops does not show which part of the stroke is drawn.
 */
export const skippedBy = (line: string): { skipped?: true } => (/^(G1 ?)?[XY]/.test(line) ? { skipped: true } : {})

/** Whether the board refused a line of a stroke (see `skippedBy`). */
export const isSkipped = (error: unknown): boolean => error instanceof PlotdError && error.detail['skipped'] === true

/** Whether the board reacts only to a reset: GRBL after an alarm, or Marlin after its kill. */
export const isHalted = ({ detail }: PlotdError): boolean => detail['halted'] !== undefined
