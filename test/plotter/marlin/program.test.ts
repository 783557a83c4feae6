import { describe, expect, it } from 'vitest'
import { marlinPenLines } from '../../../src/plotter/drivers/marlin/program.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'

const { pen } = profileNamed('marlin-servo')
const optionsWith = (penUp: readonly string[]) => ({
  penUp,
  penDown: penUp,
  heights: { at0: 0, at100: 180 },
  homing: false,
})

describe('a lift', () => {
  it.each([
    ['marlin', ['M280 P0 S{height}'], ['M400', 'M280 P0 S108']],
    ['marlin', ['M42 P4 S1', 'M280 P0 S{height}'], ['M400', 'M42 P4 S1', 'M280 P0 S108', 'M400']],
    ['marlin', ['M280 P0 S{height}', 'G4 P50'], ['M400', 'M280 P0 S108', 'G4 P50', 'M400']],
    ['marlin', ['M3 S{height}'], ['M3 S108', 'M400']],
    ['klipper', ['SET_SERVO SERVO=pen ANGLE={height}'], ['SET_SERVO SERVO=pen ANGLE=108', 'M400']],
    ['klipper', ['M280 P0 S{height}'], ['M280 P0 S108', 'M400']],
  ] as const)('on %s by %j waits for the end of the stroke', (firmware, penUp, lines) => {
    expect(marlinPenLines({ firmware }, optionsWith(penUp), pen, 'up', 60)).toEqual(lines)
  })
})
