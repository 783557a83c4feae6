import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../src/threads.ts'

const CLI = join(packageRoot, 'dist/clients/cli/main.js')
/** Largest allowed time of `plotd list`, as a multiple of the time of an empty Node program. */
const MOST = 2.5

/**
 * npm run bench cli -- [ROUNDS]
 *
 * Measures how long the command line takes from its start to its end, compared with an empty Node program. Each command
 * runs ROUNDS times, 15 when absent.
 */
export async function run([rounds = '15']: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plotd-bench-'))
  const places = ['--state', join(folder, 'state'), '--output', join(folder, 'output')]
  const daemon = spawn(process.execPath, [CLI, 'serve', '--json', '--port', '0', '--log-level', 'error', ...places], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(createInterface({ input: daemon.stdout }), 'line')
  const commands = {
    'node -e 0': ['-e', '0'],
    'plotd list': [CLI, 'list', '--state', join(folder, 'state')],
    'plotd plotters': [CLI, 'plotters', '--state', join(folder, 'state')],
    'plotd list --help': [CLI, 'list', '--help'],
  }
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, [] as number[]]))
  // in turn, so that other load of the machine affects all alike
  for (let round = 0; round < Number(rounds); round++) {
    for (const [name, words] of Object.entries(commands)) times[name]?.push(timed(words))
  }
  daemon.kill('SIGTERM')
  await once(daemon, 'close')
  rmSync(folder, { recursive: true, force: true })
  report(times)
}

function timed(words: readonly string[]): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`)
  return performance.now() - start
}

function report(times: Readonly<Record<string, readonly number[]>>): void {
  const middle = (all: readonly number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
  const bare = middle(times['node -e 0'] ?? [])
  for (const [name, all] of Object.entries(times)) {
    console.log(`${name.padEnd(20)} ${middle(all).toFixed(0).padStart(5)} ms  ${(middle(all) / bare).toFixed(2)} ×`)
  }
  const ratio = middle(times['plotd list'] ?? []) / bare
  console.log(
    `\nplotd list takes ${ratio <= MOST ? 'at most' : 'more than'} ${MOST} × the time of an empty Node program`,
  )
  if (ratio > MOST) process.exitCode = 1
}
