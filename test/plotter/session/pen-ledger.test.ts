import { describe, expect, it } from 'vitest'
import { dueRule, type PenRule } from '../../../src/plotter/session/pen-ledger.ts'

describe('the service of a pen is due', () => {
  it.each<[string, PenRule, number, number, boolean, boolean]>([
    ['every N metres', { every: 1, do: 'shake' }, 1000, 0, false, true],
    ['not before N metres', { every: 1, do: 'shake' }, 999, 0, false, false],
    ['not again before the next N metres', { every: 1, do: 'shake' }, 1500, 1000, false, false],
    ['after N metres', { after: 2, do: 'swap' }, 2000, 0, false, true],
    ['before each sheet', { each: 'sheet', do: 'wipe' }, 0, 0, true, true],
    ['not again within a sheet', { each: 'sheet', do: 'wipe' }, 0, 0, false, false],
  ])('%s', (_, rule, mm, last, begins, due) => {
    const state = { mm, served: { shake: last } }
    expect(dueRule(state, [rule], mm, () => begins) !== undefined).toBe(due)
  })
})
