import { setTimeout as delay } from 'node:timers/promises'
import { toPlotdError } from '../../errors.ts'
import type { Claim, Spool } from '../../spool/spool.ts'

/** Time before the next attempt to write, ms. */
const RETRY_MS = 1000

/**
 * Interrupts a job after an error has ended its plot, with the pen up. Otherwise the job would stay `plotting` for
 * ever. When the write fails, this function tries again until the store answers.
 *
 * @param thrown  the error that ended the plot; after ERR_CLAIM_LOST this holder no longer has the job
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
    if (code === 'ERR_SPOOL_WRITE') await delay(RETRY_MS, undefined, { ref: false })
    if (isStopped() || claim.signal.aborted) return
    try {
      return void (await spool.interrupt(claim, reason, message))
    } catch (writeError) {
      ;({ code, message } = toPlotdError(writeError))
      if (code !== 'ERR_SPOOL_WRITE') return // the job had left the plotter before the error
    }
  }
}
