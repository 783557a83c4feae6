/**
 * The room `host`: the daemon's requests to systemd, on hosts that have it. `systemd-notify` reports readiness and
 * feeds the watchdog. `systemd-inhibit` keeps the computer from suspending during a plot. Both start their programs
 * through a `HelperShell`. The daemon also works without systemd.
 */
export { NO_INHIBITOR, type SleepInhibitor, sleepInhibitor } from './systemd-inhibit.ts'
export { systemdNotifier } from './systemd-notify.ts'
