import { PlotdError } from '../../../errors.ts'
import type { GrblTalk } from './talk.ts'

const boardHolds = (): PlotdError =>
  new PlotdError('ERR_DEVICE', 'the board holds: its hold button was pressed, or its door is open', { held: true })

/** Whether a button or a door has ended the work of `untilHeld`. */
export const isHold = (error: unknown): boolean => error instanceof PlotdError && error.detail['held'] === true

/**
 * Runs `act` with a signal that aborts when a button or a door makes the board hold. A held board answers no line, so
 * `act` would wait until a user presses cycle start. An abort of `stop` aborts the signal, too.
 */
export async function untilHeld(
  talk: GrblTalk,
  act: (held: AbortSignal) => Promise<void>,
  stop?: AbortSignal,
): Promise<void> {
  const before = talk.onHeld
  const held = new AbortController()
  talk.onHeld = () => held.abort(boardHolds())
  try {
    await act(stop ? AbortSignal.any([held.signal, stop]) : held.signal)
  } finally {
    talk.onHeld = before
  }
}
