import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import type { Random } from '../../src/tasks/draw/random.ts'
import type { Plotter, World } from './world.ts'

type Fault = (world: World, plotter: Plotter) => Promise<void>

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const withFaults =
  (faults: object, ms: number): Fault =>
  async (_, { simulator: { board } }) => {
    Object.assign(board.cable.faults, faults)
    await wait(ms)
    for (const name of Object.keys(faults)) Reflect.deleteProperty(board.cable.faults, name)
  }

/** Faults of plotters, clocks and clients while the daemon runs. */
const GENTLE: Readonly<Record<string, Fault>> = {
  'plug pulled': async (_, { simulator: { board } }) => board.cable.cut(),
  'plug pulled in mid-line': async ({ random }, { simulator: { board } }) => {
    board.cable.faults.cutAfterBytes = random.whole(1, 400)
  },
  'answers lost': withFaults({ mute: true }, 3000),
  'answers garbled': withFaults({ garble: true }, 1000),
  'answers late': withFaults({ lateMs: 400 }, 5000),
  'button pressed': async (_, { simulator: { board } }) => board.pressButton(),
  'clock set': async ({ daemon, random }) => {
    daemon.setClock(random.pick([-86_400_000, -3_600_000, 3_600_000, 86_400_000]))
    await wait(2000)
    daemon.setClock(0)
  },
  'client disconnected abruptly': disconnectAbruptly,
}

/** Faults that end the daemon. */
const ROUGH: Readonly<Record<string, Fault>> = {
  'kill -9': (world) => world.restart((daemon) => daemon.end('SIGKILL'), ['SIGKILL']),
  'stop and start': (world) => world.restart((daemon) => daemon.end('SIGTERM'), ['0']),
  'stop at once': (world) =>
    world.restart(
      async (daemon) => {
        daemon.signal('SIGTERM')
        await wait(20)
        return daemon.end('SIGTERM')
      },
      ['0', '130', 'SIGTERM'], // SIGTERM: the daemon had stopped, and its process no longer handled signals
    ),
  'disk full': fillDisk,
}

/** A subscriber that sends many requests, reads no answer, and disconnects abruptly after 3 s. */
async function disconnectAbruptly({ daemon, folder, ledger }: World): Promise<void> {
  const token = (await readFile(join(folder, 'state', 'token'), 'utf8')).trim()
  const headers = { authorization: `Bearer ${token}` }
  const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}/v1`, ['plotd'], { headers })
  socket.on('error', () => {}) // the daemon may end meanwhile
  await Promise.race([once(socket, 'open').catch(() => {}), wait(2000)])
  if (socket.readyState === WebSocket.OPEN) {
    socket.pause()
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'events.subscribe', params: {} }))
    for (let id = 2; id < 50; id++) {
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'job.list', params: { limit: 500 } }))
    }
    await wait(3000)
    ledger.count('clients that disconnected abruptly')
  }
  socket.terminate()
}

/** Fills the world's own disk for 4 s, makes room again, and restarts the daemon. */
async function fillDisk(world: World): Promise<void> {
  const ballast = join(world.folder, 'ballast')
  await writeFile(ballast, Buffer.alloc(600 << 20)).catch(() => {})
  await wait(4000)
  await rm(ballast, { force: true })
  await world.restart((daemon) => daemon.end('SIGTERM'), ['0', '1'])
}

export async function strike(world: World, rough: boolean): Promise<void> {
  const { random, plotters, ledger } = world
  const all = Object.entries({ ...GENTLE, ...(rough ? ROUGH : {}) })
  const [what, fault] = pick(random, rough && random.next() < 0.5 ? Object.entries(ROUGH) : all)
  if (what === 'disk full' && !world.ownDisk) return
  ledger.count('faults')
  ledger.count(`fault: ${what}`)
  await fault(world, pick(random, plotters))
}

function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[random.whole(0, choices.length - 1)]
  if (choice === undefined) throw new Error('nothing to choose from')
  return choice
}
