import { expect, it } from 'vitest'
import { SheetMarks, type SheetMarksParts } from '../../../src/daemon/plotting/sheet-marks.ts'

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
])('a plotter %s shows no mark, and says why', (_, session, why) => {
  const marks = new SheetMarks({ session, changed: () => {} } as unknown as SheetMarksParts)
  expect(() => marks.add({ x: 1, y: 2 })).toThrow(`the pen shows no mark, because `)
  expect(() => marks.add({ x: 1, y: 2 })).toThrow(why)
})
