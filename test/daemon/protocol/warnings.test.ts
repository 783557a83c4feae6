import { expect, it } from 'vitest'
import { kindOf } from '../../../src/daemon/protocol/warnings.ts'

it('an address that the post may refuse is a note, and an unknown warning is a loss', () => {
  expect(['address', 'address-form', 'warning-of-a-module'].map(kindOf)).toEqual(['note', 'note', 'loss'])
})
