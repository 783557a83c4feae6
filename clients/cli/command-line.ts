import { createRequire } from 'node:module'
import type { Argv } from 'yargs'
import { PlotdError } from '../../src/errors.ts'
import { type AnyCommand, type Flags, SHARED, type Verbs } from './args/command.ts'
import { splitText, valueOfSwitch } from './args/split-text.ts'

/**
 * The CommonJS build of yargs 17. Version 18 takes too long to load for short verbs such as `plotd list`. The ES build
 * of version 17 breaks words in help.
 */
const yargs: typeof import('yargs')['default'] = createRequire(import.meta.url)('yargs/yargs')

type Values = Record<string, unknown>

/** A command line that yargs refused, with the parts that yargs has read. */
export interface RefusedLine {
  /** The message of yargs. */
  readonly message: string
  readonly verb?: string
  readonly command?: AnyCommand
  readonly values: Values
}

/** Runs a verb with the values of its flags and words. */
export type Run = (command: AnyCommand, values: Values) => Promise<void>

/**
 * The parser of the command line, with a command for each verb. The parser imports the module of a verb when the user
 * types the verb.
 *
 * @param words  the words after `plotd`
 * @param cells  width of the terminal, characters
 */
export function commandLine(words: readonly string[], verbs: Verbs, cells: number, run: Run): Argv {
  const line: { verb?: string; command?: AnyCommand; values: Values } = { values: {} }
  const parser = yargs(masked(words))
    .scriptName('plotd')
    .locale('en')
    .updateStrings({ 'Positionals:': 'Words:', 'Not enough arguments following: %s': '--%s: expected a value' })
    .wrap(Math.min(cells, 100))
    .version(false)
    .exitProcess(false)
    // Numbers stay texts, so that a postcode keeps its zeros. The schema of a task says which parameters are numbers.
    .parserConfiguration({ 'parse-numbers': false, 'parse-positional-numbers': false })
    .help('help', 'this help')
    .alias('help', 'h')
    .options(SHARED)
    .group([...Object.keys(SHARED), 'help'], 'Every verb:')
    .strictCommands()
    .demandCommand(1, 'Expected a verb: `plotd --help` lists all verbs')
    .middleware((argv) => {
      keepLastValues(argv, line.command)
      line.values = argv
    }, true)
    .check((values) => nanFlag(values) ?? (line.command && wrongSwitch(words, line.command, values)) ?? true)
    .fail((message, error) => {
      throw error instanceof Error ? error : new Refusal({ message, ...line })
    })
  for (const [name, verb] of Object.entries(verbs)) {
    const usage = `${name} ${verb.operands ?? ''}`.trim()
    parser.command({
      command: usage,
      aliases: verb.aliases ?? [],
      describe: verb.summary,
      builder: async (y: Argv) => {
        const command = await verb.load()
        Object.assign(line, { verb: name, command })
        return describe(y, `plotd ${usage}`, command, await drawingFlags(command, words), cells)
      },
      handler: async (argv) => {
        skipHelp(parser)
        if (line.command) await run(line.command, argv)
      },
    })
  }
  return parser
}

/** After a verb has run, yargs would compose the text of its help, which nothing prints. That takes 10 ms or more. */
function skipHelp(parser: Argv): void {
  const usage = (parser as unknown as YargsParts).getInternalMethods().getUsageInstance()
  usage.cacheHelpMessage = () => {}
}

/** The parts of yargs that its types do not have. */
interface YargsParts {
  getInternalMethods(): { getUsageInstance(): { cacheHelpMessage: () => void } }
}

/**
 * Reads a command line and runs its verb.
 *
 * @throws PlotdError ERR_PARAMS that says what was expected, and the nearest verb or flag where one was misspelt
 */
export async function runCommandLine(words: readonly string[], verbs: Verbs, cells: number, run: Run): Promise<void> {
  try {
    await commandLine(words, verbs, cells, run).parseAsync()
  } catch (thrown) {
    // yargs stops before it knows the verb if a flag lacks its value. It also stops if the value of a flag for a length
    // is no length such as 12mm.
    if (thrown instanceof Error && thrown.name === 'YError') {
      const verb = words.find((word) => Object.hasOwn(verbs, word)) ?? ''
      throw new PlotdError('ERR_PARAMS', thrown.message, { verb })
    }
    if (!(thrown instanceof Refusal)) throw thrown
    const { explainRefusal } = await import('./refusal.ts')
    throw explainRefusal(thrown.refused, verbs)
  }
}

