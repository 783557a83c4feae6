import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AnyCommand, Verbs } from '../../../clients/cli/args/command.ts'
import { commandLine } from '../../../clients/cli/command-line.ts'
import { EXIT } from '../../../clients/cli/errors/exit-codes.ts'
import { overview } from '../../../clients/cli/overview.ts'
import { paintFor } from '../../../clients/cli/ui/paint.ts'
import { width } from '../../../clients/cli/ui/text.ts'
import { VERBS } from '../../../clients/cli/verbs.ts'
import { packageRoot } from '../../../src/threads.ts'
import { golden } from '../../support/golden.ts'

const GOLDEN = join(packageRoot, 'test/golden/cli/help.txt')

/** The verbs without the parameters of their tasks, which change with the tasks. */
const PLAIN: Verbs = Object.fromEntries(
  Object.entries(VERBS).map(([name, verb]) => [
    name,
    {
      ...verb,
      async load() {
        const { task: _, ...command } = await verb.load()
        return command as AnyCommand
      },
    },
  ]),
)

async function helpOf(verb: readonly string[], cells: number, verbs: Verbs = PLAIN): Promise<string> {
  const words = [...verb, '--help']
  let help = ''
  await commandLine(words, verbs, cells, async () => {}).parseAsync(words, {}, (_error, _values, output) => {
    help = output
  })
  return help
}

async function everything(cells: number): Promise<string> {
  const helps = []
  for (const name of Object.keys(VERBS)) helps.push(`===== plotd ${name} --help\n${await helpOf([name], cells)}\n`)
  return [overview(paintFor(false), cells), ...helps].join('\n')
}

describe('help', () => {
  it('equals its golden file, which UPDATE_GOLDEN=1 writes anew', async () => {
    const text = await everything(80)
    expect(text).toBe(golden('cli/help.txt', text))
  })

  it('differs from its golden file when one letter is missing there', async () => {
    expect(await everything(80)).not.toBe(readFileSync(GOLDEN, 'utf8').replace('queue', 'qeue'))
  })

  it.each([80, 60])('fits %i cells, except for its examples', async (cells) => {
    for (const line of overview(paintFor(false), cells).split('\n')) expect(width(line)).toBeLessThanOrEqual(cells)
    for (const name of Object.keys(VERBS)) {
      const lines = (await helpOf([name], cells)).split('\n')
      // an example that a user types is not wrapped
      const long = lines.filter((line) => width(line) > cells && !/^ {2}plotd/.test(line))
      expect(long, name).toEqual([])
    }
  })

  it('prints each example on one line, also in 80 cells', async () => {
    for (const [name, verb] of Object.entries(VERBS)) {
      const lines = (await helpOf([name], 80)).split('\n')
      for (const [line] of (await verb.load()).examples)
        expect(
          lines.some((each) => each.startsWith(`  plotd ${line}`)),
          line,
        ).toBe(true)
    }
  })

  it('shows the parameters of the task and of the named pattern', async () => {
    const help = await helpOf(['pattern', 'spiral'], 100, VERBS)
    expect(help).toMatch(/Drawing:[\s\S]*--turns[\s\S]*--seed/)
  })
})

describe('docs/cli.md', () => {
  const page = readFileSync(join(packageRoot, 'docs/cli.md'), 'utf8')

  it('has every verb', () => {
    for (const name of Object.keys(VERBS)) expect(page).toContain(`\`${name}\``)
  })

  it('has every exit code', () => {
    for (const code of Object.values(EXIT)) expect(page).toContain(`\n| ${code} `)
  })
})
