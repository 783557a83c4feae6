import yargs, { type Argv, type Options, type PositionalOptions } from 'yargs'
import { PlotdError } from '../../../src/errors.ts'
import { type AnyCommand, type Flags, SHARED } from './command.ts'
import { flagFor } from './foreign-words.ts'
import { didYouMean } from './suggest.ts'

/** What yargs made of the arguments: values to run with, or that it has said all there is to say. */
export type Reading = { readonly args: Record<string, unknown> } | { readonly help: string }

/**
 * Read a verb's arguments with yargs.
 *
 * @throws PlotdError ERR_PARAMS with yargs' own words, and the nearest flag where one was misspelt
 */
export async function readArguments(
  verb: string,
  command: AnyCommand,
  args: readonly string[],
  cells: number,
): Promise<Reading> {
  let read: Record<string, unknown> = {}
  const asked = wantsHelp(args)
  const drawing = command.task !== undefined && asked ? await drawingFlags(command.task, command, args) : {}
  const parser = base(cells)
    .command({
      command: `${verb} ${asked ? command.takes.replace(/[<>]/g, bracket) : command.takes}`.trim(),
      describe: command.about,
      builder: (y) => describe(y.options(drawing), verb, asked ? told(command) : command, cells),
      handler: (argv) => {
        read = argv
      },
    })
    .fail((message, error) => {
      throw error ?? new PlotdError('ERR_PARAMS', words(message, verb, command), { verb })
    })
  let help = ''
  await parser.parseAsync([verb, ...args.map((word) => (word === '-' ? STDIN : word))], {}, (_error, _argv, output) => {
    help = output
  })
  if (help !== '') return { help: quieter(help) }
  const last = lastOfEach(read, command)
  refuseNoNumbers(last, verb)
  return { args: last }
}

/** yargs takes a word where a number must stand, and makes NaN of it. */
function refuseNoNumbers(args: Readonly<Record<string, unknown>>, verb: string): void {
  const [name] = Object.entries(args).find(([, value]) => Number.isNaN(value)) ?? []
  if (name === undefined) return
  throw new PlotdError('ERR_PARAMS', `--${name}: expected a number`, { verb })
}

/** That a word is wanted stands in the first line of a help; yargs would add a column for it. */
const bracket = (angle: string): string => (angle === '<' ? '[' : ']')

/** For a help: what holds unless something is given belongs into the sentence about it, not into a column of its own. */
const told = (command: AnyCommand): AnyCommand => ({
  ...command,
  flags: withDefaults(command.flags),
  positionals: withDefaults(command.positionals),
})

const withDefaults = <O extends Options | PositionalOptions>(options: Readonly<Record<string, O>>): Record<string, O> =>
  Object.fromEntries(
    Object.entries(options).map(([name, { default: otherwise, ...option }]) => [
      name,
      { ...option, demandOption: false, describe: unlessGiven(option, otherwise) } as O,
    ]),
  )

function unlessGiven({ describe = '', choices }: Options | PositionalOptions, otherwise: unknown): string {
  const says = choices ? `${describe}: ${choices.join(', ')}` : describe
  return typeof otherwise === 'string' || typeof otherwise === 'number' ? `${says}; ${otherwise} unless given` : says
}

/** yargs reads a lone '-' as nothing at all; to us it is stdin. */
const STDIN = '\u0001-'
const unmask = (value: unknown): unknown => (value === STDIN ? '-' : Array.isArray(value) ? value.map(unmask) : value)

/** A flag that was given twice counts as it was given last; yargs would make a list of it. */
function lastOfEach(read: Record<string, unknown>, { flags, positionals, open }: AnyCommand): Record<string, unknown> {
  const known: Flags = { ...SHARED, ...flags }
  const once = (name: string) =>
    Object.hasOwn(known, name)
      ? !known[name]?.array
      : open === true && name !== '_' && !Object.hasOwn(positionals, name)
  return Object.fromEntries(
    Object.entries(read).map(([name, value]) => [
      name,
      unmask(Array.isArray(value) && once(name) ? value.at(-1) : value),
    ]),
  )
}

