import { Pace } from '../../src/spool/journal/pace.ts'

/** As on a disk that is always quick: the main thread writes every frame. */
export const onMainThread = (): Pace => new Pace(() => 0, 0)

/** As on a disk that is always slow: threads do. */
export function onThreads(): Pace {
  let now = 0
  return new Pace(() => {
    now += 5
    return now
  })
}

/** Every fault must end the same way, whoever writes. */
export const PACES = [
  ['written on the main thread', onMainThread],
  ['written on threads', onThreads],
] as const
