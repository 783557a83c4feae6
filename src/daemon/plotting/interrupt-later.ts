import { setTimeout as delay } from 'node:timers/promises'
import { toPlotdError } from '../../errors.ts'
import type { Claim, Spool } from '../../spool/spool.ts'
import { endClaim, RETRY_MS } from '../render/index.ts'

/**
 * Writes to the spool that a job is interrupted, after an error has ended its plot. Tries again as `endClaim` does,
 * until the store answers, the station stops, or the claim is lost.
 *
 * @param thrown  the error that ended the plot; after ERR_CLAIM_LOST this holder no longer has the job
 */
export async function interruptLater(
  spool: Pick<Spool, 'interrupt'>,
  claim: Claim,
  thrown: unknown,
  isStopped: () => boolean,
): Promise<void> {
  const { code, message } = toPlotdError(thrown)
  if (code === 'ERR_CLAIM_LOST') return
  const isAway = code === 'ERR_SPOOL_WRITE'
  if (isAway) await delay(RETRY_MS, undefined, { ref: false })
  const write = async (): Promise<void> => {
    if (!isStopped()) await spool.interrupt(claim, isAway ? 'host-lost' : 'device-fault', message)
  }
  await endClaim(claim, write, isStopped).catch(() => {}) // the job had left the plotter, or the station stops
}
