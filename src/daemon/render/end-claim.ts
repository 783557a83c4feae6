import { setTimeout as delay } from 'node:timers/promises'
import { toPlotdError } from '../../errors.ts'
import type { Claim } from '../../spool/spool.ts'

/** Time before the next attempt to write, ms. */
export const RETRY_MS = 1000

/**
 * Writes how a claim ends. Without this write the job would stay `started` or `plotting` until the daemon restarts.
 * While the store is away, this function tries again, until the caller has stopped or the claim is lost.
 *
 * @throws the error of `write`, but ERR_SPOOL_WRITE only after the caller has stopped
 */
export async function endClaim(claim: Claim, write: () => Promise<unknown>, isStopped: () => boolean): Promise<void> {
  for (let isRepeated = false; !claim.signal.aborted; isRepeated = true) {
    try {
      return void (await write())
    } catch (thrown) {
      const { code } = toPlotdError(thrown)
      if (code === 'ERR_CLAIM_LOST' && isRepeated) return // an earlier attempt was stored
      if (code !== 'ERR_SPOOL_WRITE' || isStopped()) throw thrown
    }
    await delay(RETRY_MS, undefined, { ref: false })
  }
}
