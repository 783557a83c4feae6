import type { EbbOptions, MotionLimits, PenLift, Profile } from './profile.ts'

/** Limits with the pen down, common to all AxiDraws. The speed is moderate and draws well. Jobs may change it. */
const down: MotionLimits = { speed: 50, acceleration: 200, junctionDeviation: 0.127 }
const up: MotionLimits = { speed: 200, acceleration: 400, junctionDeviation: 0.127 }
const pen: PenLift = { upPercent: 60, downPercent: 30, raiseMs: 120, lowerMs: 120 }

/** Servo range and rates of the standard lift. Microstep 1 is 1/16, which gives 80 steps per mm. */
const ebb: EbbOptions = { servoMin: 9855, servoMax: 27831, raiseRate: 375, lowerRate: 250, microstep: 1 }
/** The brushless lift, whose servo takes a narrower range of pulses and is on pin 2 of port B. */
const brushless: EbbOptions = { ...ebb, servoMin: 5400, servoMax: 12600, servoPin: 2 }

/** A machine with the mechanics of AxiDraw, by its reach in mm. */
const axidraw = (name: string, title: string, width: number, height: number): Profile => ({
  name,
  title,
  dialect: 'ebb',
  width,
  height,
  kinematics: 'corexy',
  stepsPerMm: 80,
  maxStepRate: 25_000,
  down,
  up,
  pen,
  ebb,
})

/** The same machine with the brushless lift. */
const brushlessLift = (profile: Profile): Profile => ({
  ...profile,
  pen: { ...profile.pen, raiseMs: 70, lowerMs: 70 },
  ebb: brushless,
})

const withBrushlessLift = (profile: Profile): Profile => ({
  ...brushlessLift(profile),
  name: `${profile.name}-brushless`,
  title: `${profile.title}, brushless lift`,
})

const v3 = axidraw('axidraw-v3', 'AxiDraw V3', 300, 218)
const a3 = axidraw('axidraw-v3-a3', 'AxiDraw V3/A3', 430, 297)

/** The AxiDraw models, with the reach that the maker states. */
export const AXIDRAW: readonly Profile[] = [
  v3,
  withBrushlessLift(v3),
  a3,
  withBrushlessLift(a3),
  axidraw('axidraw-se-a3', 'AxiDraw SE/A3', 430, 297),
  axidraw('axidraw-v3-xlx', 'AxiDraw V3 XLX', 595, 218),
  axidraw('axidraw-minikit', 'AxiDraw MiniKit', 160, 101.6),
  axidraw('axidraw-se-a1', 'AxiDraw SE/A1', 864, 594),
  axidraw('axidraw-se-a2', 'AxiDraw SE/A2', 594, 432),
  axidraw('axidraw-v3-b6', 'AxiDraw V3/B6', 190, 140),
]

const nextdraw = (model: string, width: number, height: number): Profile => {
  const profile = brushlessLift(axidraw(`nextdraw-${model}`, `Bantam Tools NextDraw ${model}`, width, height))
  return { ...profile, pen: { ...profile.pen, downPercent: 40 } }
}

/** AxiDraw's successors: the same mechanics and reach, always with a brushless lift. */
export const NEXTDRAW: readonly Profile[] = [
  nextdraw('8511', 300, 218),
  nextdraw('1117', 430, 297),
  nextdraw('2234', 864, 594),
]

/** EggBot templates are in pixels of 1/96 inch. A pixel is one step. */
const STEPS_PER_MM = 96 / 25.4

/**
 * 3,200 steps turn the egg once, and 800 steps move the pen's arm over its range, so a template has 3200 × 800 px.
 * Millimetres refer to the template. On the egg, a length depends on the egg's diameter. Motor 1 moves the pen and
 * motor 2 turns the egg, as in the maker's software.
 */
export const EGGBOT: readonly Profile[] = [
  {
    name: 'eggbot',
    title: 'EggBot, 3,200 steps a turn',
    dialect: 'ebb',
    width: 3200 / STEPS_PER_MM,
    height: 800 / STEPS_PER_MM,
    kinematics: 'cartesian-yx',
    stepsPerMm: STEPS_PER_MM,
    maxStepRate: 25_000,
    down: { speed: 300 / STEPS_PER_MM, acceleration: 200, junctionDeviation: 0.3 },
    up: { speed: 400 / STEPS_PER_MM, acceleration: 400, junctionDeviation: 0.3 },
    pen: { upPercent: 50, downPercent: 40, raiseMs: 400, lowerMs: 400 },
    ebb: { servoMin: 6000, servoMax: 30_000, raiseRate: 43, lowerRate: 43, microstep: 1 },
  },
]
