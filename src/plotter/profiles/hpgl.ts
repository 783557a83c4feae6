import type { HpglOptions, MotionLimits, PenLift, Profile } from './profile.ts'

const pen: PenLift = { upPercent: 100, downPercent: 0, raiseMs: 60, lowerMs: 80 }

interface Model {
  readonly name: string
  readonly title: string
  /** Reach, mm. */
  readonly width: number
  readonly height: number
  /** Speed with the pen down, mm/s. */
  readonly speed: number
  /** Speed with the pen up, mm/s. */
  readonly slew: number
  /** mm/s² */
  readonly acceleration: number
  readonly options: HpglOptions
}

/**
 * HP-GL plotters step 0.025 mm and plan their own motion. plotd selects the speed of `down`. The other limits are for
 * estimates and the order of strokes.
 */
function plotter({ name, title, width, height, speed, slew, acceleration, options }: Model): Profile {
  const limits = (mmPerSecond: number): MotionLimits => ({ speed: mmPerSecond, acceleration, junctionDeviation: 0.02 })
  return {
    name,
    title,
    dialect: 'hpgl',
    width,
    height,
    kinematics: 'cartesian',
    stepsPerMm: 40,
    maxStepRate: 40_000,
    down: limits(speed),
    up: limits(slew),
    pen,
    hpgl: options,
  }
}

const serial = {
  flow: 'ask',
  baudRate: 9600,
  unitMm: 0.025,
  swapAxes: false,
  origin: { x: 0, y: 0 },
  penChangeMs: 1500, // a guess, for estimates only
} as const

/**
 * The speed and acceleration of the 7470A are from its manual: 38.1 cm/s and 2 g, but 0.5 g after a speed is selected.
 * The speeds of the 7475A and the 7550A are from their manuals. All other speeds and accelerations are commonly
 * published ones.
 */
export const HPGL: readonly Profile[] = [
  plotter({
    name: 'hp-7470a',
    title: 'HP 7470A',
    width: 257.5,
    height: 191.25,
    speed: 381,
    slew: 381,
    acceleration: 19_600,
    options: { ...serial, pens: 2, bufferBytes: 255, origin: { x: 0, y: 7650 }, selectedAcceleration: 4_900 },
  }),
  plotter({
    name: 'hp-7475a',
    title: 'HP 7475A, A3',
    width: 403.9,
    height: 276,
    speed: 381,
    slew: 508,
    acceleration: 19_600,
    options: { ...serial, pens: 6, bufferBytes: 1024, origin: { x: 0, y: 11_040 } },
  }),
  plotter({
    name: 'hp-7475a-a4',
    title: 'HP 7475A, A4',
    width: 275,
    height: 190,
    speed: 381,
    slew: 508,
    acceleration: 19_600,
    options: { ...serial, pens: 6, bufferBytes: 1024, origin: { x: 0, y: 7600 } },
  }),
  plotter({
    name: 'hp-7550a',
    title: 'HP 7550A',
    width: 403.9,
    height: 276,
    speed: 800,
    slew: 800,
    acceleration: 58_800,
    options: { ...serial, pens: 8, bufferBytes: 12_752, flow: 'xon-xoff', origin: { x: 0, y: 11_040 } },
  }),
  plotter({
    name: 'hp-7585b',
    title: 'HP 7585B',
    width: 1180,
    height: 880,
    speed: 600,
    slew: 600,
    acceleration: 39_200,
    options: {
      ...serial,
      pens: 8,
      bufferBytes: 1024,
      flow: 'xon-xoff',
      // Large drum plotters have (0, 0) in the middle of the sheet. `IP` sets only the points to which `SC` scales.
      origin: { x: -23_600, y: 17_600 },
    },
  }),
  plotter({
    name: 'roland-dxy-1300',
    title: 'Roland DXY-1300',
    width: 416,
    height: 276,
    speed: 420,
    slew: 420,
    acceleration: 5_000,
    options: { ...serial, pens: 8, bufferBytes: 1024, flow: 'hardware', origin: { x: 0, y: 11_040 } },
  }),
  plotter({
    name: 'hpgl-cutter',
    title: 'HPGL vinyl cutter, one tool',
    width: 600,
    height: 1000,
    speed: 100,
    slew: 300,
    acceleration: 3_000,
    options: { ...serial, pens: 1, bufferBytes: 1024, flow: 'hardware', origin: { x: 0, y: 40_000 } },
  }),
]
