import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quickly } from '../../../../clients/cli/args/quick-lane.ts'
import { VERBS } from '../../../../clients/cli/args/verbs.ts'
import { readArguments } from '../../../../clients/cli/args/yargs-lane.ts'
import { runs } from '../../../support/fuzz.ts'

const quick = Object.keys(VERBS).filter((name) => VERBS[name]?.quick)

const word = fc.constantFrom('last', '4XK9QZ', 'a b', '12', '007', '1e3', 'up', '-', '', '--', '-7', 'failed', 'x=y')
const flag = fc.constantFrom(
  '--json',
  '--no-json',
  '--url=a:1',
  '--url',
  '--status',
  '-s',
  '--limit',
  '-n',
  '-n3',
  '--limit=4.5',
  '--all',
  '-a',
  '--queue',
  '--wrong',
  '--status=failed',
)

describe('the quick lane past yargs', () => {
  it('exists for the verbs that people type all day', () => {
    expect(quick).toEqual(expect.arrayContaining(['list', 'show', 'cancel', 'ready', 'plotters']))
  })

  it('reads what is plainly right', async () => {
    const list = await VERBS['list']?.load()
    expect(list && quickly(list, ['--status', 'failed', '-n', '5', '--json'])).toMatchObject({
      status: 'failed',
      limit: 5,
      json: true,
    })
  })

  it('leaves every doubt to yargs', async () => {
    const list = await VERBS['list']?.load()
    for (const words of [
      ['--help'],
      ['--lmit', '3'],
      ['-n', '-3'],
      ['extra'],
      ['--status', 'odd'],
      ['--url', 'a', '--url', 'b'],
    ])
      expect(list && quickly(list, words), words.join(' ')).toBeUndefined()
  })

  it('never understands other than yargs does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...quick),
        fc.array(fc.oneof(word, flag), { maxLength: 5 }),
        async (verb, words) => {
          const command = await VERBS[verb]?.load()
          if (!command) throw new Error(verb)
          const fast = quickly(command, words)
          if (fast === undefined) return
          const slow = await readArguments(verb, command, words, 100)
          const args = 'args' in slow ? slow.args : {}
          const names = [
            ...Object.keys(command.flags),
            ...Object.keys(command.positionals),
            'json',
            'url',
            'state',
            'token',
          ]
          for (const name of names) expect(fast[name], `${verb} ${words.join(' ')}: ${name}`).toEqual(args[name])
        },
      ),
      runs(400),
    )
  })
})
