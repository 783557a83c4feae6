/** The clock of the spool, which a test can replace. */
export interface Clock {
  /** The time, ms since 1970. This time may jump, also backward. */
  now(): number
  /** Calls `run` once after `ms` of real time. @returns a function that cancels the call */
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