class Refusal extends Error {
  readonly refused: RefusedLine

  constructor(refused: RefusedLine) {
    super(refused.message)
    this.refused = refused
  }
}

/** The mark before a word that yargs must not read as a flag. It is there only while yargs parses. */
const MASK = '\u0001'

/**
 * Removes the first '--', because yargs gives no word after it to a verb. Masks the words after it that begin with a
 * dash, so that yargs reads no flag there. Also masks a lone '-' (stdin), which yargs drops.
 */
function masked(words: readonly string[]): string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length
  return words
    .filter((_, i) => i !== end)
    .map((word, i) => (word === '-' || (i >= end && word.startsWith('-')) ? MASK + word : word))
}

function unmask(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmask)
  return typeof value === 'string' && value.startsWith(MASK) ? value.slice(MASK.length) : value
}

/** Keeps the last value of a repeated flag that takes one value: yargs gives a list of all values of the flag. */
function keepLastValues(values: Values, command: AnyCommand | undefined): void {
  const known: Flags = { ...SHARED, ...command?.flags }
  const takesOneValue = (name: string) =>
    Object.hasOwn(known, name)
      ? !known[name]?.array
      : command?.hasTaskFlags === true && name !== '_' && !Object.hasOwn(command.positionals, name)
  for (const [name, value] of Object.entries(values))
    values[name] = unmask(Array.isArray(value) && takesOneValue(name) ? value.at(-1) : value)
}

/** A message about a flag that takes no value, and was given one. */
const wrongSwitch = (words: readonly string[], command: AnyCommand, values: Values): string | undefined =>
  valueOfSwitch(words, command) ?? splitText(words, command, values)

/** A message about a flag that takes a number and was given another word. yargs reads such a word as NaN. */
function nanFlag(values: Values): string | undefined {
  const [name] = Object.entries(values).find(([, value]) => Number.isNaN(value)) ?? []
  return name === undefined ? undefined : `--${name}: expected a number`
}

function describe(y: Argv, usage: string, command: AnyCommand, drawing: Flags, cells: number): Argv {
  const { positionals, flags, examples, more, about, hasTaskFlags } = command
  y.usage(`${usage}\n\n${about}`)
  for (const [name, options] of Object.entries(positionals)) y.positional(name, options)
  const rest = Object.keys(flags).filter((name) => flags[name]?.group === undefined)
  if (rest.length > 0) y.group(rest, 'Flags:')
  y.options(drawing)
    .options(flags)
    .epilogue([...exampleLines(examples, cells), ...(more === undefined ? [] : ['', more])].join('\n'))
  return hasTaskFlags ? y : y.strictOptions()
}

/** The examples of the help. The descriptions stand beside the commands if all of them fit there, else below. */
function exampleLines(examples: AnyCommand['examples'], cells: number): string[] {
  const widest = Math.max(...examples.map(([line]) => line.length))
  const fitsBeside = examples.every(([, description]) => widest + description.length + 12 <= cells)
  const lines = examples.map(([line, description]) => {
    const typed = `  plotd ${fitsBeside ? line.padEnd(widest) : line}`
    return description === '' ? typed : `${typed}${fitsBeside ? '  ' : '\n      '}${description}`
  })
  return ['Examples:', ...lines]
}

/**
 * The task's parameters as flags for `--help`. After `pattern spiral`, the parameters of the spiral. None without
 * `--help`.
 */
async function drawingFlags({ task, positionals, flags }: AnyCommand, words: readonly string[]): Promise<Flags> {
  if (task === undefined || !words.some((word) => word === '--help' || word === '-h')) return {}
  const { taskFlags } = await import('./commands/task.ts')
  const [, first] = words.filter((word) => !word.startsWith('-'))
  return taskFlags(task, first, [...Object.keys(positionals), ...Object.keys(flags)])
}
