import type { WakeLock } from '../../plotter/session/session-options.ts'
import { SmallShell } from './small-shell.ts'

/** Where wake locks come from; closed, it lets go of them. */
export interface WakeKeeper {
  readonly lock: WakeLock
  close(): void
}

/** Where nobody plots, or nothing is known of locks. */
export const NO_WAKE_LOCKS: WakeKeeper = { lock: () => () => {}, close: () => {} }

/**
 * systemd-inhibit holds a lock as long as what it runs lives: until the next line, or the end of the input, which also
 * comes when plotd is killed. That line comes from the same pipe as the `hold` before it, so a lock that could not be
 * had leaves but an `over` that nobody waits for.
 */
const KEEPER = `while read -r word; do
  [ "$word" = hold ] && systemd-inhibit --what=sleep:idle --who=plotd --why="a plotter is drawing" --mode=block \
    sh -c 'read -r _; :'
done`

/**
 * One lock for however many plots are under way. To be called while the process is small.
 *
 * @param onTrouble  told why there is no lock, each reason once: a plot is not refused for that
 */
export function wakeKeeper(onTrouble: (why: string) => void): WakeKeeper {
  if (process.platform !== 'linux') return NO_WAKE_LOCKS
  const told = new Set<string>()
  const shell = new SmallShell(KEEPER, (why) => {
    if (!told.has(why)) onTrouble(why)
    told.add(why)
  })
  let held = 0
  const release = (): void => {
    if (--held === 0) shell.say('over')
  }
  return {
    lock: () => {
      if (held++ === 0) shell.say('hold')
      return once(release)
    },
    close: () => shell.end(),
  }
}

function once(act: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) act()
    isDone = true
  }
}
