/**
 * The package's folder and version. Threads and child processes: the place of their compiled scripts, the priority of a
 * thread, and the size of the main thread's young heap.
 */
import { existsSync, readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { isMainThread, type Worker } from 'node:worker_threads'
import { inOwnTurns } from './slices.ts'

/** The folder that holds package.json: the same whether this module runs from `src/` or from `dist/src/`. */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)))

/** The version of the package. */
export const packageVersion = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('package.json not found above src/')
  return findRoot(parent)
}

/**
 * The compiled script of a thread or child process. Node 20 cannot run TypeScript, so callers that run from source use
 * the compiled script too. The package contains a script of `src/` only if `.ci/bundle.mjs` lists the script
 * as an entry.
 *
 * @param source  path of the script below the package's folder, without its ending: 'src/daemon/render/thread-entry'
 */
export function threadScript(source: string): URL {
  return pathToFileURL(join(packageRoot, 'dist', `${source}.js`))
}

const NO_REQUIRE = '--no-experimental-require-module'

/**
 * Options that make a thread `import` its script. By default the threads of piscina `require` their script. Ending a
 * thread during a `require` of an ES module crashes the whole process (Node 20.20, "IsGraphAsync must be used on an
 * instantiated module").
 */
export const importingThread: { execArgv?: string[] } = process.allowedNodeEnvironmentFlags.has(NO_REQUIRE)
  ? { execArgv: [NO_REQUIRE] }
  : {}

/** Number by which the nice value of a thread exceeds that of the process. */
const BEHIND = 5
/** Greatest nice value, which is the lowest priority. */
const LOWEST = 19

/**
 * Lowers the priority of the calling thread below that of the main thread, which serves clients and feeds plotters. So
 * on a single core, no board waits for a rendering. Works only on Linux, where each thread has its own priority.
 */
export function lowerPriority(): void {
  if (isMainThread || process.platform !== 'linux') return
  setPriority(Math.min(LOWEST, getPriority() + BEHIND))
}

/** Size of the young generation of the main thread's heap, MB. V8 divides a young generation into two halves. */
const YOUNG_MB = 8
/** Length of the lists of numbers that are made to fill the young generation: 8 KB each. */
const FILLING = 1000
/** Maximum number of such lists. V8 of Node 20 needs fewer lists to reach 8 MB. */
const MAX_LISTS = 3000
/** Interval of the checks whether the thread is busy, ms. */
const CHECK_MS = 200
/** A thread is busy when it works for more than this share of the time. */
const BUSY = 0.3

/**
 * Sets the young generation of this thread's heap to 8 MB. A thread that starts later gets the default maximum, 32 MB.
 *
 * V8 copies all live objects of the young generation in one pause. At the default of 32 MB, a pause takes longer than
 * 20 ms while the thread parses messages with many small lists. At the initial 1 MB, V8 copies the objects of each
 * submit so often that the submit takes a fifth more time. V8 doubles a young generation that fills up with live
 * objects. The daemon's modules would fill the young generation, so call this function before the modules are loaded.
 * While the thread has little work, V8 shrinks the young generation to its initial size. A timer enlarges the young
 * generation again when the thread is busy.
 */
export function setYoungHeap(): void {
  growNoFurther() // `growth` calls this function only while the young generation is smaller than 8 MB
  for (const _ of growth());
  // The young generation of a thread that starts later cannot grow either. So this flag gives each of its halves 16 MB
  // from the start.
  setFlagsFromString('--min-semi-space-size=16')
  process.on('worker', keepGrowthOff)
  let before = performance.eventLoopUtilization()
  setInterval(() => {
    const now = performance.eventLoopUtilization()
    const isBusy = performance.eventLoopUtilization(now, before).utilization > BUSY
    before = now
    if (isBusy && youngMb() < YOUNG_MB) void inOwnTurns(growth())
  }, CHECK_MS).unref()
}

/** Fills the young generation with live lists until its size is YOUNG_MB, a part in each step. */
function* growth(): Generator<void> {
  const live: number[][] = []
  while (youngMb() < YOUNG_MB && live.length < MAX_LISTS) {
    setFlagsFromString('--semi-space-growth-factor=2')
    for (let i = 0; i < 8; i++) live.push(new Array<number>(FILLING).fill(0.5))
    growNoFurther()
    yield
  }
}

function youngMb(): number {
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
  return young === undefined ? YOUNG_MB : young.space_size / 2 ** 20
}

const growNoFurther = (): void => setFlagsFromString('--semi-space-growth-factor=1')

/**
 * Sets the growth factor to 1 again while a thread starts: V8 resets it to 2 when the thread gets its heap, at some
 * moment before the thread is online.
 */
function keepGrowthOff(thread: Worker): void {
  const again = setInterval(growNoFurther, 1)
  const stop = (): void => {
    clearInterval(again)
    growNoFurther()
  }
  thread.once('online', stop).once('exit', stop)
}
