import { PlotdError } from '../../src/errors.ts'
import { type AnyCommand, type Flags, SHARED, type Verbs } from './args/command.ts'
import { commandFor, flagFor } from './args/foreign-words.ts'
import { didYouMean } from './args/suggest.ts'
import type { RefusedLine } from './command-line.ts'

/**
 * The error for a refused command line. The message of the error suggests plotd's words, or gives the allowed words or
 * the usage.
 */
export function explainRefusal({ message, verb, command, values }: RefusedLine, verbs: Verbs): PlotdError {
  const words = ((values['_'] ?? []) as readonly unknown[]).map(String)
  if (verb === undefined || command === undefined) return unknownVerb(words[0], message, verbs)
  const usage = `plotd ${verb} ${verbs[verb]?.operands ?? ''}`.trim()
  const sentence =
    unknownFlag(command, values) ?? wrongChoice(command, values) ?? wrongWords(usage, words.slice(1), values) ?? message
  return new PlotdError('ERR_PARAMS', sentence, { verb })
}

function unknownVerb(word: string | undefined, message: string, verbs: Verbs): PlotdError {
  if (word === undefined) return new PlotdError('ERR_PARAMS', message, { verb: '' })
  const here = commandFor(word)
  if (here !== undefined) {
    const sentence = `There is no verb '${word}'. In plotd, use ${here}`
    return new PlotdError('ERR_PARAMS', sentence, { verb: /`plotd (\w+)/.exec(here)?.[1] })
  }
  const known = Object.entries(verbs).flatMap(([name, { aliases = [] }]) => [name, ...aliases])
  const suggestion = didYouMean(word, known, 'plotd ')
  return new PlotdError('ERR_PARAMS', `There is no verb '${word}'. ${suggestion}`.trim(), { verb: '' })
}

function unknownFlag(
  { flags, positionals, hasTaskFlags }: AnyCommand,
  values: RefusedLine['values'],
): string | undefined {
  if (hasTaskFlags) return undefined
  const own: Flags = { ...flags, ...SHARED }
  const names = Object.entries(own).flatMap(([name, { alias = [] }]) => [name, ...[alias].flat()])
  const known = new Set(['_', '$0', '--', 'help', 'h', ...names, ...Object.keys(positionals)].map(plain))
  const word = Object.keys(values).find((name) => !known.has(plain(name)))
  if (word === undefined) return undefined
  const here = flagFor(word)
  const hint = here === undefined ? didYouMean(word, Object.keys(own), '--') : `In plotd, use ${here}`
  return [`There is no flag ${word.length === 1 ? '-' : '--'}${word}`, hint].filter(Boolean).join('. ')
}

/** A name without hyphens and capitals, because yargs lists each flag in two spellings, dry-run and dryRun. */
const plain = (name: string): string => name.replaceAll('-', '').toLowerCase()

function wrongChoice({ flags, positionals }: AnyCommand, values: RefusedLine['values']): string | undefined {
  for (const [name, { choices }] of Object.entries({ ...flags, ...positionals })) {
    const flagName = name in positionals ? name : `--${name}`
    const known = choices?.map(String) ?? []
    const words = [values[name] ?? []].flat().map(String)
    const wrongWord = words.find((word) => !known.includes(word))
    if (wrongWord === undefined || known.length === 0) continue
    const suggestion = didYouMean(wrongWord, known)
    const expected = known.join(', ').replace(/, ([^,]*)$/, ' or $1')
    return `${flagName}: expected ${expected}, got '${wrongWord}'${suggestion && `. ${suggestion}`}`
  }
  return undefined
}

/** The message about missing or surplus words; undefined when their number is right. */
function wrongWords(usage: string, extra: readonly string[], values: RefusedLine['values']): string | undefined {
  const required = [...usage.matchAll(/<([\w-]+)/g)].map(([, name = '']) => name)
  if (required.some((name) => values[name] === undefined)) return `Expected: ${usage}`
  return extra.length > 0 ? `Expected: ${usage}, without '${extra.join(' ')}'` : undefined
}
