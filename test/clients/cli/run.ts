import { AsyncLocalStorage } from 'node:async_hooks'
import { spawn } from 'node:child_process'
import { Console } from 'node:console'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { packageRoot } from '../../../src/threads.ts'

export const CLI: string = join(packageRoot, 'dist/clients/cli/main.js')
const RUN_WORDS = pathToFileURL(join(packageRoot, 'dist/clients/cli/run-words.js')).href

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The command line as a user starts it: its own process, 100 columns, no colours unless the test wants them. */
export function plotdProcess(words: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...words], {
    env: environment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

/** The parts of a process that the command line uses. */
interface ProcessParts {
  readonly env: NodeJS.ProcessEnv
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly console: Console
}

const ownParts = new AsyncLocalStorage<ProcessParts>()
/** Number of calls of `plotd` under way. */
let calls = 0

/** Verbs that need a process of their own. When that process ends, the processes that it started end, too. */
const OWN_PROCESS: ReadonlySet<unknown> = new Set(['serve', 'simulate', 'demo'])

/**
 * Runs a command line. A verb of `OWN_PROCESS` gets a process. The others run in this process: the compiled code sees
 * the streams and the environment of this call.
 */
export async function plotd(words: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Ran> {
  if (OWN_PROCESS.has(words[0])) return plotdProcess(words, env, input)
  replaceProcess()
  const { runWords } = (await import(/* @vite-ignore */ RUN_WORDS)) as {
    runWords: (words: readonly string[]) => Promise<number>
  }
  const [out, err] = [new Text(), new Text()]
  const own = {
    env: environment(env),
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    stdout: out,
    stderr: err,
    console: new Console(out, err),
  }
  calls++
  try {
    const code = await ownParts.run(own, () => runWords(words))
    return { code, out: out.text, err: err.text }
  } finally {
    calls--
    // While a storage is enabled, each promise of the process takes two to three times as long.
    if (calls === 0) ownParts.disable()
  }
}

class Text extends Writable {
  text = ''

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

let replaced = false

/** Lets each asynchronous call of `plotd` see its own streams and environment; everything else sees the real ones. */
function replaceProcess(): void {
  if (replaced) return
  replaced = true
  const replace = (object: object, key: keyof ProcessParts): void => {
    const real = Reflect.get(object, key)
    Object.defineProperty(object, key, {
      configurable: true,
      get: () => ownParts.getStore()?.[key] ?? real,
      set: (value: unknown) => {
        Object.defineProperty(object, key, { configurable: true, writable: true, value })
      },
    })
  }
  for (const key of ['env', 'stdin', 'stdout', 'stderr'] as const) replace(process, key)
  replace(globalThis, 'console')
}

/**
 * The environment of a command line: the variables of this process, except those that change plotd's output or choose
 * a daemon. `COLUMNS` is 100. The variables in `env` replace others of the same name.
 */
function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const otherVariables = Object.entries(process.env).filter(
    ([name]) => !/^(PLOTD_|XDG_|NO_COLOR|FORCE_COLOR|COLUMNS)/.test(name),
  )
  return { ...Object.fromEntries(otherVariables), COLUMNS: '100', ...env }
}
