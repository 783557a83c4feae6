import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Threads and child processes run compiled JavaScript (Node 20 cannot run TypeScript), so every test run
 * starts from a fresh `dist/`. Type errors do not stop it: `npm run check` is where they fail.
 */
export default function build(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const run = spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, encoding: 'utf8' })
  if (run.error) throw run.error
  if (run.status !== 0) console.error(run.stdout)
}
