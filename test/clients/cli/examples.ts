import { execFileSync } from 'node:child_process'
import { VERBS } from '../../../clients/cli/verbs.ts'

export interface Example {
  readonly verb: string
  readonly line: string
}

/** Every example of every help. */
export const EXAMPLES: readonly Example[] = (
  await Promise.all(
    Object.entries(VERBS).map(async ([verb, entry]) => (await entry.load()).examples.map(([line]) => ({ verb, line }))),
  )
).flat()

/** Ends the words of an example in the output of the shell. */
const END = '\u0001'

/** The words of each example. One shell reads all examples, because starting a shell takes longer than a test. */
const WORDS = wordsOfAll(EXAMPLES.map(({ line }) => line))

function wordsOfAll(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const script = lines.map((line) => `printf '%s\\0' ${line.split(/ [<>|] /)[0]} '${END}'`).join('\n')
  const out = execFileSync('bash', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const all = out.split(`${END}\0`).map((words) => words.split('\0').slice(0, -1))
  return new Map(lines.map((line, i) => [line, all[i] ?? []]))
}

/** The words of an example as a shell reads them, up to the first pipe or redirection. */
export const wordsOf = (line: string): readonly string[] => WORDS.get(line) ?? []
