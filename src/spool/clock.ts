/** Time as the spool sees it, so that a test can turn the hands. */
export interface Clock {
  /** ms since 1970; may jump, back too. */
  now(): number
  /** Calls once, `ms` of real time later; returns what calls it off. */
  after(ms: number, run: () => void): () => void
}

/** A waiting timer does not keep the process alive. */
export const systemClock: Clock = {
  now: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
