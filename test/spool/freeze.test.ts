import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frozenCopy } from '../../src/spool/freeze.ts'
import { anyText } from '../support/any-text.ts'
import { runs } from '../support/fuzz.ts'

const byText = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown
const isFrozenThrough = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozenThrough))

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(anyText(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), fc.oneof(tie('value'), fc.constant(undefined)), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
})).value

describe('a frozen copy', () => {
  it('equals the value as JSON holds it, and cannot be changed', () => {
    let copied = 0
    fc.assert(
      fc.property(plain, (value) => {
        const copy = frozenCopy(value, 4096)
        if (copy === undefined) return
        copied++
        expect(copy).toEqual(byText(value))
        expect(Object.is(copy, -0)).toBe(false)
        expect(isFrozenThrough(copy)).toBe(true)
      }),
      runs(2000),
    )
    expect(copied).toBeGreaterThan(10)
  })

  it('shares no object with the value', () => {
    const item = { at: 1 }
    const value = { list: [item] }
    const copy = frozenCopy(value, 100)
    item.at = 2
    value.list.push(item)
    expect(copy).toEqual({ list: [{ at: 1 }] })
  })

  it.each([
    ['a date', { at: new Date(0) }],
    ['a value with a toJSON method', { toJSON: () => 'text' }],
    ['an instance of a class', new (class Point {})()],
    ['a number that JSON lacks', { at: Number.NaN }],
    ['a list that contains undefined', [1, undefined]],
    ['a key that sets the prototype', JSON.parse('{ "__proto__": { "at": 1 } }')],
    ['a function', () => 1],
  ])('is not made of %s', (_, value) => {
    expect(frozenCopy(value, 4096)).toBeUndefined()
  })

  it.each([
    ['a text', 'x'.repeat(101)],
    ['many values', Array.from({ length: 60 }, () => 1)],
    ['long keys', { ['k'.repeat(101)]: 1 }],
  ])('is not made of %s beyond the limit', (_, value) => {
    expect(frozenCopy(value, 100)).toBeUndefined()
  })

  it('is not made of a value that contains itself', () => {
    const value: { self?: unknown } = {}
    value.self = value
    expect(frozenCopy(value, 4096)).toBeUndefined()
  })
})
