import type { GrblOptions, MotionLimits, PenLift, Profile } from './profile.ts'

/**
 * Belt machines with grbl's usual settings. grbl plans its own motion. plotd sends the speed of `down` as the feed. The
 * other limits are for estimates and the order of strokes.
 */
const down: MotionLimits = { speed: 50, acceleration: 300, junctionDeviation: 0.01 }
const up: MotionLimits = { speed: 130, acceleration: 300, junctionDeviation: 0.01 }
const pen: PenLift = { upPercent: 60, downPercent: 30, raiseMs: 200, lowerMs: 200 }

/** A servo on the spindle output (PWM 0…1000), the most common hobby wiring. */
const servo: GrblOptions = {
  penUp: ['M3 S{height}', 'G4 P{s}'],
  penDown: ['M3 S{height}', 'G4 P{s}'],
  heights: { at0: 0, at100: 1000 },
  homing: false,
}
/** A pen on a Z axis. At Z 5 (100 %) it is up; at Z 0 (50 %, see `withZ`) it is on the paper. */
const zAxis: GrblOptions = {
  penUp: ['G0 Z{height}'],
  penDown: ['G1 Z{height} F600'],
  heights: { at0: -5, at100: 5 },
  homing: true,
}

const grbl = (name: string, title: string, width: number, height: number, options: GrblOptions): Profile => ({
  name,
  title,
  dialect: 'grbl',
  width,
  height,
  kinematics: 'cartesian',
  stepsPerMm: 80,
  maxStepRate: 30_000,
  down,
  up,
  pen,
  grbl: options,
})

const withZ = (name: string, title: string, width: number, height: number): Profile => ({
  ...grbl(name, title, width, height, zAxis),
  pen: { ...pen, upPercent: 100, downPercent: 50 },
})

/** A4 and A3 machines with grbl, FluidNC or grblHAL. In a name, `servo` or `z` says what moves the pen. */
export const GRBL: readonly Profile[] = [
  grbl('grbl-servo', 'GRBL A4, pen on a servo (spindle PWM)', 297, 210, servo),
  grbl('grbl-servo-a3', 'GRBL A3, pen on a servo (spindle PWM)', 420, 297, servo),
  withZ('grbl-z', 'GRBL A4, pen on a Z axis', 297, 210),
  withZ('grbl-z-a3', 'GRBL A3, pen on a Z axis', 420, 297),
  grbl('fluidnc-servo', 'FluidNC A4, pen on a servo (spindle)', 297, 210, servo),
  withZ('fluidnc-z', 'FluidNC A4, pen on the Z axis', 297, 210),
  grbl('grblhal-servo', 'grblHAL A4, pen on a servo (spindle)', 297, 210, servo),
  withZ('grblhal-z', 'grblHAL A4, pen on a Z axis', 297, 210),
  { ...grbl('idraw-a4', 'iDraw A4 (GRBL)', 297, 210, servo), kinematics: 'corexy', stepsPerMm: 100 },
  { ...grbl('idraw-a3', 'iDraw A3 (GRBL)', 420, 297, servo), kinematics: 'corexy', stepsPerMm: 100 },
]
