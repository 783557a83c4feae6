import { existsSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { isMainThread, type Worker } from 'node:worker_threads'

/** The folder that holds package.json: the same whether this runs from `src/` or from `dist/src/`. */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)))

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('package.json not found above src/')
  return findRoot(parent)
}

/**
 * The compiled script of a thread or child process. Node 20 cannot run TypeScript, so callers that run from source use
 * the compiled script too. A script of `src/` is also an entry of `.ci/bundle.mjs`.
 *
 * @param source  path of the script below the package's folder, without its ending: 'src/daemon/render/thread-entry'
 */
export function threadScript(source: string): URL {
  return pathToFileURL(join(packageRoot, 'dist', `${source}.js`))
}

const NO_REQUIRE = '--no-experimental-require-module'

/**
 * Options for piscina's threads, so that they import their script. By default they `require` it. To end a thread during
 * that `require` crashes the whole process (Node 20.20, "IsGraphAsync must be used on an instantiated module").
 */
export const importingThread: { execArgv?: string[] } = process.allowedNodeEnvironmentFlags.has(NO_REQUIRE)
  ? { execArgv: [NO_REQUIRE] }
  : {}

const BEHIND = 5
const LOWEST = 19

/**
 * Lowers the priority of the calling thread below that of the main thread, which serves clients and feeds plotters. So
 * on a single core, no board waits for a rendering. Works only on Linux, where each thread has its own priority.
 */
export function stepBack(): void {
  if (isMainThread || process.platform !== 'linux') return
  setPriority(Math.min(LOWEST, getPriority() + BEHIND))
}

/**
 * Keeps the young generation of this thread's heap small, and leaves that of other threads at its default.
 *
 * V8 copies all live objects of the young generation in one pause. While the thread parses messages with many small
 * lists, the median pause is about 20 ms at the default of 16 MB, and less than 2 ms at 1 MB. Threads that draw need a
 * large young generation; the main thread does not. V8 seldom shrinks a young generation that has grown, so call this
 * before the daemon's modules are loaded.
 */
export function keepYoungHeapSmall(): void {
  growNoFurther()
  setFlagsFromString('--min-semi-space-size=16')
  process.on('worker', growNoFurtherDespite)
}

const growNoFurther = (): void => setFlagsFromString('--semi-space-growth-factor=1')

/**
 * Sets the growth factor to 1 again while a thread starts: V8 resets it to 2 when the thread gets its heap, at some
 * moment before the thread is online.
 */
function growNoFurtherDespite(thread: Worker): void {
  const again = setInterval(growNoFurther, 1)
  const stop = (): void => {
    clearInterval(again)
    growNoFurther()
  }
  thread.once('online', stop).once('exit', stop)
}
