import { describe, expect, it } from 'vitest'
import { fuzz, tryOne } from '../../bench/fuzz/run.ts'
import { TARGETS } from '../../bench/fuzz/targets.ts'

describe('whatever reads what strangers send', () => {
  it.each(TARGETS)('$name throws nothing but on purpose', async (target) => {
    expect((await fuzz(target, 7475, (tried) => tried >= 60)).findings).toEqual([])
  })

  it.each(['constructor\r', 'toString,1\r', '__proto__\r', 'valueOf\r'])('takes %j for no command', async (text) => {
    const ebb = TARGETS.find(({ name }) => name === 'ebb-simulator')
    expect(ebb && (await tryOne(ebb, text))).toBeUndefined()
  })

  it('is simulated no faster than a board steps: a move of 86 million steps is not over in 38 seconds', async () => {
    const ebb = TARGETS.find(({ name }) => name === 'ebb-simulator')
    expect(ebb && (await tryOne(ebb, 'LM,85899346,401899,85899346,401899,85899346,401899\r'))).toBeUndefined()
  })

  it('would be noticed if it did', async () => {
    const wrong = { name: 'wrong', corpus: ['x'], run: () => ('x' as unknown as { y: { z: 1 } }).y.z }
    expect(await tryOne(wrong, 'x')).toMatchObject({ target: 'wrong', what: expect.stringContaining('TypeError') })
  })
})
