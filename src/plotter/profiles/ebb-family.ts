import { axidraw, brushlessLift } from './axidraw.ts'
import type { Profile } from './profile.ts'

const nextdraw = (model: string, width: number, height: number): Profile => {
  const profile = brushlessLift(axidraw(`nextdraw-${model}`, `Bantam Tools NextDraw ${model}`, width, height))
  return { ...profile, pen: { ...profile.pen, downPercent: 40 } }
}

/** AxiDraw's heirs: the same mechanics and travel, always with a brushless lift. */
export const NEXTDRAW: readonly Profile[] = [
  nextdraw('8511', 300, 218),
  nextdraw('1117', 430, 297),
  nextdraw('2234', 864, 594),
]

/** The templates that EggBots are drawn for are in pixels, 96 an inch, of one step each. */
const STEPS_PER_MM = 96 / 25.4

/**
 * 3,200 steps turn the egg once, 800 sweep the pen's arm: a template of 3200 × 800 px is drawn step by step. Its
 * millimetres are the template's, not the egg's: how long they are there depends on how thick it is. Motor 1 swings the
 * pen, motor 2 turns the egg, as the maker's own software has it.
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
