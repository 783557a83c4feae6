import { setTimeout as delay } from 'node:timers/promises'
import { toPlotdError } from '../../errors.ts'
import type { Claim, Spool } from '../../spool/spool.ts'

/** Time before the next attempt to write, ms. */
const RETRY_MS = 1000

/**
 * Writes to the spool that a job is interrupted, after an error has ended its plot. Without this write the job would
 * stay `plotting` for ever. When the write fails, this function tries again until the store answers, the station stops,
 * or the claim is lost.
 *
 * @param thrown  the error that ended the plot; after ERR_CLAIM_LOST this holder no longer has the job
 */
export async function interruptLater(
  spool: Pick<Spool, 'interrupt'>,
  claim: Claim,
  thrown: unknown,
  isStopped: () => boolean,
): Promise<void> {
  const { message } = toPlotdError(thrown)
  let { code } = toPlotdError(thrown)
  if (code === 'ERR_CLAIM_LOST') return
  const reason = code === 'ERR_SPOOL_WRITE' ? 'host-lost' : 'device-fault'
  for (;;) {
    if (code === 'ERR_SPOOL_WRITE') await delay(RETRY_MS, undefined, { ref: false })
    if (isStopped() || claim.signal.aborted) return
    try {
      return void (await spool.interrupt(claim, reason, message))
    } catch (writeError) {
      code = toPlotdError(writeError).code
      if (code !== 'ERR_SPOOL_WRITE') return // the spool refused: the job had left the plotter
    }
  }
}
