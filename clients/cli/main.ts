#!/usr/bin/env node
/**
 * The command line. `verbs.ts` is the table of verbs, `command-line.ts` reads what was typed (yargs), `refusal.ts` explains
 * a refused line, `overview.ts` prints the verbs. The rooms, from the top:
 *
 * - `commands/`    what each verb does
 * - `jobs/`        find, submit, follow and resume jobs
 * - `flags/`       groups of flags that several verbs share, and the options that they give
 * - `completion/`  scripts for bash, zsh and fish
 * - `doctor/`      checks of this machine
 * - `demo/`        the processes and the display of `plotd demo`
 * - `fonts/`       font files, and the check of a text
 * - `errors/`      errors as people read them, the next step, exit codes
 * - `args/`        what a verb is, misspelt words, words of other programs
 * - `io/`          output, files, and the client of the daemon
 * - `ui/`          sentences, tables, progress and pictures for a terminal
 */
import { type PlotdError, toPlotdError } from '../../src/errors.ts'
import { runCommandLine } from './command-line.ts'
import { EXIT, exitCodeOf } from './errors/exit-codes.ts'
import { Io } from './io/io.ts'
import { VERBS } from './verbs.ts'

process.exitCode = await main(process.argv.slice(2))

/** Run one command line. @returns the exit code */
async function main(words: readonly string[]): Promise<number> {
  process.stdout.on('error', leaveQuietly)
  try {
    return await run(words)
  } catch (thrown) {
    return await fail(toPlotdError(thrown), words.includes('--json'))
  }
}

async function run(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words
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
      code = (await command.run(args as never, new Io(args))) ?? EXIT.ok
    },
  )
  return code
}

async function version(): Promise<number> {
  const { readFileSync } = await import('node:fs')
  const { packageRoot } = await import('../../src/threads.ts')
  const { version } = JSON.parse(readFileSync(`${packageRoot}/package.json`, 'utf8'))
  new Io({}).print(`plotd ${version}`)
  return EXIT.ok
}

async function fail(error: PlotdError, json: boolean): Promise<number> {
  const [{ explain, whatToDo }, { paintFor, wantsColor }] = await Promise.all([
    import('./errors/explain.ts'),
    import('./ui/paint.ts'),
  ])
  process.stderr.write(
    json
      ? `${JSON.stringify({ error: { ...error.toJSON(), remedy: whatToDo(error) } })}\n`
      : explain(error, paintFor(wantsColor(process.stderr, process.env)), process.stderr.columns),
  )
  if (error.code === 'ERR_INTERNAL' && process.env['PLOTD_DEBUG']) console.error(error.cause ?? error)
  return exitCodeOf(error.code)
}

/** `plotd list | head -1` closes stdout early. That is no error. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed)
}
