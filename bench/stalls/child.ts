import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { threadScript } from '../../src/threads.ts'

/** A script of this folder, in a process of its own with a channel to it. */
export function child(script: string, argument: string, flags: readonly string[] = []): ChildProcess {
  const path = fileURLToPath(threadScript(`bench/stalls/${script}`))
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
