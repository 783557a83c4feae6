import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { profileNamed, profiles, withOverrides } from '../../../src/plotter/profiles/index.ts'
import { validProfile } from '../../../src/plotter/profiles/validate.ts'

const axidraw = profileNamed('axidraw-v3')

describe('profiles', () => {
  it.each(Object.entries(profiles))('%s is valid, and its key is its name', (name, profile) => {
    expect(validProfile(profile)).toBe(profile)
    expect(profile.name).toBe(name)
  })

  it('cover all four dialects, and `axidraw-v3` has the figures of the machine', () => {
    expect(new Set(Object.values(profiles).map(({ dialect }) => dialect))).toEqual(
      new Set(['ebb', 'grbl', 'marlin', 'hpgl']),
    )
    expect(axidraw).toMatchObject({ width: 300, height: 218, kinematics: 'corexy', maxStepRate: 25_000 })
  })

  it('of a drum plotter have the point (0, 0) of the plotter in the middle of the reach', () => {
    const { width, height, hpgl } = profileNamed('hp-7585b')
    const unitMm = hpgl?.unitMm ?? 0
    expect([hpgl?.origin, hpgl?.initialize]).toEqual([{ x: -width / 2 / unitMm, y: height / 2 / unitMm }, undefined])
  })

  it('are all in the table of docs/devices.md, with the same figures', () => {
    const rows = readFileSync('docs/devices.md', 'utf8').matchAll(
      /^\| `([\w-]+)` +\| (.+?) +\| (ebb|grbl|marlin|hpgl) +\| (.+?) +\| (.+?) +\|$/gm,
    )
    const documented = Array.from(rows, ([, ...cells]) => cells)
    const round = (mm: number) => `${Math.round(mm * 100) / 100}`
    expect(documented).toEqual(
      Object.values(profiles).map(({ name, title, dialect, width, height, down }) => [
        name,
        title,
        dialect,
        `${round(width)} × ${round(height)}`,
        `${Math.round(down.speed)}`,
      ]),
    )
  })

  it('are listed by name when a name is unknown', () => {
    expect(() => profileNamed('constructor')).toThrow(/no machine is called "constructor"; there are axidraw-v3,/)
  })

  it('can be changed in single fields, nested ones too', () => {
    const slow = withOverrides(axidraw, { down: { speed: 20 }, pen: { downPercent: 25 } })
    expect(slow.down).toEqual({ ...axidraw.down, speed: 20 })
    expect(slow.pen).toEqual({ ...axidraw.pen, downPercent: 25 })
  })

  it.each([
    [{ down: { speed: 0 } }, /^down.speed: 0 is not a number from/],
    [{ up: { acceleration: Number.NaN } }, /^up.acceleration: null is not a number/],
    [{ pen: { upPercent: 101 } }, /^pen.upPercent: 101 is not a number from 0 to 100/],
    [{ kinematics: 'delta' }, /^kinematics: "delta" is not one of cartesian, cartesian-yx, corexy/],
    [{ stepsPerMM: 80 }, /^stepsPerMM is not a field of a profile/],
    [{ down: { sped: 80 } }, /^down.sped is not a field of a profile/],
    [{ ebb: { microstep: 6 } }, /^ebb.microstep: 6/],
  ])('refuse %O and name the field', (overrides, message) => {
    expect(() => withOverrides(axidraw, overrides as object)).toThrow(message)
    expect(() => withOverrides(axidraw, overrides as object)).toThrow(
      expect.objectContaining({ code: 'ERR_PROFILE_INVALID' }),
    )
  })

  it.each([
    ['hp-7475a', { hpgl: { selectedAcceleration: 0 } }, /^hpgl.selectedAcceleration: 0 is not a number from 0.1/],
    ['hp-7475a', { hpgl: { selectedAcceleration: -5 } }, /^hpgl.selectedAcceleration: -5/],
    ['hp-7475a', { hpgl: { selectedAcceleration: Number.NaN } }, /^hpgl.selectedAcceleration: null/],
    ['grbl-servo', { down: { speed: Number.POSITIVE_INFINITY } }, /^down.speed: null/],
    ['grbl-servo', { grbl: { heights: { at0: Number.NaN } } }, /^grbl.heights.at0: null/],
    ['grbl-servo', { grbl: { heights: { at100: '255' } } }, /^grbl.heights.at100: "255"/],
    ['grbl-servo', { grbl: { homeAt: { x: Number.NEGATIVE_INFINITY, y: 0 } } }, /^grbl.homeAt.x: null/],
    ['grbl-servo', { grbl: { lookAhead: 0 } }, /^grbl.lookAhead: 0 is not a whole number from 1/],
    ['marlin-servo', { marlin: { heights: { at100: Number.POSITIVE_INFINITY } } }, /^marlin.heights.at100: null/],
    ['klipper-servo', { marlin: { cruiseRatio: 1 } }, /^marlin.cruiseRatio: 1/],
    ['klipper-servo', { up: { acceleration: 0 } }, /^up.acceleration: 0/],
    ['marlin-servo', { marlin: { homing: 'no' } }, /^marlin.homing: "no" is not true or false/],
    ['grbl-servo', { grbl: { yUp: 'false' } }, /^grbl.yUp: "false" is not true or false/],
    ['grbl-servo', { grbl: { start: 'G0' } }, /^grbl.start: "G0" is not a list of lines of G-code/],
    ['hp-7475a', { hpgl: { silent: 'yes' } }, /^hpgl.silent: "yes" is not true or false/],
    ['hp-7475a', { hpgl: { flow: 'rtscts' } }, /^hpgl.flow: "rtscts" is not one of xon-xoff, hardware, ask/],
    [
      'klipper-servo',
      { marlin: { firmware: ['klipper'] } },
      /^marlin.firmware: \["klipper"\] is not one of marlin, klipper/,
    ],
    ['hp-7475a', { hpgl: { initialize: 5 } }, /^hpgl.initialize: 5 is not a string/],
    ['axidraw-v3-brushless', { ebb: { servoPin: '2' } }, /^ebb.servoPin: "2" is not a whole number from 0 to 7/],
    ['axidraw-v3', { ebb: { microstep: 1.5 } }, /^ebb.microstep: 1.5 is not a whole number from 1 to 5/],
    ['hp-7475a', { hpgl: { pens: 1.5 } }, /^hpgl.pens: 1.5 is not a whole number/],
    ['hp-7475a', { hpgl: { origin: { X: 5 } } }, /^hpgl.origin.X is not a field of a profile/],
    ['grbl-z', { grbl: { homeAt: { x: -200 } } }, /^grbl.homeAt.y is missing: expected a number/],
    ['grbl-z', { grbl: { homeAt: 'corner' } }, /^grbl.homeAt: "corner" is not an object/],
    ['marlin-z', { marlin: { homeAt: { x: 1, y: 1, z: 1 } } }, /^marlin.homeAt.z is not a field of a profile/],
    ['grbl-z', { grbl: { heights: { up: 5 } } }, /^grbl.heights.up is not a field of a profile/],
    [
      'axidraw-v3',
      { dialect: 'grbl', grbl: { penUp: ['G0 Z{height}'], penDown: ['G1 Z{height}'], heights: { at100: 5 } } },
      /^grbl.heights.at0 is missing: expected a number from -100000 to 100000/,
    ],
    ['axidraw-v3', { calibration: 1.01 }, /^calibration: 1.01 is not an object/],
    ['grbl-servo', { grbl: { penUp: ['M3 S0\nG4 P1'] } }, /^grbl.penUp: "M3 S0\\nG4 P1" is not one line of G-code/],
    ['grbl-servo', { grbl: { start: [''] } }, /^grbl.start: "" is not one line of G-code in printable ASCII/],
    ['marlin-servo', { marlin: { end: ['M5 ; höher'] } }, /^marlin.end: "M5 ; höher" is not one line of G-code/],
  ])('%s refuses %O', (name, overrides, message) => {
    expect(() => withOverrides(profileNamed(name), overrides as object)).toThrow(message)
  })

  it('must be objects that have the options of their dialect', () => {
    const { ebb: _, ...without } = axidraw
    expect(() => validProfile(without)).toThrow(/^ebb is missing: expected the dialect's options/)
    expect(() => validProfile('axidraw')).toThrow(/^profile: "axidraw" is not an object/)
  })
})
