import { describe, expect, it } from 'vitest'
import { PenBook } from '../../../src/daemon/plotting/pen-book.ts'
import { shortMemory } from '../../../src/plotter/session/memory.ts'

const newBook = () =>
  new PenBook({
    pens: [{ name: 'marine', color: 'blue', metres: 10, rules: [] }],
    memory: shortMemory(),
    plans: '',
    job: async () => undefined,
    changed: () => {},
  })

describe.each(['marine', 'blue'])('a configured pen, when a user calls it %s', (called) => {
  it('is shown with its name and the ink that is left, when the user has put it in', async () => {
    const book = newBook()
    await book.put(1, called, 2000)
    expect(book.view()).toMatchObject([{ slot: 1, pen: 'marine', color: 'blue', leftMm: 8000 }])
  })

  it('is shown by its name when the user has set it for a layer', async () => {
    const book = newBook()
    await book.mapLayer('border', called)
    expect(book.viewFields.layerPens).toEqual([{ layer: 'border', pen: 'marine' }])
  })
})
