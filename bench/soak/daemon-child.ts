import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../../src/threads.ts'

export interface Usage {
  readonly residentMb: number
  readonly descriptors: number
  readonly threads: number
}

/** Memory and handles of the main thread after a full garbage collection. */
export interface Weight {
  readonly heapMb: number
  /** The part of `heapMb` that is machine code and bytecode. */
  readonly codeMb: number
  /** The rest of `heapMb`. */
  readonly dataMb: number
  readonly buffersMb: number
  /** Number of resources that keep the event loop alive, such as sockets and timers. */
  readonly handles: number
}

/** A daemon in its own process, which can be killed or stopped, and whose clock can be set. */
export class DaemonChild {
  readonly url: string
  readonly #process: ChildProcess
  readonly #ended: Promise<string>
  /** The latest 200 lines of stderr that are log entries of errors, or lines of other text, such as a stack trace. */
  readonly complaints: string[]

  private constructor(child: ChildProcess, url: string, ended: Promise<string>, complaints: string[]) {
    this.#process = child
    this.url = url
    this.#ended = ended
    this.complaints = complaints
  }

  /**
   * @param flags  for `loadConfig`
   * @param prefix  words before the command, such as `ip netns exec NAME`
   * @throws Error with the daemon's last complaints, when the daemon ends before it has started
   */
  static async start(flags: Readonly<Record<string, unknown>>, prefix: readonly string[] = []): Promise<DaemonChild> {
    const script = join(packageRoot, 'dist/bench/soak/serve.js') // the compiled script, even in a run from source
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const
    const command = [process.execPath, '--expose-gc', script, JSON.stringify(flags)]
    const [program = '', ...words] = [...prefix, ...command]
    const child = spawn(program, words, { stdio: [...stdio] })
    const complaints: string[] = []
    if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => note(complaints, line))
    const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code))
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    const first = await Promise.race([once(lines, 'line').then(([line]) => line as string), ended])
    if (!first.startsWith('http')) throw new Error(`the daemon ended with ${first}: ${complaints.slice(-5).join('\n')}`)
    return new DaemonChild(child, first, ended, complaints)
  }

  /** Resolves when the daemon ends, with its exit code or the name of the signal that ended it. */
  get ended(): Promise<string> {
    return this.#ended
  }

  end(signal: NodeJS.Signals): Promise<string> {
    this.#process.kill(signal)
    return this.#ended
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  setClock(skewMs: number): void {
    if (this.#process.connected) this.#process.send({ skewMs })
  }

  /** Runs a full garbage collection, so call it rarely. Rejects when the daemon ends before it answers. */
  async weigh(): Promise<Weight> {
    const answer = once(this.#process, 'message')
    const ended = this.#ended.then((how) => {
      throw new Error(`the daemon has ended: ${how}`)
    })
    this.#process.send({ weigh: true })
    const [weight] = (await Promise.race([answer, ended])) as [Weight]
    return weight
  }

  /** Linux only. */
  usage(): Usage {
    const proc = `/proc/${this.#process.pid}`
    const [, pages] = readFileSync(`${proc}/statm`, 'utf8').split(' ')
    return {
      residentMb: (Number(pages) * 4096) / 1e6,
      descriptors: readdirSync(`${proc}/fd`).length,
      threads: readdirSync(`${proc}/task`).length,
    }
  }
}

function note(complaints: string[], line: string): void {
  const entry = parseLine(line)
  if (entry === undefined || (entry.level ?? 0) >= 50) complaints.push(line.slice(0, 2000))
  if (complaints.length > 200) complaints.shift()
}

function parseLine(line: string): { readonly level?: number } | undefined {
  try {
    return JSON.parse(line) as { level?: number }
  } catch {
    return undefined
  }
}
