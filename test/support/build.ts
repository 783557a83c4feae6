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
]
const STAMP = join(packageRoot, 'dist/.built')

/**
 * Threads and child processes run compiled JavaScript, because Node 20 cannot run TypeScript. This compiles `dist/` when
 * a source is newer than the last build. It does not check types: `npm run typecheck` does that.
 */
export default function build(): void {
  const newest = Math.max(...SOURCES.map((path) => newestBelow(join(packageRoot, path))))
  if (existsSync(STAMP) && Number(readFileSync(STAMP, 'utf8')) >= newest) return
  const args = ['tsc', '-p', 'tsconfig.build.json', '--noCheck', '--declaration', 'false']
  const run = spawnSync('npx', args, { cwd: packageRoot, encoding: 'utf8' })
  if (run.error) throw run.error
  if (run.status !== 0) console.error(run.stdout)
  writeFileSync(STAMP, String(newest)) // a source that changed during the build is newer
}

/** The latest change of a file or folder and of everything in it, ms. A removed file changes its folder. */
function newestBelow(path: string): number {
  const own = statSync(path)
  if (!own.isDirectory()) return own.mtimeMs
  const inside = readdirSync(path, { recursive: true, encoding: 'utf8' })
  return inside.reduce((latest, each) => Math.max(latest, statSync(join(path, each)).mtimeMs), own.mtimeMs)
}
