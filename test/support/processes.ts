import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../../src/threads.ts'

/** A child process and the lines of its stdout. */
export interface Child {
  readonly process: ChildProcess
  /** The next line. @throws when the process ends without one, with what it said on stderr */
  line(): Promise<string>
  /** Ends it and waits for its end. @returns its exit code, or the signal's name */
  kill(signal: NodeJS.Signals): Promise<number | string>
}

/** Runs compiled code: `run` is the body of a module whose imports are resolved from dist/. */
export function node(run: string, env: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, ['--input-type=module', '-e', run], {
    cwd: join(packageRoot, 'dist'),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints += chunk.toString()
  })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const ended = once(child, 'exit')
  return {
    process: child,
    async line() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`the process ended without a line; it said:\n${complaints}`)
      return value as string
    },
    async kill(signal) {
      child.kill(signal)
      const [code, by] = (await ended) as [number | null, string | null]
      return code ?? by ?? ''
    },
  }
}

/** A daemon as a process of its own, ready. */
export async function daemonProcess(settings: Record<string, unknown>): Promise<Child & { url: string }> {
  const child = node(`
    import { readyLine, serve } from './src/daemon/main.js'
    const flags = ${JSON.stringify(settings)}
    const onReady = (daemon, loaded) => console.log(readyLine(daemon, loaded))
    process.exitCode = await serve({ flags, env: {}, file: undefined, onReady })
  `)
  const { url } = JSON.parse(await child.line()) as { url: string }
  return { ...child, url }
}
