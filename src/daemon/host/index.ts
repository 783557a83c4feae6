/**
 * The room `host`: what the daemon asks of systemd, where there is one. `systemd-notify` reports readiness and feeds the
 * watchdog; `systemd-inhibit` keeps the computer from suspending during a plot. Both start their programs through a
 * `HelperShell`. Without systemd the daemon works as well.
 */
export { NO_INHIBITOR, type SleepInhibitor, sleepInhibitor } from './systemd-inhibit.ts'
export { systemdNotifier } from './systemd-notify.ts'
