import { expect, it } from 'vitest'
import { strokesOf } from '../../src/geometry/drawing.ts'
import { inkError } from './ink.ts'

const along = (steps: number, mm: number): number[] => Array.from({ length: steps + 1 }, (_, i) => [i * mm, 0]).flat()

it('the comparison of ink finds no error between a line in many steps and the same line in a few', () => {
  expect(inkError(strokesOf(along(243, 3.03 / 243)), strokesOf(along(4, 3.03 / 4)))).toBeLessThan(1e-9)
})

it('the comparison of ink finds a step that is off, and a vertex that was left out', () => {
  const astray = along(240, 0.0125)
  astray[101] = 0.02
  expect(inkError(strokesOf(astray), strokesOf([0, 0, 3, 0]))).toBeCloseTo(0.02, 9)
  expect(inkError(strokesOf(along(240, 0.0125)), strokesOf([0, 0, 1, 0.5, 3, 0]))).toBeCloseTo(0.5, 1)
})
