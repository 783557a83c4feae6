import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AxisMove, type Move, WRAP } from '../../../src/plotter/simulators/ebb/arithmetic.ts'
import { moveBySteps, tickOfStep } from '../../../src/plotter/simulators/ebb/motion.ts'
import { conversation } from '../../support/conversation.ts'
import { runs } from '../../support/fuzz.ts'

const STILL: AxisMove = { rate: 0, accel: 0, jerk: 0, steps: 0, direction: 1 }

/** The firmware's loop, without the sixth of the jerk that the firmware adds to the rate before the first tick. */
function tickByTick(axis: AxisMove, start: number, ticks: number): number[] {
  let [rate, accel, register] = [axis.rate - Math.trunc(axis.accel / 2), axis.accel, start]
  const stepTicks: number[] = []
  for (let t = 1; t <= ticks && stepTicks.length < axis.steps; t++) {
    rate += accel
    accel += axis.jerk
    register += rate
    if (register >= 0 && register < WRAP) continue // the top bit of 32 is clear
    register -= Math.sign(register) * WRAP
    stepTicks.push(t)
  }
  return stepTicks
}

const alone = (axis: AxisMove, start: number): Move => moveBySteps([axis, STILL], [start, 0], 'signed')

/** The ticks at which motor 1 steps until its move ends. */
const stepTicks = (move: Move): number[] => [...move.stepping(0, move.ticks)].map(([tick]) => tick)

describe('the arithmetic of the motion interrupt', () => {
  const axes = fc.record({
    rate: fc.integer({ min: 1, max: 2 ** 30 }),
    accel: fc.integer({ min: 0, max: 200_000 }),
    jerk: fc.constant(0),
    steps: fc.integer({ min: 1, max: 60 }),
    direction: fc.constant(1 as const),
  })
  const start = fc.integer({ min: 0, max: WRAP - 1 })

  it('steps on the ticks of the firmware’s loop', () => {
    const property = fc.property(axes, start, (axis, register) => {
      const expected = tickByTick(axis, register, 20_000)
      fc.pre(expected.length === axis.steps)
      expect(stepTicks(alone(axis, register))).toEqual(expected)
    })
    fc.assert(property, runs(300))
  })

  it('steps on the ticks of the firmware’s loop, also with jerk', () => {
    const axis: AxisMove = { rate: 40_000_000, accel: 100, jerk: 6, steps: 40, direction: 1 }
    const expected = tickByTick({ ...axis, rate: axis.rate + axis.jerk / 6 }, 5, 4000)
    expect(stepTicks(alone(axis, 5))).toEqual(expected)
  })

  it('gives Infinity as the end of a move of more ticks than a double counts exactly', () => {
    const axis: AxisMove = { rate: 4, accel: 0, jerk: 0, steps: 64_399_858, direction: 1 }
    expect(tickOfStep(axis, 0, 64_399_858)).toBe(Infinity)
  })

  it('computes 77 ms for the manual’s example of 50 steps from 500 to 800 Hz', () => {
    const axis: AxisMove = { rate: 42_950_000, accel: 13_400, jerk: 0, steps: 50, direction: 1 }
    expect(Math.round(alone(axis, 0).ticks / 25)).toBe(77)
  })

  it('makes the remaining steps on the way back when a move slows down too soon', () => {
    const slowing = fc.record({
      rate: fc.integer({ min: 1_000_000, max: 800_000_000 }),
      accel: fc.integer({ min: -200_000, max: -20_000 }),
      jerk: fc.constant(0),
      steps: fc.integer({ min: 1, max: 300 }),
      direction: fc.constant(1 as const),
    })
    const property = fc.property(slowing, start, (axis, register) => {
      const expected = tickByTick(axis, register, 60_000)
      fc.pre(expected.length === axis.steps)
      expect(stepTicks(alone(axis, register))).toEqual(expected)
    })
    fc.assert(property, runs(200))
  })

  it('never finishes a move that has no speed at all', () => {
    const axis: AxisMove = { rate: 0, accel: 0, jerk: 0, steps: 5, direction: 1 }
    expect(alone(axis, 0).ticks).toBe(Infinity)
  })

  it('leaves the remainder of the last step in the accumulator', () => {
    const axis: AxisMove = { rate: 1_000_000_000, accel: 0, jerk: 0, steps: 3, direction: 1 }
    const move = alone(axis, 0)
    expect(move.registersAt(move.ticks)[0]).toBe(7 * 1_000_000_000 - 3 * WRAP)
  })

  it('lists the steps of both motors up to the last of each', () => {
    const axis = (steps: number): AxisMove => ({ rate: 400_000_000, accel: 0, jerk: 0, steps, direction: 1 })
    const move = moveBySteps([axis(4), axis(2)], [0, 0], 'unsigned')
    const last = [...move.stepping(0, move.ticks)].at(-1)
    expect(last?.slice(1)).toEqual([4, 2])
  })
})

describe('a rate that falls through zero', () => {
  const THROUGH = 'LM,117766028,240,-13455,670284974,-1366,-76579\r'

  it('reverses the motor on firmware 3', async () => {
    const { say, pass } = conversation({ firmware: '3.0.3' })
    say(THROUGH)
    await pass(380)
    expect(say('QS\r')).toBe('238,-1366\n\rOK\r\n')
  })

  it('becomes a rate of almost a step a tick on firmware 2', async () => {
    const { say, pass } = conversation({ firmware: '2.8.1' })
    say(THROUGH)
    await pass(8753 / 25)
    expect(say('QM\r')).toMatch(/^QM,1,/)
    await pass(2 / 25)
    expect(say('QM\rQS\r')).toBe('QM,0,0,0,0\n\r240,-1366\n\rOK\r\n')
  })
})

