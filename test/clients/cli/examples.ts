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

/** The words of an example as a shell reads them, without its pipes and redirections. */
export const wordsOf = (line: string): string[] =>
  execFileSync('bash', ['-c', `printf '%s\\0' ${line.split(/ [<>|] /)[0]}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)