/** yargs tells the type and the choices of every flag; the words say it better. */
const quieter = (help: string): string =>
  help
    .replaceAll(/\s*\[choices: [^\]]*\]/g, '')
    .replaceAll(/\n *(\[(string|boolean|number|array)\] *)+(?=\n)/g, '')
    .replaceAll(/ *\[(string|boolean|number|array)\]/g, '')
    .replaceAll(/ *\[default: (false|\[\])\]/g, '')
    .replaceAll(/ +$/gm, '')

const base = (cells: number): Argv =>
  yargs([])
    .scriptName('plotd')
    .locale('en')
    .updateStrings({ 'Positionals:': 'Words:', 'Show help': 'this help' })
    .wrap(Math.min(cells, 100))
    .parserConfiguration({ 'boolean-negation': true })
    .version(false)
    .exitProcess(false)
    .help('help')
    .alias('help', 'h')

/** A command that is to be typed stands on one line, however narrow the terminal. */
function exampleLines(examples: AnyCommand['examples'], cells: number): string[] {
  const widest = Math.max(...examples.map(([line]) => line.length))
  const beside = examples.every(([, says]) => widest + says.length + 12 <= cells)
  const lines = examples.map(([line, says]) => {
    const typed = `  plotd ${beside ? line.padEnd(widest) : line}`
    return says === '' ? typed : `${typed}${beside ? '  ' : '\n      '}${says}`
  })
  return ['Examples:', ...lines]
}

function describe(y: Argv, verb: string, command: AnyCommand, cells: number): Argv {
  const { positionals, flags, examples, more, open } = command
  let built = y.usage(`plotd ${verb} ${command.takes}`.trim()).usage(`\n${command.about}`)
  for (const [name, options] of Object.entries(positionals)) built = built.positional(name, options)
  const rest = Object.keys(flags).filter((name) => flags[name]?.group === undefined)
  if (rest.length > 0) built = built.group(rest, 'Flags:')
  built = built.options(flags).options(SHARED).group(Object.keys(SHARED), 'Every verb:').group('help', 'Every verb:')
  return (open ? built : built.strictOptions())
    .strictCommands()
    .epilogue([...exampleLines(examples, cells), ...(more === undefined ? [] : ['', more])].join('\n'))
}

const wantsHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h')

async function drawingFlags(task: string, { positionals, flags }: AnyCommand, args: readonly string[]) {
  const { taskFlags } = await import('../flags/task-flags.ts')
  const word = args[0]?.startsWith('-') ? undefined : args[0]
  return taskFlags(task, word, [...Object.keys(positionals), ...Object.keys(flags)])
}

/** yargs' complaint, said so that a person knows what to type. */
function words(message: string, verb: string, command: AnyCommand): string {
  if (/^Not enough (non-option )?arguments/.test(message)) return `Expected: plotd ${verb} ${command.takes}`
  const choices = /Argument: ([\w-]+), Given: "(.*?)", Choices: (.*)/.exec(message)
  if (choices) return wrongChoice(choices)
  const [, extra] = /^Unknown commands?: (.*)/.exec(message) ?? []
  if (extra !== undefined) return `Expected: ${`plotd ${verb} ${command.takes}`.trim()}, got '${extra}' besides`
  return message.replace(/^Unknown arguments?: (-*)/, 'There is no flag --') + hint(message, command)
}

function wrongChoice([, name = '', given = '', list = '']: readonly string[]): string {
  const known = [...list.matchAll(/"([^"]*)"/g)].map(([, word = '']) => word)
  const meant = didYouMean(given, known)
  return `${name}: expected ${known.join(', ').replace(/, ([^,]*)$/, ' or $1')}, got '${given}'${meant && `. ${meant}`}`
}

function hint(message: string, { flags }: AnyCommand): string {
  const [, word] = /^Unknown arguments?: ([\w-]+)/.exec(message) ?? []
  if (word === undefined) return ''
  const here = flagFor(word)
  if (here !== undefined) return `. Here it is ${here}`
  const known = [...Object.keys(flags), ...Object.keys(SHARED)]
  const meant = didYouMean(word, known, '--')
  return meant === '' ? '' : `. ${meant}`
}
