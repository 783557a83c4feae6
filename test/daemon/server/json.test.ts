import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseJson } from '../../../src/daemon/server/json.ts'
import { runs } from '../../support/fuzz.ts'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

/** With brackets, quotes and backslashes in its texts. */
const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '[', ']', '{', '}', 'ü') })
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'large' }, text, fc.integer(), fc.constant(null), tie('list'), tie('record')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  record: fc.dictionary(text, tie('any'), { maxKeys: 3 }),
})).any

it('takes what nests as deep as the limit, and no deeper, whatever stands in its texts', () => {
  fc.assert(
    fc.property(value, (message) => {
      const [json, depth] = [JSON.stringify(message), depthOf(message)]
      expect(parseJson(json, depth)).toEqual(message)
      if (depth === 0) return
      expect(() => parseJson(json, depth - 1)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT' }))
    }),
    runs(500),
  )
})

it.each([
  ['lists', '['.repeat(9) + ']'.repeat(9)],
  ['objects', `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`],
  ['both', `${'{"a":['.repeat(4)}[]${']}'.repeat(4)}`],
])('counts %s', (_, json) => {
  expect(() => parseJson(json, 9)).not.toThrow()
  expect(() => parseJson(json, 8)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT' }))
})
