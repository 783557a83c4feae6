import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../src/tasks/draw/random.ts'
import type { Engine, FarmHost, FarmWorld } from './farm-world.ts'
import { sql } from './postgres.ts'

/**
 * Time without an answer from the database after which the pens of a host must be up, ms. The host lifts its pens after
 * 10 s, and checks the time twice a second. The rest is for the lift and for a busy machine.
 */
const LIFTED_MS = 13_000

type Faults = Readonly<Record<string, Fault>>
type Fault = (world: FarmWorld, host: FarmHost, awayMs: number) => Promise<void>

/** Faults of any host, with or without a shared queue. */
const OF_HOST: Readonly<Record<string, Fault>> = {
  'host killed': async (_, host, awayMs) => {
    await host.end('SIGKILL')
    await sleep(awayMs)
    await host.start()
  },
  'host frozen': async (_, host, awayMs) => {
    host.freeze()
    await sleep(awayMs)
    host.thaw()
  },
  'network cable of a host unplugged': async (world, host, awayMs) => {
    host.computer?.unplug()
    await whileAway(world, host.computer === undefined ? [] : [host], awayMs)
    host.computer?.plug()
  },
  'clock of a host set': async ({ random }, host, awayMs) => {
    host.setClock(random.pick([-86_400_000, -60_000, 60_000, 86_400_000]))
    await sleep(awayMs)
    host.setClock(0)
  },
}

/** Faults of a host that shares a queue with others. */
const OF_MEMBER: Readonly<Record<string, Fault>> = {
  'wire to the database held': (world, host, awayMs) => holdWires(world, [host], awayMs, false),
  'wire to the database held and cut': (world, host, awayMs) => holdWires(world, [host], awayMs, true),
  'answers of the database held': async (world, host, awayMs) => {
    host.wire.holdAnswers()
    await whileAway(world, [host], awayMs)
    host.wire.release()
  },
  // The database keeps each event for at least one hour. This fault is shorter, so it deletes the events itself.
  'wire held until the events are gone': async (world, host, awayMs) => {
    host.wire.hold()
    await whileAway(world, [host], awayMs)
    await sql(world.url, 'DELETE FROM plotd.change WHERE seq < (SELECT seq FROM plotd.feed)').catch(() => [])
    host.wire.release()
  },
  // After the thaw the database refuses the host. A service manager would start the host again.
  'host frozen, and another takes its name': async (world, host, awayMs) => {
    host.freeze()
    const end = await host.startNamesake().catch(() => undefined) // the database may be away
    await sleep(awayMs)
    host.thaw()
    if (end === undefined) return
    await whileAway(world, [host], LIFTED_MS + 500)
    await end()
    await host.end('SIGKILL')
    await host.start()
  },
}

/** Faults of all hosts, or of the database. */
const OF_ALL: Readonly<Record<string, Fault>> = {
  'all hosts frozen': async ({ hosts }, _, awayMs) => {
    for (const host of hosts) host.freeze()
    await sleep(awayMs)
    for (const host of hosts) host.thaw()
  },
  'all hosts killed': async ({ hosts }, _, awayMs) => {
    await Promise.all(hosts.map((host) => host.end('SIGKILL')))
    await sleep(awayMs)
    await Promise.all(hosts.map((host) => host.start()))
  },
  'database frozen, and a host killed': async ({ server }, host, awayMs) => {
    server.signal('SIGSTOP')
    await sleep(awayMs / 2)
    await host.end('SIGKILL')
    await sleep(awayMs / 2)
    server.signal('SIGCONT')
    await host.start()
  },
  'wires of all hosts to the database held': (world, _, awayMs) => holdWires(world, world.hosts, awayMs, false),
  'database killed': async ({ server }, _, awayMs) => {
    server.kill()
    await sleep(awayMs)
    await server.start()
  },
  'database frozen': async (world, _, awayMs) => {
    world.server.signal('SIGSTOP')
    await whileAway(world, world.hosts, awayMs)
    world.server.signal('SIGCONT')
  },
}

/** Faults of one host, then faults of all hosts or of the database. */
export const FAULTS: Readonly<Record<Engine, readonly [one: Faults, all: Faults]>> = {
  lowdb: [OF_HOST, {}],
  postgres: [{ ...OF_HOST, ...OF_MEMBER }, OF_ALL],
}

async function holdWires(world: FarmWorld, hosts: readonly FarmHost[], awayMs: number, cut: boolean): Promise<void> {
  for (const { wire } of hosts) wire.hold()
  await whileAway(world, hosts, awayMs)
  for (const { wire } of hosts) {
    if (cut) wire.cut()
    wire.release()
  }
}

/**
 * Waits `awayMs`, in which `hosts` get no answer from the database. After `LIFTED_MS`, the pens of each host that has
 * run all this time must be up.
 */
async function whileAway({ ledger, engine }: FarmWorld, hosts: readonly FarmHost[], awayMs: number): Promise<void> {
  await sleep(Math.min(awayMs, LIFTED_MS))
  // A queue in the host's own folder needs no network.
  if (awayMs > LIFTED_MS && engine === 'postgres') {
    for (const { plotters, runsForMs } of hosts) {
      if (runsForMs < LIFTED_MS) continue
      for (const { name, simulator } of plotters) {
        ledger.count('pens that were checked while the database was away')
        if (simulator.board.isPenDown)
          ledger.violate(`the pen of ${name} is still down ${LIFTED_MS / 1000} s after its host lost the database`)
      }
    }
  }
  await sleep(Math.max(0, awayMs - LIFTED_MS))
}

/**
 * Duration of a fault, ms. Each range contains one limit: a permission ends after 3 s, pens are lifted after 10 s, and
 * a host is lost after 20 s.
 */
export function awayMs(random: Random): number {
  const chance = random.next()
  if (chance < 0.35) return random.between(50, 4_000)
  if (chance < 0.65) return random.between(4_000, 15_000)
  return random.between(15_000, 33_000)
}
