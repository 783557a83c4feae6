/**
 * The room `completion`: `vocabulary` collects verbs, flags and words; `bash`, `zsh` and `fish` write them as scripts.
 * Only `commands/completion.ts` imports from this room.
 */
import { fieldsOf, type Schema, variants } from '../../node/typed.ts'
import { type AnyCommand, type Flags, kebab, SHARED, type Verb, type Verbs } from '../args/command.ts'

/**
 * The possible values of an argument: known words, files (which the shell lists), jobs or plotters (which the daemon
 * lists), any text, or none.
 */
export type Values = { readonly words: readonly string[] } | 'files' | 'jobs' | 'plotters' | 'text' | 'nothing'

export interface FlagWords {
  readonly name: string
  readonly letters: readonly string[]
  readonly description: string
  readonly values: Values
}

export interface VerbWords {
  readonly verb: string
  /** The verb and its other names. */
  readonly names: readonly string[]
  readonly summary: string
  readonly flags: readonly FlagWords[]
  /** The possible values of each word after the verb: those of the verb's first positional. */
  readonly values: Values
}

/** The verbs, flags and words that the completion scripts offer. */
export async function vocabulary(verbs: Verbs): Promise<VerbWords[]> {
  const { taskList, fontNames } = await import('../../../src/index.ts')
  const schemas = new Map(taskList().map(({ name, schema }) => [name, schema as Schema]))
  const fonts = fontNames().map(({ name }) => name)
  return Promise.all(
    Object.entries(verbs).map(async ([name, verb]) => wordsOf(name, verb, await verb.load(), schemas, fonts)),
  )
}

function wordsOf(
  name: string,
  verb: Verb,
  command: AnyCommand,
  schemas: ReadonlyMap<string, Schema>,
  fonts: readonly string[],
): VerbWords {
  const own = flagsOf({ ...command.flags, ...SHARED })
  const schema = command.task === undefined ? undefined : schemas.get(command.task)
  const used = new Set([...own.map((flag) => flag.name), ...Object.keys(command.positionals)])
  const fromTask = schema ? parameters(schema, fonts).filter((flag) => !used.has(flag.name)) : []
  return {
    verb: name,
    names: [name, ...(verb.aliases ?? [])],
    summary: verb.summary,
    flags: [...own, ...fromTask, { name: 'help', letters: ['h'], description: 'this help', values: 'nothing' }],
    values: wordValues(command, schema),
  }
}

/** Flags whose value is a file or a folder. */
const FILE_FLAGS = new Set([
  'output',
  'csv',
  'params',
  'config',
  'tasks',
  'fonts',
  'folder',
  'link',
  'ink',
  'compare',
  'sheet',
  'state',
  'report',
  'photo',
  'root',
])

const flagsOf = (flags: Flags): FlagWords[] =>
  Object.entries(flags).map(([name, options]) => ({
    name,
    letters: [options.alias ?? []].flat().filter((word) => word.length === 1),
    description: options.describe ?? '',
    values: flagValues(name, options),
  }))

function flagValues(name: string, { choices, type }: Flags[string]): Values {
  if (choices) return { words: choices.map(String) }
  if (type === 'boolean') return 'nothing'
  if (name === 'plotter' || name === 'on') return 'plotters'
  return FILE_FLAGS.has(name) ? 'files' : 'text'
}

/** The parameters of a task, from every variant of its schema. */
function parameters(schema: Schema, fonts: readonly string[]): FlagWords[] {
  const fields = new Map(variants(schema).flatMap((variant) => [...fieldsOf(variant)]))
  return [...fields]
    .filter(([, field]) => field.const === undefined)
    .map(([name, field]) => ({
      name: kebab(name),
      letters: [],
      description: field.description ?? '',
      values: /font$/i.test(name) ? { words: fonts } : fieldValues(field),
    }))
}

function fieldValues({ enum: choices, type }: Schema): Values {
  if (choices) return { words: choices.map(String) }
  return type === 'boolean' ? 'nothing' : 'text'
}

function wordValues({ positionals, task }: AnyCommand, schema: Schema | undefined): Values {
  const [[name, first] = []] = Object.entries(positionals)
  if (name === undefined || first === undefined) return 'nothing'
  if (first.choices) return { words: first.choices.map(String) }
  if (name === task && schema) return { words: variantNames(schema, name) }
  if (name === 'id') return 'jobs'
  if (name === 'plotter' || name === 'what') return 'plotters'
  return name === 'file' ? 'files' : 'text'
}

const variantNames = (schema: Schema, field: string): string[] =>
  variants(schema).flatMap(({ properties = {} }) => {
    const only = properties[field]?.const
    return typeof only === 'string' ? [only] : []
  })
