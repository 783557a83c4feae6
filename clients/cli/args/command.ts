/**
 * The room `args`: the types of a verb (here), checks of boolean flags, suggestions for misspelt words, and the words
 * of other programs. `verbs.ts` above this room has the table of verbs, and `command-line.ts` passes the verbs to
 * yargs.
 */
import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs'
import type { Io } from '../io/io.ts'

export type Flags = Readonly<Record<string, Options>>
export type Positionals = Readonly<Record<string, PositionalOptions>>

/** Flags that every verb has. */
export const SHARED = {
  json: { type: 'boolean', default: false, describe: 'answer in JSON, one object a line' },
  url: {
    type: 'string',
    describe: 'the daemon’s address, if its state folder is not here (or PLOTD_URL)',
    requiresArg: true,
  },
  state: {
    type: 'string',
    describe: 'state folder of the daemon (or PLOTD_STATE)',
    requiresArg: true,
  },
  token: { type: 'string', describe: 'token for --url (or PLOTD_TOKEN)', requiresArg: true },
} as const satisfies Flags

export type Shared = InferredOptionTypes<typeof SHARED>

/** The arguments of `run`: flags and positionals by name, and the shared flags. */
export type Args<F extends Flags = Flags, P extends Positionals = Positionals> = InferredOptionTypes<F> &
  InferredOptionTypes<P> &
  Shared

/** A verb. Its parser, help and completion are made from its data, and `run` does its work. */
export interface Command<F extends Flags = Flags, P extends Positionals = Positionals> {
  /** A few sentences, shown above the flags. */
  readonly about: string
  readonly positionals: P
  readonly flags: F
  readonly examples: readonly (readonly [line: string, description: string])[]
  /** Shown under the examples. */
  readonly more?: string
  /** The positional whose words are a text to draw. */
  readonly text?: string
  /** Whether unlisted flags are parameters of a task. */
  readonly hasTaskFlags?: boolean
  /** The task whose parameters the help of this verb shows as flags. */
  readonly task?: string
  /** @returns the exit code, 0 when nothing is returned */
  run(args: Args<F, P>, io: Io): Promise<number | undefined>
}

/** Returns the command, and infers the types of its arguments. */
export const defineCommand = <const F extends Flags, const P extends Positionals>(command: Command<F, P>) => command

/** A command with any flags and positionals. The table of verbs loads such commands. */
export type AnyCommand = Command<Flags, Positionals>

/** The name of a flag in camel case: 'line-spacing' → 'lineSpacing'. */
export const camel = (flag: string): string => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** A verb in the table of verbs. The program imports the module of a verb when the user types the verb. */
export interface Verb {
  /** The words after the verb, as yargs spells them: '<id..>', '[what]'. */
  readonly operands?: string
  readonly summary: string
  readonly group: Group
  /** Other names of the verb: programs of CUPS such as lpstat, words of axicli, and words that users try. */
  readonly aliases?: readonly string[]
  load(): Promise<AnyCommand>
}

export const GROUPS = {
  make: 'Queue something to draw',
  queue: 'Manage the queue',
  plotter: 'At the plotter',
  look: 'Preview and explore',
  daemon: 'Manage the daemon',
} as const
export type Group = keyof typeof GROUPS

export type Verbs = Readonly<Record<string, Verb>>
