import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
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
const STAMP = join(packageRoot, 'dist/.built')

/**
 * Threads and child processes run compiled JavaScript, because Node 20 cannot run TypeScript. This compiles `dist/`
 * when a source is newer than the last build, as `npm run build` does. It does not check types: `npm run typecheck`
 * does that.
 */
export default function build(): void {
  const newest = Math.max(...SOURCES.map((path) => newestBelow(join(packageRoot, path))))
  if (existsSync(STAMP) && Number(readFileSync(STAMP, 'utf8')) >= newest) return
  run('npx', 'tsc', '-p', 'tsconfig.build.json', '--noCheck', '--declaration', 'false')
  run(process.execPath, '.ci/bundle.mjs')
  writeFileSync(STAMP, String(newest)) // a source that changed during the build is newer
}

function run(command: string, ...args: readonly string[]): void {
  const { error, status, stdout, stderr } = spawnSync(command, args, { cwd: packageRoot, encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) console.error(stdout, stderr)
}

/** The latest change of a file or folder and of everything in it, ms. A removed file changes its folder. */
function newestBelow(path: string): number {
  const own = statSync(path)
  if (!own.isDirectory()) return own.mtimeMs
  const inside = readdirSync(path, { recursive: true, encoding: 'utf8' })
  return inside.reduce((latest, name) => Math.max(latest, statSync(join(path, name)).mtimeMs), own.mtimeMs)
}
