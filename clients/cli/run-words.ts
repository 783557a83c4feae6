import { type PlotdError, toPlotdError } from '../../src/errors.ts'
import { type AnyCommand, SHARED } from './args/command.ts'
import { runCommandLine } from './command-line.ts'
import { EXIT, exitCodeOf } from './errors/exit-codes.ts'
import type { Typed } from './errors/next-step.ts'
import { Io } from './io/io.ts'
import { VERBS } from './verbs.ts'

/** Runs one command line with the streams and the environment of this process. @returns the exit code */
export async function runWords(words: readonly string[]): Promise<number> {
  let flags: readonly string[] = []
  const setFlags = (command: AnyCommand): void => {
    flags = command.hasTaskFlags ? Object.keys({ ...command.flags, ...SHARED }) : []
  }
  try {
    return await run(words, setFlags)
  } catch (thrown) {
    const [verb] = afterShared(words)
    return await fail(toPlotdError(thrown), words.includes('--json'), { flags, ...(verb !== undefined && { verb }) })
  }
}

/** @param onCommand  called with the command of the verb before it runs */
async function run(words: readonly string[], onCommand: (command: AnyCommand) => void): Promise<number> {
  const [first, ...rest] = afterShared(words)
  if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    const { overview } = await import('./overview.ts')
    const io = new Io({})
    io.print(overview(io.paint, io.width))
    return EXIT.ok
  }
  if (first === '--version' || first === '-V' || first === 'version') return version()
  let code: number = EXIT.ok
  await runCommandLine(
    first === 'help' ? [...rest, '--help'] : words,
    VERBS,
    new Io({}).width,
    async (command, args) => {
      onCommand(command)
      code = (await command.run(args as never, new Io(args))) ?? EXIT.ok
    },
  )
  return code
}

async function version(): Promise<number> {
  const { packageVersion } = await import('../../src/threads.ts')
  new Io({}).print(`plotd ${packageVersion()}`)
  return EXIT.ok
}

async function fail(error: PlotdError, json: boolean, typed: Typed): Promise<number> {
  const [{ explain, whatToDo }, { paintFor, wantsColor }] = await Promise.all([
    import('./errors/explain.ts'),
    import('./ui/paint.ts'),
  ])
  process.stderr.write(
    json
      ? `${JSON.stringify({ error: { ...error.toJSON(), remedy: whatToDo(error, typed) } })}\n`
      : explain(error, paintFor(wantsColor(process.stderr, process.env)), process.stderr.columns, typed),
  )
  if (error.code === 'ERR_INTERNAL' && process.env['PLOTD_DEBUG']) console.error(error.cause ?? error)
  return exitCodeOf(error)
}

/** The words from the verb on, without the shared flags before it. */
function afterShared(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words
  if (first === '--json' || /^--(url|state|token)=/.test(first)) return afterShared(rest)
  return /^--(url|state|token)$/.test(first) ? afterShared(rest.slice(1)) : words
}
