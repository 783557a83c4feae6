import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version of an npm package below `folder`, or undefined. */
export function packageVersion(folder: string, name: string): string | undefined {
  try {
    const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
    return (JSON.parse(text) as { version: string }).version
  } catch {
    return undefined
  }
}

export interface Child {
  readonly process: ChildProcess
  /** Everything it has printed so far. */
  readonly said: () => string
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>
  /** Ends it and what it started. */
  stop(): void
}

export function start(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Child {
  const { input, ...rest } = options
  const child = spawn(command, args, { ...rest, detached: true, stdio: 'pipe' })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (text += bytes.toString()))
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  return {
    process: child,
    said: () => text,
    ended,
    stop() {
      try {
        if (child.pid !== undefined) process.kill(-child.pid)
      } catch {
        // it has ended by itself
      }
    },
  }
}

const LOOK_MS = 50

/** @throws Error when it does not come to that in time */
export async function until(what: string, isSo: () => boolean, seconds = 600): Promise<void> {
  const giveUp = Date.now() + seconds * 1000
  while (!isSo()) {
    if (Date.now() > giveUp) throw new Error(`${what}: not within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}
