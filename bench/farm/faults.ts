import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../src/tasks/draw/random.ts'
import type { FarmHost, FarmWorld } from './farm-world.ts'

/**
 * A host without an answer for 10 s lifts the pen. It looks each half second, the lift takes some time, and the machine may be
 * busy.
 */
const LIFTED_MS = 13_000

type Fault = (world: FarmWorld, host: FarmHost, awayMs: number) => Promise<void>

/** What befalls a host, or the database, or the wires between them. */
export const FAULTS: Readonly<Record<string, Fault>> = {
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
  'wire to the database held': (world, host, awayMs) => held(world, [host], awayMs, false),
  'wire to the database held and cut': (world, host, awayMs) => held(world, [host], awayMs, true),
  'network cable of a host unplugged': async (world, host, awayMs) => {
    host.place?.unplug()
    await whileAway(world, host.place === undefined ? [] : [host], awayMs)
    host.place?.plug()
  },
  'wires to the database of all hosts held': (world, _, awayMs) => held(world, world.hosts, awayMs, false),
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
  'clock of a host set': async ({ random }, host, awayMs) => {
    host.setClock(random.pick([-86_400_000, -60_000, 60_000, 86_400_000]))
    await sleep(awayMs)
    host.setClock(0)
  },
}

async function held(world: FarmWorld, hosts: readonly FarmHost[], awayMs: number, cut: boolean): Promise<void> {
  for (const { wire } of hosts) wire.hold()
  await whileAway(world, hosts, awayMs)
  for (const { wire } of hosts) {
    if (cut) wire.cut()
    wire.release()
  }
}

/** Hosts that run and have no answer lift their pens. One that another fault ended or froze meanwhile cannot. */
async function whileAway({ ledger }: FarmWorld, hosts: readonly FarmHost[], awayMs: number): Promise<void> {
  await sleep(Math.min(awayMs, LIFTED_MS))
  if (awayMs > LIFTED_MS) {
    for (const { pens, runsForMs } of hosts) {
      if (runsForMs < LIFTED_MS) continue
      for (const { name, simulator } of pens) {
        ledger.count('pens that were looked at during a cut')
        if (simulator.board.penTouches) ledger.violate(`${name} is down ${LIFTED_MS / 1000} s after the wire was held`)
      }
    }
  }
  await sleep(Math.max(0, awayMs - LIFTED_MS))
}

/** How long something is away: shorter than a permission, than a contact, or than a host may be silent; or longer. */
export function awayMs(random: Random): number {
  const chance = random.next()
  if (chance < 0.35) return random.between(50, 4_000)
  if (chance < 0.65) return random.between(4_000, 15_000)
  return random.between(15_000, 33_000)
}
