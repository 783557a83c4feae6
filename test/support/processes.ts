import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Strokes } from '../../src/geometry/drawing.ts'
import { packageRoot } from '../../src/threads.ts'

/** A child process and the lines of its stdout. */
export interface Child {
  readonly process: ChildProcess
  /** The next line. @throws Error with the stderr of the process, if the process ends without a line */
  line(): Promise<string>
  /** Sends the signal and waits for the end. @returns the exit code, or the signal that ended the process */
  kill(signal: NodeJS.Signals): Promise<number | string>
}

/** Runs compiled code: `run` is the body of a module whose imports are resolved from dist/. */
export function node(run: string, env: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, ['--input-type=module', '-e', run], {
    cwd: join(packageRoot, 'dist'),
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const ended = once(child, 'exit')
  return {
    process: child,
    async line() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`the process ended without a line; its stderr:\n${stderr}`)
      return value as string
    },
    async kill(signal) {
      child.kill(signal)
      const [code, by] = (await ended) as [number | null, string | null]
      return code ?? by ?? ''
    },
  }
}

/**
 * A daemon as a process of its own. Resolves when the daemon is ready.
 *
 * @param more  statements at the head of the module that the process runs
 */
export async function daemonProcess(settings: Record<string, unknown>, more = ''): Promise<Child & { url: string }> {
  const child = node(`
    ${more}
    import { serve } from './src/daemon/main.js'
    const flags = ${JSON.stringify({ render: { workers: 1 }, ...settings })}
    const onReady = ({ url }) => console.log(url)
    process.exitCode = await serve({ flags, env: {}, file: undefined, onReady })
  `)
  return { ...child, url: await child.line() }
}

/** The view of an operator at the plotter: the sheet, and the carriage's place, mm from home. */
interface SheetView {
  readonly ink: Strokes
  readonly x: number
  readonly y: number
}

/** A simulated EBB on a pty, in its own process: like a board, it outlives a daemon. */
export async function boardProcess(): Promise<Child & { url: string; look(): Promise<SheetView> }> {
  const child = node(`
    import { createInterface } from 'node:readline'
    import { runSimulator } from './src/plotter/simulators/index.js'
    const { board, url } = await runSimulator('ebb', { speed: 20 })
    console.log(url)
    for await (const line of createInterface({ input: process.stdin })) {
      const { points, starts } = board.ink.strokes()
      const [x, y] = board.position
      console.log(JSON.stringify({ points: [...points], starts: [...starts], x, y }))
    }
  `)
  const url = await child.line()
  return {
    ...child,
    url,
    async look() {
      child.process.stdin?.write('look\n')
      const { points, starts, x, y } = JSON.parse(await child.line()) as {
        points: number[]
        starts: number[]
        x: number
        y: number
      }
      return { ink: { points: Float64Array.from(points), starts: Uint32Array.from(starts) }, x, y }
    },
  }
}
