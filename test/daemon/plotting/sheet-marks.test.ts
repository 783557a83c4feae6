import { expect, it } from 'vitest'
import { SheetMarks, type SheetMarksParts } from '../../../src/daemon/plotting/sheet-marks.ts'
import type { Job } from '../../../src/spool/job.ts'

const layer = { plan: { width: 100, height: 80 } }

it.each([
  ['that does not know its position', { state: { is: 'idle' } }, 'run `plotd home` first'],
  ['that plots', { state: { is: 'plotting' } }, 'the plotter is plotting'],
  ['that is paused within a layer', { state: { is: 'paused' } }, 'paused within a layer'],
  [
    'that is paused before a layer and does not know its position',
    { state: { is: 'paused' }, beforeLayer: layer },
    'the position of the carriage is not known',
  ],
])('a plotter %s accepts no mark, and the error says why', (_, session, why) => {
  const marks = new SheetMarks({ session, changed: () => {} } as unknown as SheetMarksParts)
  expect(() => marks.add({ x: 1, y: 2 })).toThrow(`the pen shows no mark, because `)
  expect(() => marks.add({ x: 1, y: 2 })).toThrow(why)
})

it('marks do not count for a printed sheet once the position was lost, and the error names the least distance', () => {
  const session: { state: { is: string }; position?: { x: number; y: number } } = { state: { is: 'idle' } }
  const parts = { session, profile: () => ({}), changed: () => {} }
  const marks = new SheetMarks(parts as unknown as SheetMarksParts)
  const job = { id: 'J', plot: { plotter: 'axi', copies: 1, options: { printed: true } } } as unknown as Job
  for (const place of [
    { x: 0, y: 0 },
    { x: 90, y: 0 },
  ]) {
    session.position = place
    marks.add(place)
  }
  marks.require(job)
  delete session.position
  expect(() => marks.require(job)).toThrow('0 of 2 marks: expected two, at least 40 mm apart')
})
