import { strike } from './chaos.ts'
import { check, every, follow, meddle, releaseAll, Submitter } from './load.ts'
import { Operator } from './operator.ts'
import { World } from './world.ts'

export interface SoakOptions {
  readonly seconds: number
  readonly seed: number
  /** A world runs on after `seconds` until it has judged this number of sheets; 0 when absent. */
  readonly sheets?: number
  /** Called every minute with the seconds that have passed. */
  readonly onProgress?: (worlds: readonly World[], seconds: number) => void
}

const USAGE_EVERY_MS = 2000
const WEIGHT_EVERY_MS = 30_000
const PROGRESS_EVERY_MS = 60_000
/** Maximum time from the end of one job to the end of the next, after the last fault, ms. Allows for a busy machine. */
const DRAIN_MS = 240_000

/**
 * Runs two worlds at the same time. Each world has a daemon with two plotters, jobs of all kinds, interfering users,
 * clients that come and go, and faults. In the `steady` world the daemon keeps running, so that the bench can measure
 * its resources. In the `stormy` world the bench also kills and stops the daemon, and fills its disk.
 *
 * @returns the worlds, closed, with their counts and the recorded violations of the rules
 */
export async function soak({ seconds, seed, sheets = 0, onProgress }: SoakOptions): Promise<readonly World[]> {
  const worlds = [await World.start('steady', seed), await World.start('stormy', seed + 1)]
  const startedAt = performance.now()
  const passed = () => (performance.now() - startedAt) / 1000
  const isOver = ({ ledger }: World) => passed() >= seconds && (ledger.counts['sheets judged'] ?? 0) >= sheets
  const progressTimer = setInterval(() => onProgress?.(worlds, passed()), PROGRESS_EVERY_MS)
  await Promise.all(worlds.map((world) => live(world, world.name === 'stormy', () => isOver(world), passed)))
  clearInterval(progressTimer)
  await Promise.all(worlds.map(drain))
  for (const world of worlds) await world.close()
  return worlds
}

async function live(world: World, rough: boolean, isOver: () => boolean, passed: () => number): Promise<void> {
  const { random } = world
  const submitter = new Submitter(world)
  await Promise.all([
    every(150, isOver, () => submitter.step()),
    every(500, isOver, () => meddle(world)),
    every(2000, isOver, () => check(world)),
    every(100, isOver, () => follow(world, random.between(200, 5000))),
    every(100, isOver, () => follow(world, random.between(1000, 8000))),
    ...world.plotters.map((plotter) => {
      const operator = new Operator(world, plotter)
      return every(60, isOver, () => operator.step())
    }),
    every(4000, isOver, async () => {
      await new Promise((resolve) => setTimeout(resolve, random.between(0, 4000)))
      await strike(world, rough)
    }),
    ...(rough ? [] : [every(USAGE_EVERY_MS, isOver, async () => world.usages.add(passed(), world.daemon.usage()))]),
    ...(rough
      ? []
      : [every(WEIGHT_EVERY_MS, isOver, async () => world.weights.add(passed(), await world.daemon.weigh()))]),
  ])
}

/** Waits without further faults until every job has ended. A job that does not end in time is a violation. */
async function drain(world: World): Promise<void> {
  const { ledger, plotters } = world
  let [left, until] = [Infinity, 0]
  const isOver = () => {
    const { length } = ledger.live
    if (length < left) [left, until] = [length, performance.now() + DRAIN_MS]
    return length === 0 || performance.now() > until
  }
  const operators = plotters.map((plotter) => new Operator(world, plotter))
  await Promise.all([
    every(500, isOver, () => releaseAll(world)),
    every(500, isOver, () => check(world)),
    ...operators.map((operator) => every(60, isOver, () => operator.step())),
  ])
  const states = await world.client.call('plotter.list', {})
  for (const id of ledger.live) {
    const { params: _, ...job } = await world.client.call('job.get', { id })
    const notes = plotters.map((plotter) => plotter.notes)
    ledger.violate(`${world.name}: did not end: ${JSON.stringify({ job, states, notes })}`)
  }
  for (const operator of operators) await operator.step()
}
