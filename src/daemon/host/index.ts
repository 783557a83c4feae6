/**
 * The room `host`: the daemon's requests to systemd, on hosts that have it. The module `systemd-notify` reports
 * readiness and feeds the watchdog. The module `systemd-inhibit` keeps the computer from suspending during a plot. Each
 * module starts the program of its name through a `HelperShell`. The daemon also works without systemd.
 */
export { NO_INHIBITOR, type SleepInhibitor, sleepInhibitor } from './systemd-inhibit.ts'
export { systemdNotifier } from './systemd-notify.ts'
