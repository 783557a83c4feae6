import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plain } from '../../src/spool/plain.ts'
import { runs } from '../support/fuzz.ts'

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null')

function isFrozenThrough(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozenThrough)
}

describe('a plain copy', () => {
  it('is what JSON would have made of it, frozen through and through, whatever it is', () => {
    const anything = fc.anything({ withDate: true, withNullPrototype: true, withSparseArray: true, maxDepth: 4 })
    fc.assert(
      fc.property(anything, (value) => {
        const { copy } = plain(value)
        expect(copy).toStrictEqual(asJson(value))
        expect(isFrozenThrough(copy)).toBe(true)
      }),
      runs(2000),
    )
  })

  it.each([
    ['-0', { a: -0 }],
    ['not a number', [Number.NaN, 1 / 0]],
    ['undefined, here and there', { a: undefined, b: [undefined] }],
    ['a date', { at: new Date(0) }],
    ['what says itself how it is written', { a: { toJSON: () => 'said' } }],
    ['a key that is none of ours', JSON.parse('{"__proto__":{"a":1}}')],
    ['what lies deep', JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`)],
    ['nothing at all', undefined],
  ])('is exact about %s', (_, value) => {
    expect(plain(value).copy).toStrictEqual(asJson(value))
  })

  it('shares nothing with what it was made from', () => {
    const given = { list: [{ a: 1 }] }
    const { copy } = plain(given)
    given.list.push({ a: 2 })
    expect(copy).toEqual({ list: [{ a: 1 }] })
  })

  it('cannot be made of a circle', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect(() => plain(circle)).toThrow(TypeError)
  })

  it('is known to be long when it is', () => {
    for (const value of ['x'.repeat(5000), Array(3000).fill(0.123456), { [`k${'k'.repeat(5000)}`]: 1 }])
      expect(plain(value).length).toBeGreaterThan(4096)
    expect(plain({ text: 'short', numbers: [1, 2, 3], on: true, none: null }).length).toBeLessThan(100)
  })
})
