import { describe, expect, it } from 'vitest'
import {
  memoryFrom,
  noteBegin,
  noteMaintenance,
  noteMoving,
  type PlotterMemory,
  stopOf,
} from '../../../src/plotter/session/memory.ts'

it.each(['', '\0\0', 'null', '[]', '{"driver":null}', '{"driver":5}', '{"driver":[]}', '{"pens":{}}'])(
  'a memory is empty when its text is %j',
  (text) => {
    expect({ ...memoryFrom(text, async () => {}), save: 0 }).toEqual({
      driver: { save: expect.any(Function) },
      save: 0,
    })
  },
)

it('the text for the disk does not say that this process left the pen up', async () => {
  let text = ''
  const memory = memoryFrom(undefined, async (written) => {
    text = written
  })
  memory.driver.grbl = { home: { x: 1, y: 2 } }
  memory.driver.gcodePen = { isUp: true }
  await memory.save()
  expect(JSON.parse(text)).toEqual({ driver: { grbl: { home: { x: 1, y: 2 } } } })
})

/** A memory, and what its disk holds. The next write fails 'before' or 'after' the disk has the text. */
function frailMemory(facts: object, when: 'before' | 'after') {
  const disk = { text: JSON.stringify({ driver: {}, ...facts }) }
  let isFailing = true
  const memory = memoryFrom(disk.text, async (text) => {
    if (!isFailing || when === 'after') disk.text = text
    if (isFailing) {
      isFailing = false
      throw new Error('the disk is full')
    }
  })
  return { memory, onDisk: () => memoryFrom(disk.text, async () => {}) }
}

const PLOT = { job: 'j', plan: 'p' }

describe.each(['before', 'after'] as const)('a write that fails %s the disk has the text', (when) => {
  it.each<[string, object, (memory: PlotterMemory) => Promise<void>, string]>([
    ['`noteMoving` away', { plot: PLOT }, (memory) => noteMoving(memory, 'away'), '"stop":null'],
    ['`noteMoving` back', { plot: PLOT, stop: null }, (memory) => noteMoving(memory, 'back'), '"plan":"p"}}'],
    [
      '`noteMoving` back from a place',
      { plot: PLOT, stop: null },
      (memory) => noteMoving(memory, 'back', { x: 1, y: 2 }),
      '"plan":"p","start":{"x":1,"y":2}}}',
    ],
    [
      '`noteMaintenance` with a reason',
      {},
      (memory) => noteMaintenance(memory, 'me', 'oil'),
      '"maintenance":{"reason":"oil"',
    ],
    [
      '`noteMaintenance` without a reason',
      { maintenance: {} },
      (memory) => noteMaintenance(memory, 'me', undefined),
      '{"driver":{}}',
    ],
  ])('changes nothing, and the repeated call writes: %s', async (_, facts, note, expected) => {
    const { memory, onDisk } = frailMemory(facts, when)
    await expect(note(memory)).rejects.toThrow('the disk is full')
    const before = JSON.stringify({ driver: {}, ...facts })
    expect([memory, onDisk()].map((present) => JSON.stringify(present))).toEqual([before, before])
    await note(memory)
    expect(JSON.stringify(onDisk())).toContain(expected)
  })

  it('keeps the place at which the earlier plot stopped', async () => {
    const place = { x: 30, y: 40 }
    const { memory, onDisk } = frailMemory({ plot: PLOT, stop: place }, when)
    await expect(noteBegin(memory, 'j', 'p')).rejects.toThrow('the disk is full')
    for (const present of [memory, onDisk()]) expect(stopOf(present, 'j', 'p')).toEqual(place)
    await noteBegin(memory, 'j', 'p')
    expect(stopOf(onDisk(), 'j', 'p')).toBeUndefined()
  })
})
