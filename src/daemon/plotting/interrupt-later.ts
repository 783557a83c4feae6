import { setTimeout as delay } from 'node:timers/promises'
import { toPlotdError } from '../../errors.ts'
import type { Claim, Spool } from '../../spool/spool.ts'

/** The store is tried again after this time, ms. */
const AGAIN_MS = 1000

/**
 * A plot ended, with the pen up, because the store could not be written. Interrupts its job as soon as the store answers.
 *
 * @param thrown  what ended the plot; without ERR_SPOOL_WRITE there is nothing to do
 */
export async function interruptLater(
  spool: Pick<Spool, 'interrupt'>,
  claim: Claim,
  thrown: unknown,
  isStopped: () => boolean,
): Promise<void> {
  let { code, message } = toPlotdError(thrown)
  while (code === 'ERR_SPOOL_WRITE' && !isStopped() && !claim.signal.aborted) {
    await delay(AGAIN_MS, undefined, { ref: false })
    try {
      return void (await spool.interrupt(claim, 'host-lost', message))
    } catch (again) {
      ;({ code, message } = toPlotdError(again))
    }
  }
}
