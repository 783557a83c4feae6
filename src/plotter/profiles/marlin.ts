import type { MarlinOptions, MotionLimits, PenLift, Profile } from './profile.ts'

/**
 * Limits with the pen down. A 3D printer moves its bed slowly, and draws good lines within these limits. The
 * acceleration of a connected board replaces `acceleration`. A lower speed of the board replaces `speed`.
 */
const down: MotionLimits = { speed: 50, acceleration: 500, junctionDeviation: 0.013 }
const up: MotionLimits = { ...down, speed: 100 }
/** Times of a servo: Marlin's M280 takes 300 ms. */
const pen: PenLift = { upPercent: 60, downPercent: 30, raiseMs: 300, lowerMs: 300 }

/** A servo on the first servo output; heights in degrees. */
const servo: MarlinOptions = {
  firmware: 'marlin',
  penUp: ['M280 P0 S{height}'],
  penDown: ['M280 P0 S{height}'],
  heights: { at0: 0, at100: 180 },
  homing: false,
}
/** A pen on the Z axis. At Z 3 (100 %) it is up; at Z 0 (50 %, see `withZ`) it is on the paper. */
const zAxis: MarlinOptions = {
  firmware: 'marlin',
  penUp: ['G0 Z{height} F300'],
  penDown: ['G1 Z{height} F300'],
  heights: { at0: -3, at100: 3 },
  homing: true,
  homeAt: { x: 0, y: 220 },
}
/**
 * A servo that Klipper's configuration calls `pen`. SET_SERVO takes effect between moves, and G4 waits for the servo.
 */
const klipperServo: MarlinOptions = {
  ...servo,
  firmware: 'klipper',
  penUp: ['SET_SERVO SERVO=pen ANGLE={height}', 'G4 P{ms}'],
  penDown: ['SET_SERVO SERVO=pen ANGLE={height}', 'G4 P{ms}'],
}

const printer = (name: string, title: string, options: MarlinOptions): Profile => ({
  name,
  title,
  dialect: 'marlin',
  width: 220,
  height: 220,
  kinematics: 'cartesian',
  stepsPerMm: 80,
  maxStepRate: 40_000,
  down,
  up,
  pen,
  marlin: options,
})

const withZ = (profile: Profile): Profile => ({
  ...profile,
  pen: { upPercent: 100, downPercent: 50, raiseMs: 650, lowerMs: 650 },
})

/** 3D printers with a pen. The bed is 220 mm square, a common size. */
export const MARLIN: readonly Profile[] = [
  printer('marlin-servo', 'Marlin printer, pen on a servo', servo),
  withZ(printer('marlin-z', 'Marlin printer, pen on the Z axis', zAxis)),
  {
    ...printer('klipper-servo', 'Klipper printer, pen on a servo', klipperServo),
    pen: { ...pen, raiseMs: 200, lowerMs: 200 },
  },
  withZ(printer('klipper-z', 'Klipper printer, pen on the Z axis', { ...zAxis, firmware: 'klipper' })),
]
