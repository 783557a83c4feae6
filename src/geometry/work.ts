/** Counts the steps of a computation, so that a bound on it holds on every machine and is the same each time. */
export interface Work {
  /**
   * @param steps  about 10 ns of time or 4 bytes of memory each
   * @throws when the computation has taken more steps than it may
   */
  spend(steps: number): void
}

/** For input of our own. */
export const UNBOUNDED: Work = { spend: () => undefined }
