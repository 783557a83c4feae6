import { describe, expect, it } from 'vitest'
import { fuzz, tryOne } from '../../bench/fuzz/run.ts'
import { TARGETS } from '../../bench/fuzz/targets.ts'
import { trials } from '../support/fuzz.ts'

/** Number of inputs for each target. */
const TRIALS = trials(120, 12)

describe('each reader of untrusted bytes', () => {
  it.each(TARGETS)('$name throws only coded errors', async (target) => {
    expect((await fuzz(target, 7475, (tried) => tried >= TRIALS)).findings).toEqual([])
  })

  it('is reported when it throws an error without a code', async () => {
    const wrong = { name: 'wrong', corpus: ['x'], run: () => ('x' as unknown as { y: { z: 1 } }).y.z }
    expect(await tryOne(wrong, 'x')).toMatchObject({ target: 'wrong', what: expect.stringContaining('TypeError') })
  })
})

describe('the EBB simulator', () => {
  const tried = async (text: string) => {
    const ebb = TARGETS.find(({ name }) => name === 'ebb-simulator')
    if (!ebb) throw new Error('there is no ebb-simulator')
    return tryOne(ebb, text)
  }

  it.each(['constructor\r', 'toString,1\r', '__proto__\r', 'valueOf\r'])(
    'throws only coded errors for %j',
    async (text) => {
      expect(await tried(text)).toBeUndefined()
    },
  )

  it('does not hang in a move of 86 million steps', async () => {
    expect(await tried('LM,85899346,401899,85899346,401899,85899346,401899\r')).toBeUndefined()
  })
})
