import { expect, it } from 'vitest'
import { Carriage, type HomeMemory } from '../../../src/plotter/drivers/gcode/carriage.ts'

const HOME = { x: 3, y: 200 }

it.each([
  ['a position away from 0, 0', { x: 5, y: 5 }, undefined, HOME],
  ['position 0, 0', { x: 0, y: 0 }, /reports position 0, 0/, undefined],
  ['no position', undefined, /does not report its position/, undefined],
] as const)(
  'the carriage remembers home, or names the reason why not, when the board reports %s',
  async (_, place, why, home) => {
    const memory: HomeMemory = { home: HOME }
    const carriage = new Carriage('grbl', { penUp: [], penDown: [], homing: false }, memory, async () => {})
    carriage.place = place
    const answer = await carriage.recallHome()
    if (why) expect(answer).toMatch(why)
    else expect(answer).toBeUndefined()
    expect(carriage.isHomeKnown).toBe(home !== undefined)
    expect(memory.home).toEqual(home)
  },
)
