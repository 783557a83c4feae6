import { describe, expect, it } from 'vitest'
import { profileBySettings } from '../../../src/plotter/drivers/grbl/board-profile.ts'
import { homingLimitMs, readSettings } from '../../../src/plotter/drivers/grbl/settings.ts'
import { boardOf, profileBy } from '../../../src/plotter/drivers/marlin/firmware.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { validProfile } from '../../../src/plotter/profiles/validate.ts'

const TIMING = { blocks: 15, readsAtOnce: false, dwellMs: 50, waitsAtRest: true }

describe('a limit of the board that is no number above 0 counts as not reported', () => {
  it.each([
    ['grbl-servo', 0],
    ['grbl-servo', -5],
    ['grbl-servo', Number.NaN],
    ['grbl-z', 0],
    ['grbl-z', Number.NaN],
  ])('on %s: %d', (name, value) => {
    const profile = profileNamed(name)
    const limits = new Map([100, 110, 111, 112, 120, 121, 122].map((setting) => [setting, value] as const))
    const { pen, ...used } = profileBySettings(profile, limits, TIMING)
    const { pen: _, ...unlimited } = profileBySettings(profile, new Map(), TIMING)
    expect(used).toEqual(unlimited)
    expect([pen.raiseMs, pen.lowerMs].every(Number.isFinite)).toBe(true)
    validProfile({ ...profile, ...used, pen: profile.pen })
  })

  it.each(['0', '0.000', '-1', '1.2.3'])('when it is the search speed of grbl: %s', (value) => {
    expect(homingLimitMs(readSettings([`$25=${value}`, '$130=200', '$131=0']))).toBe(5 * 60_000)
    expect(homingLimitMs(readSettings([`$25=${value}`]))).toBe(5 * 60_000)
  })

  it.each(['0', '0.00', '.', '1.2.3', '-1'])('on Marlin: %s', (value) => {
    const lines = [
      `  M92 X${value} Y${value}`,
      `  M203 X${value} Y${value} Z${value}`,
      `  M201 X${value} Y${value} Z${value}`,
      `  M204 P${value} T${value}`,
    ]
    const board = boardOf('FIRMWARE_NAME:Marlin 2.1', lines)
    const nothing = { stepsPerMm: undefined, speed: undefined, acceleration: undefined }
    expect(board).toMatchObject({ ...nothing, z: { speed: undefined, acceleration: undefined } })
    const profile = profileNamed('marlin-servo')
    expect(profileBy(profile, board)).toEqual(profile)
  })

  it.each(['0', '0.0', '.', '1.2.3'])('on Klipper: %s', (value) => {
    const lines = [`// max_velocity: ${value}\n// max_accel: ${value}\n// minimum_cruise_ratio: 0.5`]
    const board = boardOf('FIRMWARE_NAME:Klipper', lines)
    expect(board).toMatchObject({ speed: undefined, acceleration: undefined, cruiseRatio: 0.5 })
    const { marlin: _, ...limits } = profileBy(profileNamed('klipper-servo'), board)
    expect(profileNamed('klipper-servo')).toMatchObject(limits)
  })
})

it('a square corner velocity of 0 on Klipper counts as reported: the plotter stops in each corner', () => {
  const lines = ['// max_accel: 500', '// square_corner_velocity: 0.000000']
  const { down, up } = profileBy(profileNamed('klipper-servo'), boardOf('FIRMWARE_NAME:Klipper', lines))
  expect([down.junctionDeviation, up.junctionDeviation]).toEqual([0, 0])
})
