import type { Carriage } from './carriage.ts'
import type { Interpreter } from './interpreter.ts'
import type { HpglModel } from './models.ts'

/** The parts of the plotter whose values `answer` reports. */
interface Plotter {
  readonly model: HpglModel
  readonly carriage: Carriage
  readonly interpreter: Interpreter
}

/** OF: plotter units per mm. */
const UNITS_PER_MM = 40

/**
 * The answer to an output instruction. Call this function when the plotter executes the instruction, because OE clears
 * the error that it reports, and OS clears the bit "initialized".
 */
export function answer(what: string, { model, carriage, interpreter }: Plotter): string {
  const { scaling } = interpreter
  const [x, y] = scaling.fromMachine([carriage.x, carriage.y])
  const pen = carriage.isDown ? 1 : 0
  switch (what) {
    case 'OA':
    case 'OC':
    case 'OD':
      return [x, y, pen].join(',')
    case 'OE': {
      const { error } = interpreter
      interpreter.error = 0
      return String(error)
    }
    case 'OF':
      return `${UNITS_PER_MM},${UNITS_PER_MM}`
    case 'OH':
      return scaling.limits.join(',')
    case 'OI':
      return model.name
    case 'OO':
      return '0,1,0,0,1,0,0,0'
    case 'OP':
      return [...scaling.p1, ...scaling.p2].join(',')
    case 'OS':
      return String(status(pen, interpreter))
    case 'OW':
      return scaling.window.join(',')
    default:
      return '0'
  }
}

/** Bits of the status byte: 0 pen down, 3 initialized since the last OS, 4 ready, 5 error. */
function status(pen: number, interpreter: Interpreter): number {
  const byte = pen + (interpreter.isInitialized ? 8 : 0) + 16 + (interpreter.error ? 32 : 0)
  interpreter.isInitialized = false
  return byte
}
