import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenedSpool } from '../spool/index.ts'
import type { Config } from './config/schema.ts'
import type { Hub, Metrics } from './events/index.ts'
import type { FarmParts } from './farm-parts.ts'
import type { SleepInhibitor } from './host/index.ts'
import type { Dispatcher } from './plotting/index.ts'
import { DAEMON_FILE } from './protocol/places.ts'
import type { ThreadPoolOptions } from './render/index.ts'
import type { Server } from './server/index.ts'

/** The parts of a daemon that have started. */
export interface Running {
  readonly config: Config
  readonly metrics: Metrics
  readonly inhibitor: SleepInhibitor
  readonly spool: OpenedSpool
  readonly newPool?: ThreadPoolOptions['newPool']
  farm?: FarmParts
  dispatcher?: Dispatcher
  hub?: Hub
  endRemovals?: () => void
  endFonts?: () => void
  server?: Server
  /** Why the daemon accepts no jobs. */
  away?: string
  ending?: Promise<void>
}

/** The file by which clients of this computer find the daemon. */
export const daemonFile = ({ state }: Config): string => join(state, DAEMON_FILE)

/**
 * Ends all parts, even when one of them fails. A second call waits for the first call. With `now`, the plotters lift
 * their pens at once, even when an earlier call without `now` is still under way.
 *
 * @throws the first error
 */
export async function end(running: Running, now: boolean): Promise<void> {
  if (running.ending && now) await running.dispatcher?.stop(true).catch(() => {}) // the first call throws this error
  running.ending ??= endAll(running, now)
  await running.ending
}

async function endAll(running: Running, now: boolean): Promise<void> {
  const { config, farm, dispatcher, endRemovals, endFonts, inhibitor, server, hub, metrics, spool } = running
  running.away = 'stopping'
  await inTurn(
    () => endRemovals?.(),
    () => endFonts?.(),
    () => dispatcher?.stop(now),
    () => inhibitor.close(),
    () => farm?.close(),
    () => hub?.delivered(), // clients receive the jobs' new states before their connections end
    () => server?.close(),
    () => hub?.close(),
    () => metrics.close(),
    () => spool.close(),
    () => rm(daemonFile(config), { force: true }),
  )
}

/** Runs all steps one after the other, even when one of them fails. @throws the first error */
export async function inTurn(...steps: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (thrown) {
      errors.push(thrown)
    }
  }
  if (errors.length > 0) throw errors[0]
}
