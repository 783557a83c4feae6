import { HelperShell } from './helper-shell.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Reports the state of the daemon to systemd. */
export interface SystemdNotifier {
  /** Reports that clients can connect, and feeds the watchdog from now on. */
  ready(status: string): void
  stopping(status: string): void
}

/** Sends assignments such as 'READY=1' in one notification. */
type Notify = (assignments: readonly string[]) => void

/**
 * Notifies systemd (sd_notify(3)) through the program `systemd-notify`, because Node has no datagrams on Unix sockets.
 * Does nothing without `NOTIFY_SOCKET`. Call this function while the process is small, because a fork copies the page
 * table.
 *
 * A timer of the main thread feeds the watchdog twice in each of its periods. When the event loop is blocked for a
 * whole period, systemd ends the daemon. If the unit has `Restart=on-failure`, systemd starts the daemon again.
 */
export function systemdNotifier(env: Environment = process.env, start: () => Notify = startNotify): SystemdNotifier {
  if (!env['NOTIFY_SOCKET']) return { ready: () => {}, stopping: () => {} }
  const notify = start()
  const watchdogMs = watchdogTime(env)
  return {
    ready(status) {
      notify(['READY=1', `STATUS=${status}`])
      if (watchdogMs > 0) setInterval(() => notify(['WATCHDOG=1']), watchdogMs / 2).unref()
    },
    stopping: (status) => notify(['STOPPING=1', `STATUS=${status}`]),
  }
}

/** Period of the watchdog, ms; 0 when there is none for this process. */
function watchdogTime({ WATCHDOG_PID, WATCHDOG_USEC }: Environment): number {
  const isOurs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid
  return isOurs ? (Number(WATCHDOG_USEC ?? 0) || 0) / 1000 : 0
}

/** Reads lines of one or two assignments, with a tab between them. */
const SCRIPT = `tab=$(printf '\\t')
while IFS=$tab read -r first second; do
  systemd-notify "--pid=${process.pid}" "$first" \${second:+"$second"} </dev/null
done`

/** Ignores problems, because the daemon works without notifications. */
function startNotify(): Notify {
  const shell = new HelperShell(SCRIPT, () => {})
  return (assignments) => shell.send(assignments.join('\t'))
}
