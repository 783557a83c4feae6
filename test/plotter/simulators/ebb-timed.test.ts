import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WRAP } from '../../../src/plotter/simulators/ebb/arithmetic.ts'
import { conversation } from '../../support/conversation.ts'
import { runs } from '../../support/fuzz.ts'

/**
 * One LT for motor 1. The motor does not reverse during the command. `backwards` means a negative rate; `clear` means
 * that the command first clears the register.
 */
interface Timed {
  readonly ticks: number
  readonly entry: number
  readonly exit: number
  readonly backwards: boolean
  readonly clear: boolean
}

const timed: fc.Arbitrary<Timed> = fc.record({
  ticks: fc.integer({ min: 2, max: 4000 }),
  entry: fc.integer({ min: 1, max: 500_000_000 }),
  exit: fc.integer({ min: 1, max: 500_000_000 }),
  backwards: fc.boolean(),
  clear: fc.boolean(),
})

/** Rate and acceleration in the motor's direction. The acceleration is even, so that its half is whole. */
const ramp = ({ ticks, entry, exit }: Timed) => {
  const accel = 2 * Math.trunc((exit - entry) / ticks / 2)
  return { rate: entry + Math.abs(accel), accel }
}

/** The loop of firmware 3 adds signed rates to a register of 31 bits. An overflow at either end is a step. */
function signedLoop(all: readonly Timed[]): number {
  let [position, register] = [0, 0]
  for (const each of all) {
    const { rate, accel } = ramp(each)
    const sign = each.backwards ? -1 : 1
    let added = sign * (rate - accel / 2)
    if (each.clear) register = each.backwards ? WRAP - 1 : 0
    for (let t = 0; t < each.ticks; t++) {
      added += sign * accel
      register += added
      if (register >= 0 && register < WRAP) continue
      register += register < 0 ? WRAP : -WRAP
      position += sign
    }
  }
  return position
}

/** The loop of firmware 2 adds rates without a sign. The sign of the command's rate is the motor's direction. */
function unsignedLoop(all: readonly Timed[]): number {
  let [position, register] = [0, 0]
  for (const each of all) {
    const { rate, accel } = ramp(each)
    let added = rate - accel / 2
    if (each.clear) register = 0
    for (let t = 0; t < each.ticks; t++) {
      added += accel
      register += added
      if (register < WRAP) continue
      register -= WRAP
      position += each.backwards ? -1 : 1
    }
  }
  return position
}

describe.each([
  ['3.0.3', signedLoop, (sign: number, accel: number) => sign * accel],
  ['2.8.1', unsignedLoop, (_: number, accel: number) => accel],
] as const)('LT on firmware %s', (firmware, loop, acceleration) => {
  it('comes to the position of the firmware’s loop after several commands, also backwards', async () => {
    const property = fc.asyncProperty(fc.array(timed, { minLength: 1, maxLength: 6 }), async (all) => {
      const { say, pass } = conversation({ firmware })
      for (const each of all) {
        const { rate, accel } = ramp(each)
        const sign = each.backwards ? -1 : 1
        say(`LT,${each.ticks},${sign * rate},${acceleration(sign, accel)},0,0,${each.clear ? 1 : 0}\r`)
        await pass(each.ticks / 25 + 1)
      }
      expect(say('QS\r')).toBe(`${loop(all)},0\n\rOK\r\n`)
    })
    await fc.assert(property, runs(60))
  })
})

it('LT keeps firmware 3 busy for one tick more than the command says', async () => {
  const { say, pass } = conversation({ firmware: '3.0.3' })
  say('LT,25,1000000,0,0,0,3\r')
  await pass(1.02)
  expect(say('QM\r')).toBe('QM,1,0,0,0\n\r')
  await pass(0.04)
  expect(say('QM\r')).toBe('QM,0,0,0,0\n\r')
})

it('LT is refused without a rate, on firmware 2 even with an acceleration', () => {
  const refused = '!6 Err: Invalid parameter value\r\n'
  expect(conversation({ firmware: '2.8.1' }).say('LT,1000,0,-8000,0,0,3\r')).toBe(refused)
  expect(conversation({ firmware: '3.0.3' }).say('LT,1000,0,0,0,0,3\r')).toBe(refused)
})

it('LT turns a motor backwards on firmware 3 by acceleration alone', async () => {
  const { say, pass } = conversation({ firmware: '3.0.3' })
  say('LT,1000,0,-8000,0,0,3\r')
  await pass(41)
  expect(say('QS\r')).toBe('-1,0\n\rOK\r\n')
})
