import { describe, expect, it } from 'vitest'
import { fuzz, tryOne } from '../../bench/fuzz/run.ts'
import { TARGETS } from '../../bench/fuzz/targets.ts'
import { trials } from '../support/fuzz.ts'

/** Inputs for each target. */
const TRIALS = trials(120, 12)

describe('each reader of untrusted bytes', () => {
  it.each(TARGETS)('$name throws only coded errors', async (target) => {
    expect((await fuzz(target, 7475, (tried) => tried >= TRIALS)).findings).toEqual([])
  })

  it.each(['constructor\r', 'toString,1\r', '__proto__\r', 'valueOf\r'])(
    'does not take %j for a command',
    async (text) => {
      const ebb = TARGETS.find(({ name }) => name === 'ebb-simulator')
      expect(ebb && (await tryOne(ebb, text))).toBeUndefined()
    },
  )

  it('simulates no faster than a board steps: a move of 86 million steps is not over in 38 seconds', async () => {
    const ebb = TARGETS.find(({ name }) => name === 'ebb-simulator')
    expect(ebb && (await tryOne(ebb, 'LM,85899346,401899,85899346,401899,85899346,401899\r'))).toBeUndefined()
  })

  it('fails this test when it throws an error without a code', async () => {
    const wrong = { name: 'wrong', corpus: ['x'], run: () => ('x' as unknown as { y: { z: 1 } }).y.z }
    expect(await tryOne(wrong, 'x')).toMatchObject({ target: 'wrong', what: expect.stringContaining('TypeError') })
  })
})
