import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { threadScript } from '../../src/threads.ts'

/** How long the daemon's loop stood since it was last asked, ms. */
export interface Stalls {
  readonly p99: number
  readonly max: number
}

/** A script beside the caller's, in a process of its own with a channel to it. */
export function child(script: string, argument: string, from: string, flags: readonly string[] = []): ChildProcess {
  const path = fileURLToPath(threadScript(script, from))
  return spawn(process.execPath, [...flags, path, argument], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
}

/** The first words; @throws Error when it ends without any */
export async function said({ stdout, spawnargs }: ChildProcess): Promise<string> {
  let all = ''
  for await (const chunk of stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    all += String(chunk)
    if (all.endsWith('\n')) break
  }
  if (all === '') throw new Error(`it said nothing: ${spawnargs.join(' ')}`)
  return all.trim()
}

/** Of a `fan-out/daemon`. */
export async function stalls(daemon: ChildProcess): Promise<Stalls> {
  daemon.send({})
  const [told] = (await once(daemon, 'message')) as [Stalls]
  return told
}
