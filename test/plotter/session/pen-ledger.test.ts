import { describe, expect, it } from 'vitest'
import {
  changePen,
  dueRule,
  EMPTY_LEDGER,
  mapLayer,
  type PenRule,
  penOfLayer,
} from '../../../src/plotter/session/pen-ledger.ts'

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

it('a layer keeps its pen until a user takes it: a layer too many is refused, also when an earlier name is a number', () => {
  const names = ['1', ...Array.from({ length: 199 }, (_, i) => `layer ${i}`)]
  const full = names.reduce((ledger, name) => mapLayer(ledger, name, 'blue'), EMPTY_LEDGER)
  expect(() => mapLayer(full, 'one more', 'red')).toThrow('200 layers have a pen')
  expect(penOfLayer(mapLayer(full, '1', 'red'), '1')).toBe('red')
  const room = mapLayer(full, 'layer 0', undefined)
  expect(penOfLayer(mapLayer(room, 'one more', 'red'), '1')).toBe('blue')
})

it('a layer, a pen or a service may have a name such as constructor, a member of every object', () => {
  const name = 'constructor'
  expect(penOfLayer(mapLayer(EMPTY_LEDGER, 'sea', 'blue'), name)).toBeUndefined()
  const blueAside = changePen(changePen(EMPTY_LEDGER, 1, 'blue', 0), 1, 'red', 0)
  expect(changePen(blueAside, 1, name, 0).slots).toEqual({ 1: { pen: name, mm: 0, served: {}, since: 0 } })
  expect(dueRule({ mm: 1000, served: {} }, [{ every: 1, do: name }], 1000, () => false)).toBeDefined()
})
