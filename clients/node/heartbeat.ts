/** Time between two checks, ms. A daemon sends a ping every 30 s. */
const BEAT_MS = 20_000
/** After this many checks in a row without a sign of life, the connection counts as lost. */
const MAX_SILENT = 3

/** The reason that users read when these checks end a connection. */
export const SILENCE = `no answer for ${(MAX_SILENT * BEAT_MS) / 1000} s`

interface HeartbeatParts {
  /** Whether the connection has shown a sign of life since the last call. */
  readonly isAlive: () => boolean
  /** Asks the daemon for a sign of life. */
  readonly ask: () => void
  /** Called once, when the daemon gives no sign of life. */
  readonly onSilence: () => void
}

/**
 * Notices that the daemon of a connection is gone. A pulled cable or a sleeping computer does not close the connection,
 * and a client that sends nothing would never notice.
 *
 * @returns a function that ends the checks
 */
export function heartbeat({ isAlive, ask, onSilence }: HeartbeatParts): () => void {
  let silent = 0
  const timer = setInterval(() => {
    silent = isAlive() ? 0 : silent + 1
    if (silent < MAX_SILENT) return silent > 0 ? ask() : undefined
    clearInterval(timer)
    onSilence()
  }, BEAT_MS)
  return () => clearInterval(timer)
}
