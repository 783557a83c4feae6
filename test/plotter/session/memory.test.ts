import { expect, it } from 'vitest'
import { memoryFrom } from '../../../src/plotter/session/memory.ts'

it.each(['', '\0\0', 'null', '[]', '{"driver":null}', '{"driver":5}', '{"driver":[]}', '{"pens":{}}'])(
  'a memory is empty when its text is %j',
  (text) => {
    expect({ ...memoryFrom(text, async () => {}), save: 0 }).toEqual({
      driver: { save: expect.any(Function) },
      save: 0,
    })
  },
)
