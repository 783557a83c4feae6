import { spawn } from 'node:child_process'

type Environment = Readonly<Record<string, string | undefined>>

/** What systemd is told of this process. */
export interface ServiceManager {
  /** Clients can connect; from now on the watchdog is fed. */
  ready(status: string): void
  stopping(status: string): void
}

/**
 * systemd's notify protocol by its own little program, because Node has no datagrams on Unix sockets. Without
 * `NOTIFY_SOCKET` nobody listens and nothing is done.
 *
 * The watchdog is fed by a timer of the main thread, twice in its time: a daemon whose event loop hangs is not fed, and
 * is started anew.
 */
export function serviceManager(env: Environment = process.env, tell = bySystemdNotify): ServiceManager {
  if (!env['NOTIFY_SOCKET']) return { ready: () => {}, stopping: () => {} }
  const watchdogMs =
    env['WATCHDOG_PID'] === undefined || Number(env['WATCHDOG_PID']) === process.pid ? usec(env) / 1000 : 0
  return {
    ready(status) {
      tell(['READY=1', `STATUS=${status}`])
      if (watchdogMs > 0) setInterval(() => tell(['WATCHDOG=1']), watchdogMs / 2).unref()
    },
    stopping: (status) => tell(['STOPPING=1', `STATUS=${status}`]),
  }
}

const usec = ({ WATCHDOG_USEC }: Environment): number => Number(WATCHDOG_USEC ?? 0) || 0

function bySystemdNotify(words: readonly string[]): void {
  const child = spawn('systemd-notify', [`--pid=${process.pid}`, ...words], { stdio: 'ignore' })
  child.on('error', () => {}) // a daemon works without being seen to work
  child.unref()
}