describe('SM on firmware 2', () => {
  it('lasts 763 ticks instead of 750 for a move of 30 ms, because its rate has only 15 bits', async () => {
    const { say, pass } = conversation({ firmware: '2.8.1' })
    say('SM,30,1,0\r') // 32,768 / 750 = 43.69 becomes the rate 43, and 32,768 / 43 = 762.05 becomes 763 ticks
    await pass(762 / 25)
    expect(say('QS\r')).toBe('0,0\n\rOK\r\n')
    await pass(1 / 25)
    expect(say('QS\r')).toBe('1,0\n\rOK\r\n')
  })

  it('drops a delay that its counter cannot hold', async () => {
    const { say, pass } = conversation({ firmware: '2.8.1' })
    say('SM,70000,0,0\r')
    await pass(1)
    expect(say('QM\r')).toBe('QM,0,0,0,0\n\r')
  })
})

describe('a simulated EBB', () => {
  it('executes one command, queues one, and answers the third only when the first is done', async () => {
    const { say, received, pass } = conversation()
    expect(say('SM,100,100,0\r')).toBe('OK\r\n')
    expect(say('SM,100,100,0\r')).toBe('OK\r\n')
    expect(say('SM,100,100,0\r')).toBe('')
    await pass(101)
    expect(received()).toBe('OK\r\n')
  })

  it('reads nothing, not even ES, while it holds an answer back', async () => {
    const { say, received, pass } = conversation()
    say('SM,100,100,0\rSM,100,100,0\rSM,100,100,0\r')
    expect(say('ES\r')).toBe('')
    await pass(101)
    expect(received()).toBe('OK\r\n1,100,0,100,0\n\rOK\r\n')
  })

  it('stops within the tick on ES and reports the steps that were not made', async () => {
    const { say, pass } = conversation()
    say('SM,1000,1000,-500\rSM,100,7,8\r')
    await pass(500.2)
    expect(say('ES\r')).toBe('1,7,8,500,-250\n\rOK\r\n')
    expect(say('QS\r')).toBe('500,-250\n\rOK\r\n')
    expect(say('QM\r')).toBe('QM,0,0,0,0\n\r')
  })

  it('continues LT to its end after ES on 2.8.1, and stops it on 3.0.3', async () => {
    const { say, pass } = conversation()
    say('LT,25000,42949673,0,0,0\rLT,25000,42949673,0,0,0\r')
    await pass(500)
    expect(say('ES\r')).toBe('0,0,0,0,0\n\rOK\r\n')
    expect(say('QM\r')).toBe('QM,1,1,0,1\n\r')
    await pass(1500)
    expect(say('QS\r')).toBe('1000,0\n\rOK\r\n')
    const newer = conversation({ firmware: '3.0.3' })
    newer.say('LT,25000,42949673,0,0,0\rLT,25000,42949673,0,0,0\r')
    await newer.pass(500)
    newer.say('ES\r')
    await newer.pass(1500)
    expect(newer.say('QS\r')).toMatch(/^(249|250),0/)
  })

  it('queues 32 commands behind the one that it executes, after CU,4,32 on 3.0.3', () => {
    const { say } = conversation({ firmware: '3.0.3' })
    say('CU,4,32\r')
    expect(say('SM,100,10,0\r'.repeat(33))).toBe('OK\r\n'.repeat(33))
    expect(say('SM,100,10,0\r')).toBe('')
  })

  it('zeroes its counters on EM', async () => {
    const { say, pass } = conversation()
    say('SM,10,10,10\r')
    await pass(11)
    say('EM,1,1\r')
    expect(say('QS\r')).toBe('0,0\n\rOK\r\n')
  })

  it('clears its accumulators on EM', async () => {
    const { say, pass } = conversation()
    say('LT,2,1000000000,0,1,0,3\r')
    await pass(1)
    say('EM,1,1\r')
    await pass(1)
    say('LT,2,1000000000,0,1,0\r')
    await pass(1)
    expect(say('QS\r')).toBe('0,0\n\rOK\r\n')
  })

  it('mixes XM’s parameters as a CoreXY machine needs them', async () => {
    const { say, pass } = conversation()
    say('XM,100,30,10\r')
    await pass(101)
    expect(say('QS\r')).toBe('40,20\n\rOK\r\n')
  })

  it('returns on HM to the position at which its counters are zero', async () => {
    const { say, pass, board } = conversation()
    say('SM,100,300,-200\r')
    await pass(101)
    say('HM,3200\r')
    await pass(200)
    expect(say('QS\r')).toBe('0,0\n\rOK\r\n')
    expect(board.position).toEqual([0, 0])
  })

  it('shows in QG what executes, moves and waits', async () => {
    const { say, pass } = conversation({ firmware: '3.0.3' })
    say('SM,100,100,0\rSM,100,0,100\r')
    expect(say('QG\r')).toBe('1D\r\n')
    await pass(150)
    expect(say('QG\r')).toBe('1A\r\n')
  })
})

describe('the pen of a simulated EBB', () => {
  it('leaves ink where it is lowered, and none while it travels', async () => {
    const { say, pass, board } = conversation()
    say('SP,0,500\rSM,100,800,800\r')
    await pass(700)
    say('SP,1,500\r')
    await pass(600)
    say('SM,100,800,800\r')
    await pass(200)
    const { points } = board.ink.strokes()
    expect([points[0], points.at(-2)]).toEqual([0, 10])
  })

  it('needs time to rise, and inks a travel that does not wait', async () => {
    const { say, pass, board } = conversation()
    say('SP,0,500\r')
    await pass(600)
    say('SP,1,0\rSM,100,800,800\r')
    await pass(1000)
    expect(board.ink.strokes().points.at(-2)).toBe(10)
  })
})
