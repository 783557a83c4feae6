import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../src/tasks/draw/random.ts'
import { check, every, follow, meddle, releaseAll, Submitter } from '../soak/load.ts'
import { Operator } from '../soak/operator.ts'
import { type Engine, type FarmHost, FarmWorld } from './farm-world.ts'
import { awayMs, FAULTS } from './faults.ts'
import { GivenUpJobs } from './given-up.ts'

export interface SweepOptions {
  readonly engine?: Engine
  /** Only faults whose names contain this text; all faults when absent. */
  readonly only?: string
  readonly rounds: number
  readonly seed: number
  readonly onRound?: (world: FarmWorld, round: number, what: string) => void
}

const FARMS = {
  postgres: { names: ['north', 'south', 'east'], plottersEach: 1 },
  lowdb: { names: ['alone'], plottersEach: 3 },
} as const
/** Speed at which a stroke of a drawing takes 4 s, so that faults also occur in long strokes. */
const SLOW_PERCENT = 6
const PLOT_WAIT_MS = 20_000
const DRAIN_MS = 120_000

/**
 * Runs whole daemons with simulated operators, interfering clients and faults. After the last fault, every job must
 * end.
 *
 * @returns the farm, closed, with its counts and every violation of a rule
 */
export async function sweep({
  rounds,
  seed,
  onRound,
  engine = 'postgres',
  only = '',
}: SweepOptions): Promise<FarmWorld> {
  const [ofOne, ofAll] = FAULTS[engine]
  if (!Object.keys({ ...ofOne, ...ofAll }).some((name) => name.includes(only)))
    throw new Error(`--only ${only}: no fault has this in its name`)
  const world = await FarmWorld.start({ seed, engine, ...FARMS[engine] })
  const { random } = world
  const givenUp = await GivenUpJobs.follow(world)
  let isOver = false
  const submitter = new Submitter(world, {
    drawn: 0.85,
    plot: (name, chance) => ({
      plotter: chance.next() < 0.3 ? 'any' : name,
      options: { keepOrder: true, ...(chance.next() < 0.2 && { speedPercent: SLOW_PERCENT }) },
    }),
  })
  const hasEnded = () => isOver
  const working = Promise.all([
    every(700, hasEnded, () => submitter.step()),
    every(2_500, hasEnded, () => meddle(world)),
    every(5_000, hasEnded, () => check(world)),
    every(100, hasEnded, () => follow(world, random.between(2_000, 20_000))),
    every(100, hasEnded, () => givenUp.check()),
    ...world.plotters.map((plotter) => {
      const operator = new Operator(world, plotter)
      return every(400, hasEnded, () => operator.step())
    }),
  ])
  for (let round = 0; round < rounds; round++) {
    const what = await strike(world, only)
    onRound?.(world, round + 1, what)
    await sleep(random.between(500, 4_000))
  }
  isOver = true
  await working
  await drain(world, givenUp)
  await givenUp.close()
  await world.close()
  return world
}

/** Causes a fault of one host, of all hosts or of the database. In some rounds a second host has a fault, too. */
async function strike(world: FarmWorld, only: string): Promise<string> {
  const { random, hosts, engine } = world
  const [ofOne, ofAll] = FAULTS[engine]
  const named = (faults: object): string[] => Object.keys(faults).filter((name) => name.includes(only))
  const first = random.whole(0, hosts.length - 1)
  const name = anyOf(random, named({ ...ofOne, ...ofAll }))
  const secondName = anyOf(random, named(ofOne))
  const isTwice = random.next() < 0.2 && hosts.length > 1 && !(name in ofAll)
  const second = isTwice ? hosts[(first + random.whole(1, hosts.length - 1)) % hosts.length] : undefined
  const faults: Promise<string>[] = []
  const host = hosts[first]
  if (host) faults.push(cause(world, host, name))
  if (second) faults.push(cause(world, second, secondName))
  return (await Promise.all(faults)).join('; ')
}

const anyOf = (random: Random, names: readonly string[]): string => names[random.whole(0, names.length - 1)] ?? ''

/** Causes a fault. In most rounds `cause` first waits until a pen of the host is down, at most 20 s. */
async function cause(world: FarmWorld, host: FarmHost, name: string): Promise<string> {
  const { random, ledger } = world
  const away = awayMs(random)
  const waits = random.next() < 0.8
  const pause = random.between(0, 300)
  const until = performance.now() + PLOT_WAIT_MS
  while (waits && performance.now() < until && !host.plotters.some(({ simulator }) => simulator.board.isPenDown)) {
    await sleep(10)
  }
  await sleep(pause)
  ledger.count('faults')
  ledger.count(`fault: ${name}`)
  const [ofOne, ofAll] = FAULTS[world.engine]
  await (ofOne[name] ?? ofAll[name])?.(world, host, away)
  return `${name}, ${host.name}, ${(away / 1000).toFixed(1)} s`
}

/**
 * Waits, without further faults, until every job has ended, or until no job has ended for 120 s. Every job that has not
 * ended then is a violation, and so is every pen that is down.
 */
async function drain(world: FarmWorld, givenUp: GivenUpJobs): Promise<void> {
  const { ledger, plotters } = world
  let left = Infinity
  let until = 0
  const isOver = (): boolean => {
    const { length } = ledger.live
    if (length < left) {
      left = length
      until = performance.now() + DRAIN_MS
    }
    return length === 0 || performance.now() > until
  }
  const operators = plotters.map((plotter) => new Operator(world, plotter))
  await Promise.all([
    every(500, isOver, () => releaseAll(world)),
    every(500, isOver, () => check(world)),
    every(100, isOver, () => givenUp.check()),
    ...operators.map((operator) => every(150, isOver, () => operator.step())),
  ])
  const states = await world.client.call('plotter.list', {})
  for (const id of ledger.live) {
    const { params: _, ...job } = await world.client.call('job.get', { id })
    ledger.violate(`did not end: ${JSON.stringify({ job, states })}`)
  }
  for (const operator of operators) await operator.step()
  for (const { name, simulator } of plotters) {
    if (simulator.board.isPenDown) ledger.violate(`the pen of ${name} is down at the end`)
  }
}
