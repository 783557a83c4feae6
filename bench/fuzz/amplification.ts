import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { connect } from '../../clients/node/index.ts'
import { METHODS, type MethodName, type Role } from '../../src/daemon/protocol/index.ts'
import { ROLES } from '../../src/daemon/protocol/roles.ts'
import { type Random, randomFrom } from '../../src/tasks/draw/random.ts'
import { child, firstLine, loopReport } from '../stalls/child.ts'
import { hostileMessage } from './hostile.ts'
import type { Finding, FuzzResult } from './run.ts'

/** Limits for a message of `sent` bytes. */
export const BARS = {
  /** Size of the answer. The constant is room for a page of a list, or for the answers to a JSON-RPC batch. */
  answerBytes: (sent: number): number => 1.25 * 1024 * 1024 + 4 * sent,
  /** Growth of resident memory since the first message. The constant is room for thread pools and the heap. */
  memoryBytes: (sent: number): number => 256 * 1024 * 1024 + 40 * sent,
  /** Work in one turn of the event loop, ms. */
  loopMs: 20,
}

export interface AmplificationReport extends FuzzResult {
  /**
   * The greatest values of each method. `ratio` is the bytes of the answer per byte of the request; 0 if no answer is
   * above 64 KiB. `loopMs` is the work in one turn of the event loop.
   */
  readonly worst: ReadonlyMap<MethodName, { ratio: number; loopMs: number }>
  readonly memoryMb: number
}

/**
 * Sends hostile messages of every method, with tokens of every role, to a daemon in a process of its own.
 *
 * A finding on the loop is a turn in which the main thread ran for longer than `BARS.loopMs`. Waits for a processor do
 * not count.
 *
 * @param bars  `loop`: whether long turns are findings. A short run sets it to false, because turns are long until V8
 *   has compiled the code. `heapMb`: the heap limit of the daemon, MB
 */
export async function amplification(
  seed: number,
  isEnough: (tried: number) => boolean,
  bars: { readonly loop: boolean; readonly heapMb: number } = { loop: true, heapMb: 256 },
): Promise<AmplificationReport> {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-fuzz-'))
  const limits = { messagesPerSecond: 1_000_000 }
  const flags = { port: 0, state: join(folder, 'state'), output: join(folder, 'output'), logLevel: 'error', limits }
  const execArgv = [`--max-old-space-size=${bars.heapMb}`]
  const daemon = child('daemon', JSON.stringify(flags), execArgv)
  const exited = once(daemon, 'exit').then(() => 'gone' as const)
  const findings: Finding[] = []
  const worst = new Map<MethodName, { ratio: number; loopMs: number }>()
  let [tried, longestMs, memory] = [0, 0, 0]
  try {
    const url = await firstLine(daemon)
    const secrets = await tokens(flags.state)
    const random = randomFrom(seed)
    let baseline: number | undefined
    for (; !isEnough(tried); tried++) {
      const [method, role] = [pick(Object.keys(METHODS) as MethodName[], random), pick(ROLES, random)]
      const message = hostileMessage(method, 4 ** random.between(3, 10.9), random)
      const size = Buffer.byteLength(message)
      const finding = (what: string) =>
        findings.push({ target: `${method} as ${role}`, text: message.slice(0, 2000), what })
      await loopReport(daemon)
      const startedAt = performance.now()
      const answer = await Promise.race([sent(url, secrets[role], message), exited])
      longestMs = Math.max(longestMs, performance.now() - startedAt)
      if (answer === 'gone') {
        finding('the daemon is gone')
        break
      }
      const { worked, rss } = await loopReport(daemon)
      baseline ??= rss
      memory = Math.max(memory, rss)
      const before = worst.get(method) ?? { ratio: 0, loopMs: 0 }
      const ratio = answer > 65_536 ? answer / size : 0
      worst.set(method, { ratio: Math.max(before.ratio, ratio), loopMs: Math.max(before.loopMs, worked) })
      if (answer > BARS.answerBytes(size)) finding(`${size} bytes in, ${answer} bytes out`)
      if (rss - baseline > BARS.memoryBytes(size)) finding(`${Math.round(rss / 1e6)} MB after ${size} bytes`)
      if (bars.loop && worked > BARS.loopMs) finding(`${worked.toFixed(1)} ms in one turn after ${size} bytes`)
    }
  } finally {
    daemon.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
  return { tried, findings, longestMs, worst, memoryMb: memory / 1e6 }
}

const pick = <T>(choices: readonly T[], random: Random): T => choices[random.whole(0, choices.length - 1)] as T

async function tokens(state: string): Promise<Record<Role, string>> {
  await using client = await connect({ state })
  const secrets: [Role, string][] = []
  for (const role of ROLES)
    secrets.push([role, (await client.call('token.new', { name: `fuzz-${role}`, role })).secret])
  return Object.fromEntries(secrets) as Record<Role, string>
}

/** Sends a message on a new connection, because a message may end its connection. @returns bytes of the answer */
async function sent(url: string, secret: string, message: string): Promise<number> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1`, ['plotd', `plotd.token.${secret}`])
  await once(socket, 'open')
  let bytes = 0
  const answered = new Promise<void>((resolve) => {
    socket.on('close', () => resolve())
    socket.on('error', () => resolve())
    socket.on('message', (data: Buffer) => {
      if (data.toString('latin1', 0, 40).includes('"method"')) return // a notification
      bytes += data.length
      resolve()
    })
  })
  socket.send(message)
  await answered
  socket.terminate()
  return bytes
}
