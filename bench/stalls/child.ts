import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { threadScript } from '../../src/threads.ts'
import type { LoopReport } from './daemon.ts'

/** Starts a script of this folder in its own process, with an IPC channel. */
export function child(script: string, argument: string, flags: readonly string[] = []): ChildProcess {
  const path = fileURLToPath(threadScript(`bench/stalls/${script}`))
  return spawn(process.execPath, [...flags, path, argument], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
}

/** The first line of a process's output. @throws Error when the process ends and has printed nothing */
export async function firstLine({ stdout, spawnargs }: ChildProcess): Promise<string> {
  let all = ''
  for await (const chunk of stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    all += String(chunk)
    if (all.endsWith('\n')) break
  }
  if (all === '') throw new Error(`the process printed nothing: ${spawnargs.join(' ')}`)
  return all.trim()
}

/** The stalls of a daemon of `daemon.ts` since the last call. */
export async function loopReport(daemon: ChildProcess): Promise<LoopReport> {
  daemon.send({})
  const [report] = (await once(daemon, 'message')) as [LoopReport]
  return report
}
