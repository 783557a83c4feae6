import type { WakeLock } from '../../plotter/session/session-options.ts'
import { HelperShell } from './helper-shell.ts'

/** Keeps the computer from suspending. */
export interface SleepInhibitor {
  readonly lock: WakeLock
  /** Releases the lock, and ends the helper shell. */
  close(): void
}

/** An inhibitor without effect, for a daemon without plotters and for systems other than Linux. */
export const NO_INHIBITOR: SleepInhibitor = { lock: () => () => {}, close: () => {} }

/**
 * systemd-inhibit holds its lock while its command runs. That command ends when it has read a line, or when the input
 * ends. The input also ends when plotd is killed. When systemd refuses the lock, the loop itself reads the line `over`
 * and ignores it.
 */
const SCRIPT = `while read -r word; do
  [ "$word" = hold ] && systemd-inhibit --what=sleep:idle --who=plotd --why="a plotter is drawing" --mode=block \
    sh -c 'read -r _; :'
done`

/**
 * Holds one lock of systemd-inhibit while at least one plot holds a lock of this inhibitor. Call this function while
 * the process is small, because a fork copies the page table.
 *
 * @param onProblem  called once for each different reason why there is no lock; plots continue without a lock
 */
export function sleepInhibitor(onProblem: (message: string) => void): SleepInhibitor {
  if (process.platform !== 'linux') return NO_INHIBITOR
  const reported = new Set<string>()
  const shell = new HelperShell(SCRIPT, (message) => {
    if (!reported.has(message)) onProblem(message)
    reported.add(message)
  })
  let holders = 0
  const release = (): void => {
    if (--holders === 0) shell.send('over')
  }
  return {
    lock: () => {
      if (holders++ === 0) shell.send('hold')
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
