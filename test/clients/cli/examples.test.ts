import { describe, expect, it } from 'vitest'
import { runCommandLine } from '../../../clients/cli/command-line.ts'
import { VERBS } from '../../../clients/cli/verbs.ts'
import { EXAMPLES, wordsOf } from './examples.ts'

describe('an example in the help of a verb', () => {
  it.each(EXAMPLES)('is a command line of this verb: plotd $line', async ({ verb, line }) => {
    let accepted = false
    await runCommandLine(wordsOf(line), VERBS, 80, async () => {
      accepted = true
    })
    expect([accepted, wordsOf(line)[0]]).toEqual([true, verb])
  })
})
