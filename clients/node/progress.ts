import type { WireJob } from '../../src/daemon/protocol/index.ts'

type Progress = NonNullable<WireJob['progress']>

/**
 * How far a sheet has come, 0 … 1: by its time, so that it agrees with the time left, and one long stroke moves it as
 * many short ones do; by strokes where the time is not known.
 */
export function shareOf({ done, of, secondsLeft, secondsOf }: Progress): number {
  if (of <= 0 || done >= of) return of > 0 ? 1 : 0
  const share = secondsLeft !== undefined && secondsOf ? 1 - secondsLeft / secondsOf : done / of
  return Math.min(1, Math.max(0, share))
}

/**
 * Progress as it is some time after it was told. Strokes are counted when the machine has executed them; within a
 * stroke, the time left goes by the clock.
 *
 * @param ms  since it was told, the pen drawing all the while
 */
export const later = (progress: Progress, ms: number): Progress =>
  progress.secondsLeft === undefined
    ? progress
    : { ...progress, secondsLeft: Math.max(0, progress.secondsLeft - ms / 1000) }
