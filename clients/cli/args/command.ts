import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs'
import type { Io } from '../io.ts'

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
    describe: 'the daemon’s state folder, where the token is (or PLOTD_STATE)',
    requiresArg: true,
  },
  token: { type: 'string', describe: 'the daemon’s token (or PLOTD_TOKEN)', requiresArg: true },
} as const satisfies Flags

export type Shared = InferredOptionTypes<typeof SHARED>

/** What a verb's `run` gets: its flags and positionals by name, and the shared flags. `_` and `--` hold the rest. */
export type Args<F extends Flags = Flags, P extends Positionals = Positionals> = InferredOptionTypes<F> &
  InferredOptionTypes<P> &
  Shared

/**
 * A verb. All but `run` is data, from which the parser, the help, the completion and docs/cli.md are made.
 */
export interface Command<F extends Flags = Flags, P extends Positionals = Positionals> {
  /** A sentence or two above the flags. */
  readonly about: string
  readonly positionals: P
  readonly flags: F
  readonly examples: readonly (readonly [line: string, says: string])[]
  /** What is good to know, under the flags. */
  readonly more?: string
  /** Flags that are not listed are parameters of a task. */
  readonly open?: boolean
  /** The task whose parameters are flags too. */
  readonly task?: string
  /** @returns the exit code, 0 when nothing is returned */
  run(args: Args<F, P>, io: Io): Promise<number | undefined>
}

/** Identity, for type inference. */
export const defineCommand = <const F extends Flags, const P extends Positionals>(command: Command<F, P>) => command

/** A command whose types were forgotten, as the table of verbs keeps it. */
export type AnyCommand = Command<Flags, Positionals>
