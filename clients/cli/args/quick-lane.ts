import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Options } from 'yargs'
import { type AnyCommand, type Flags, SHARED } from './command.ts'

type Parsed = Record<string, unknown>
type Kind = NonNullable<ParseArgsConfig['options']>

/**
 * The arguments of a verb when they leave no doubt; undefined when they do, and yargs shall decide or explain.
 *
 * yargs takes longer to load than Node itself to start. Verbs that people type all day skip it whenever their
 * arguments are plainly right; test/clients/cli/args/quick-lane.test.ts holds both parsers to the same answers.
 */
export function quickly(command: AnyCommand, args: readonly string[]): Parsed | undefined {
  const flags: Flags = { ...SHARED, ...command.flags }
  if (command.open || !Object.values(flags).every(isPlain)) return undefined
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options: kinds(flags),
      allowPositionals: true,
      tokens: true,
    })
    const seen = tokens.filter((token) => token.kind === 'option')
    const doubtful =
      tokens.some((token) => token.kind === 'option-terminator') ||
      seen.some((token) => token.value?.startsWith('-') || token.value === '') ||
      seen.some((token, i) => flags[token.name]?.type !== 'array' && seen.findIndex((t) => t.name === token.name) !== i)
    if (doubtful || positionals.some(isDoubtful)) return undefined
    const named = place(command, positionals)
    const given = convert(flags, values)
    return named && given && { ...named, ...given }
  } catch {
    return undefined // an unknown flag, a missing value: yargs has the words for it
  }
}

/** yargs reads numbers in positionals as numbers, and gives a lone '-' a meaning. */
const isDoubtful = (word: string): boolean => word === '' || word.startsWith('-')

const isPlain = ({ type, coerce, implies, conflicts, demandOption }: Options): boolean =>
  (type === 'boolean' || type === 'string' || type === 'number') && !coerce && !implies && !conflicts && !demandOption

function kinds(flags: Flags): Kind {
  return Object.fromEntries(
    Object.entries(flags).map(([name, { type, alias }]) => [
      name,
      {
        type: type === 'boolean' ? ('boolean' as const) : ('string' as const),
        ...(typeof alias === 'string' && alias.length === 1 ? { short: alias } : {}),
      },
    ]),
  )
}

/** Words to the names in `takes`; undefined when there are too many or too few. */
function place({ takes, positionals }: AnyCommand, words: readonly string[]): Parsed | undefined {
  const slots = [...takes.matchAll(/([<[])([\w-]+)(\.\.)?/g)]
  const named: Parsed = {}
  let next = 0
  for (const [, bracket, name = '', many] of slots) {
    const { choices, type, coerce } = positionals[name] ?? {}
    const given = many ? words.slice(next) : words.slice(next, next + 1)
    if (coerce || (type !== undefined && type !== 'string')) return undefined
    if (given.length === 0 && bracket === '<') return undefined
    if (choices && given.some((word) => !choices.includes(word))) return undefined
    if (many) named[name] = given
    else if (given.length > 0) named[name] = given[0]
    else if (positionals[name]?.default !== undefined) named[name] = positionals[name].default
    next += given.length
  }
  return next === words.length ? named : undefined
}

function convert(flags: Flags, values: Parsed): Parsed | undefined {
  const given: Parsed = {}
  for (const [name, { type, choices, default: otherwise }] of Object.entries(flags)) {
    const value = values[name] ?? otherwise
    if (value === undefined) continue
    if (choices && !choices.includes(value as string)) return undefined
    if (type === 'number' && values[name] !== undefined) {
      if (!/^\d+(\.\d+)?$/.test(String(value))) return undefined
      given[name] = Number(value)
    } else given[name] = value
  }
  return given
}
