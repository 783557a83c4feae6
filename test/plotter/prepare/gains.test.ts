import { describe, expect, it } from 'vitest'
import { Gains } from '../../../src/plotter/prepare/bound/gains.ts'

describe('the gains of the bound by links that branch and bound has fixed', () => {
  it('are known after two trials of a link, each of which fixes the link once out and once in', () => {
    const gains = new Gains()
    expect(gains.isKnown(7)).toBe(false)
    for (const direction of [-1, 1] as const) gains.add(7, direction, 0.5, 0.1)
    expect(gains.isKnown(7)).toBe(false)
    for (const direction of [-1, 1] as const) gains.add(7, direction, 0.5, 0.1)
    expect(gains.isKnown(7)).toBe(true)
    expect(gains.isKnown(8)).toBe(false)
  })

  it('give the score of a link: the product of its two gains, for leaving the link out and for taking it in', () => {
    const gains = new Gains()
    gains.add(7, -1, 0.5, 0.1)
    gains.add(7, 1, 0.5, 0.3)
    expect(gains.score(7, 0.5)).toBeCloseTo(0.1 * 0.3, 9)
    expect(gains.score(7, 0.25)).toBeCloseTo(0.05 * 0.45, 9)
  })

  it('of a link without trials are the mean of all others', () => {
    const gains = new Gains()
    for (const direction of [-1, 1] as const) {
      gains.add(1, direction, 0.5, 0.2)
      gains.add(2, direction, 0.5, 0.4)
    }
    expect(gains.score(3, 0.5)).toBeCloseTo(0.3 * 0.3, 9)
  })
})
