import { setTimeout as delay } from 'node:timers/promises'
import { toPlotdError } from '../../errors.ts'
import type { Claim, Spool } from '../../spool/spool.ts'

/** The store is tried again after this time, ms. */
const AGAIN_MS = 1000

/**
 * An error ended a plot with the pen up, and nobody settled its job: it would be plotted for ever. Interrupts the job. When the
 * write fails, tries again until the store answers.
 *
 * @param thrown  what ended the plot; with ERR_CLAIM_LOST the job is another holder's
 */
export async function interruptLater(
  spool: Pick<Spool, 'interrupt'>,
  claim: Claim,
  thrown: unknown,
  isStopped: () => boolean,
): Promise<void> {
  let { code, message } = toPlotdError(thrown)
  if (code === 'ERR_CLAIM_LOST') return
  const reason = code === 'ERR_SPOOL_WRITE' ? 'host-lost' : 'device-fault'
  for (;;) {
    if (code === 'ERR_SPOOL_WRITE') await delay(AGAIN_MS, undefined, { ref: false })
    if (isStopped() || claim.signal.aborted) return
    try {
      return void (await spool.interrupt(claim, reason, message))
    } catch (again) {
      ;({ code, message } = toPlotdError(again))
      if (code !== 'ERR_SPOOL_WRITE') return // it was settled before the error
    }
  }
}
