import { SmallShell } from './small-shell.ts'

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
 * is started anew. To be called while the process is small.
 */
export function serviceManager(env: Environment = process.env, notifier = bySystemdNotify): ServiceManager {
  if (!env['NOTIFY_SOCKET']) return { ready: () => {}, stopping: () => {} }
  const tell = notifier()
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

type Tell = (words: readonly string[]) => void

/** A line has up to two words, with a tab between them. */
const NOTIFIER = `tab=$(printf '\\t')
while IFS=$tab read -r first second; do
  systemd-notify "--pid=${process.pid}" "$first" \${second:+"$second"} </dev/null
done`

/** A daemon works without being seen to work. */
function bySystemdNotify(): Tell {
  const shell = new SmallShell(NOTIFIER, () => {})
  return (words) => shell.say(words.join('\t'))
}
