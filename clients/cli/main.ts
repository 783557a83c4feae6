#!/usr/bin/env node
import { PlotdError, toPlotdError } from '../../src/errors.ts'
import type { AnyCommand } from './args/command.ts'
import { quickly } from './args/quick-lane.ts'
import { VERBS, verbNamed } from './args/verbs.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { Io } from './io.ts'

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

async function run([first, ...rest]: readonly string[]): Promise<number> {
  if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    const { overview } = await import('./args/overview.ts')
    const io = new Io({})
    io.print(overview(io.paint, io.width))
    return EXIT.ok
  }
  if (first === '--version' || first === '-V' || first === 'version') return version()
  if (first === 'help') return run([...rest, '--help'])
  const found = verbNamed(first)
  if (!found) throw await unknownVerb(first)
  const [name, verb] = found
  const command = await verb.load()
  const args = (verb.quick && quickly(command, rest)) || (await read(name, command, rest))
  return args === undefined ? EXIT.ok : ((await command.run(args as never, new Io(args))) ?? EXIT.ok)
}

/** The arguments as yargs reads them; undefined when help was asked for and given. */
async function read(name: string, command: AnyCommand, rest: readonly string[]) {
  const { readArguments } = await import('./args/yargs-lane.ts')
  const io = new Io({})
  const reading = await readArguments(name, command, rest, io.width)
  if ('args' in reading) return reading.args
  io.print(reading.help)
  return undefined
}

async function version(): Promise<number> {
  const { readFileSync } = await import('node:fs')
  const { packageRoot } = await import('../../src/threads.ts')
  const { version } = JSON.parse(readFileSync(`${packageRoot}/package.json`, 'utf8'))
  new Io({}).print(`plotd ${version}`)
  return EXIT.ok
}

async function unknownVerb(word: string): Promise<PlotdError> {
  const [{ didYouMean }, { commandFor }] = await Promise.all([
    import('./args/suggest.ts'),
    import('./args/foreign-words.ts'),
  ])
  const here = commandFor(word)
  if (here !== undefined) {
    const message = `There is no verb '${word}'. Here it is \`${here}\``
    return new PlotdError('ERR_PARAMS', message, { verb: here.split(/[ ,]/)[1] })
  }
  const known = Object.entries(VERBS).flatMap(([name, { also = [] }]) => [name, ...also])
  const meant = didYouMean(word, known, 'plotd ')
  return new PlotdError('ERR_PARAMS', `There is no verb '${word}'. ${meant}`.trim(), { verb: '' })
}

async function fail(error: PlotdError, json: boolean): Promise<number> {
  const [{ explain, whatToDo }, { paintFor, wantsColor }] = await Promise.all([
    import('./jobs/explain.ts'),
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

/** `plotd list | head -1` closes our stdout: that is no error. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed)
}
