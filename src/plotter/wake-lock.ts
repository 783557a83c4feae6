import { spawn } from 'node:child_process'

/** Keeps the machine from falling asleep until the result is called. */
export type WakeLock = () => () => void

/**
 * By systemd-inhibit, which holds the lock as long as its child lives. Where there is none, nothing happens: a plot
 * is not refused for that.
 */
export const systemdWakeLock: WakeLock = () => {
  if (process.platform !== 'linux') return () => {}
  const inhibit = ['--what=sleep:idle', '--who=plotd', '--why=a plotter is drawing', '--mode=block', 'cat']
  // cat ends with its input, so the lock cannot outlive this process
  const child = spawn('systemd-inhibit', inhibit, { stdio: ['pipe', 'ignore', 'ignore'] })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  return () => child.stdin.end()
}
