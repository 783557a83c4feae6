import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Lock, lockFolder } from '../../src/spool/journal/lock.ts'
import { packageRoot } from '../../src/threads.ts'
import { newestBelow } from './build.ts'

const VITE = 'node_modules/vite/bin/vite.js'
const BUILT = join(packageRoot, 'dist/web/index.html')

/**
 * Builds the page with Vite, if a source is newer than the last build. One test file builds at a time: a build first
 * empties its folder, from which other test files may serve the page.
 */
export async function buildPage(): Promise<void> {
  const lock = await buildLock()
  try {
    if (!isFresh())
      execFileSync(process.execPath, [VITE, 'build', '-c', 'clients/web/vite.config.ts'], {
        cwd: packageRoot,
        stdio: 'pipe',
      })
  } finally {
    lock.release()
  }
}

async function buildLock(): Promise<Lock> {
  const folder = join(tmpdir(), `plotd-page-${createHash('sha256').update(packageRoot).digest('hex').slice(0, 16)}`)
  mkdirSync(folder, { recursive: true })
  for (;;) {
    const lock = await lockFolder(folder).catch(() => undefined)
    if (lock) return lock
    await setTimeout(200)
  }
}

function isFresh(): boolean {
  const built = statSync(BUILT, { throwIfNoEntry: false })
  return (
    built !== undefined &&
    built.mtimeMs > Math.max(...['clients', 'src'].map((root) => newestBelow(join(packageRoot, root))))
  )
}
