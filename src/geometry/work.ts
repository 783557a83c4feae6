/**
 * Counts the steps of a computation. A bound on steps gives the same result on every machine; a bound on time does not.
 */
export interface Work {
  /**
   * @param steps  about 10 ns of time or 4 bytes of memory each
   * @throws when the computation has taken more steps than its bound allows
   */
  spend(steps: number): void
}

/** Work without a bound, for input that plotd makes itself or has limited before. */
export const UNBOUNDED: Work = { spend: () => undefined }
