import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/threads.ts'

const SOURCES = [
  'src',
  'clients/node',
  'clients/cli',
  'clients/notify',
  'clients/printer',
  'bench',
  'examples',
  'tsconfig.json',
  'tsconfig.build.json',
  '.ci/bundle.mjs',
]
/** Starting the compiler through npx takes half a second more. */
const TSC = 'node_modules/typescript/bin/tsc'
/** The commands of `npm run build`, without the page, type checks and type declarations. */
const STEPS = [
  [process.execPath, TSC, '-p', 'tsconfig.build.json', '--noCheck', '--declaration', 'false'],
  [process.execPath, '.ci/bundle.mjs'],
]
/** Holds the time of the newest source of the last build that succeeded, ms. */
const STAMP = 'dist/.built'

/**
 * Compiles `dist/`, if a source is newer than the last build. Threads and child processes run this JavaScript, because
 * Node 20 cannot run TypeScript. `npm run typecheck` checks the types.
 *
 * @throws Error with the message of the compiler when the build fails
 */
export default function build(): void {
  buildIfOlder(packageRoot, SOURCES, STEPS)
}

/** Runs the commands in `root` when one of `sources` is newer than the last build there. */
export function buildIfOlder(root: string, sources: readonly string[], steps: readonly (readonly string[])[]): void {
  const stamp = join(root, STAMP)
  const newest = Math.max(...sources.map((path) => newestBelow(join(root, path))))
  if (existsSync(stamp) && Number(readFileSync(stamp, 'utf8')) >= newest) return
  rmSync(stamp, { force: true })
  for (const step of steps) run(root, step)
  writeFileSync(stamp, String(newest)) // a source that changed during the build is newer
}

function run(root: string, [command = '', ...args]: readonly string[]): void {
  const { error, status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (error) throw error
  if (status === 0) return
  const failure = new Error(`${[command, ...args].join(' ')} failed:\n${stdout}${stderr}`)
  failure.stack = '' // with a stack, Vitest prints an error of its source maps instead of the message
  throw failure
}

/** The latest change of a file or folder and of everything in it, ms. A removed file changes its folder. */
export function newestBelow(path: string): number {
  const own = statSync(path)
  if (!own.isDirectory()) return own.mtimeMs
  const inside = readdirSync(path, { recursive: true, encoding: 'utf8' })
  return inside.reduce((latest, name) => Math.max(latest, statSync(join(path, name)).mtimeMs), own.mtimeMs)
}
