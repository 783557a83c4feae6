import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascending } from '../../src/geometry/radix-sort.ts'
import { runs } from '../support/fuzz.ts'

const sorted = (keys: Float32Array): number[] =>
  Array.from(keys, (_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))

const float = (max: number) => fc.float({ min: 0, max, noNaN: true }).map((key) => key + 0)

describe('the ascending order of keys', () => {
  it.each([
    ['few keys', 127],
    ['many keys', 400],
  ])('equals the order of a stable sort by comparison, for %s', (_, maxLength) => {
    const key = fc.oneof(float(2), fc.constantFrom(0, 1e-40, 1, 3e38, Number.POSITIVE_INFINITY))
    const keys = fc.array(key, { minLength: maxLength - 120, maxLength }).map((list) => Float32Array.from(list))
    fc.assert(
      fc.property(keys, (list) => {
        expect(Array.from(ascending(list))).toEqual(sorted(list))
      }),
      runs(500),
    )
  })
})
