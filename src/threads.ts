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
 * The compiled script of a thread or child process. Node 20 cannot run TypeScript, so callers that run from source use it too.
 * A script of `src/` is also an entry of `.ci/bundle.mjs`.
 *
 * @param source  its path below the package's folder without its ending, say 'src/daemon/render/thread-entry'
 */
export function threadScript(source: string): URL {
  return pathToFileURL(join(packageRoot, 'dist', `${source}.js`))
}

const NO_REQUIRE = '--no-experimental-require-module'

/**
 * For piscina's threads, which `require` their script first: a thread that is ended while it requires a module takes the
 * whole process down (Node 20.20, "IsGraphAsync must be used on an instantiated module"). With this it imports the script.
 */
export const importingThread: { execArgv?: string[] } = process.allowedNodeEnvironmentFlags.has(NO_REQUIRE)
  ? { execArgv: [NO_REQUIRE] }
  : {}

const BEHIND = 5
const LOWEST = 19

/**
 * Called by a thread that computes: it comes behind the one that listens and feeds plotters, so that on a single core no
 * board waits for a rendering. Only Linux has threads with a priority of their own.
 */
export function stepBack(): void {
  if (isMainThread || process.platform !== 'linux') return
  setPriority(Math.min(LOWEST, getPriority() + BEHIND))
}

/**
 * Keeps the young generation of this thread's heap small, and lets that of other threads be as large as ever.
 *
 * V8 copies what lives in it in one go. While messages of many small lists are parsed, the median stop of the thread is
 * about 20 ms at its usual 16 MB, and less than 2 ms at 1 MB. The thread that listens has little use for a larger one, and
 * those that draw have. V8 seldom makes it smaller again, so this comes before the daemon's modules are loaded.
 */
export function keepYoungHeapSmall(): void {
  growNoFurther()
  setFlagsFromString('--min-semi-space-size=16')
  process.on('worker', growNoFurtherDespite)
}

const growNoFurther = (): void => setFlagsFromString('--semi-space-growth-factor=1')

/** V8 sets the factor back to 2 when a thread gets its heap, at some moment before the thread is online. */
function growNoFurtherDespite(thread: Worker): void {
  const again = setInterval(growNoFurther, 1)
  const stop = (): void => {
    clearInterval(again)
    growNoFurther()
  }
  thread.once('online', stop).once('exit', stop)
}
