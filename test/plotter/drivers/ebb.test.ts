import { beforeEach, describe, expect, it } from 'vitest'
import { drawingOf, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import type { Driver } from '../../../src/plotter/drivers/driver.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { ebbBench, planOf, planOfLines, plotAll, STEP } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

const square = [10, 10, 20, 10, 20, 20, 10, 20, 10, 10]
const line = [30, 30, 30, 45]
const plan = planOfLines(square, line)

describe('an EBB plotting two strokes', () => {
  let board: EbbBoard
  let driver: Driver

  beforeEach(async () => {
    ;({ board, driver } = await ebbBench())
    await driver.connect()
  })

  it('puts exactly the planned strokes on paper', async () => {
    await plotAll(driver, plan)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThan(STEP)
  })

  it('offers a pause before each stroke and before the way home, with the pen up and nothing moving', async () => {
    const moments: unknown[] = []
    for await (const { stroke, executed } of driver.plot(plan, { signal: new AbortController().signal })) {
      moments.push([stroke, executed, board.penTouches, board.moving])
    }
    expect(moments).toEqual([
      [0, 0, false, false],
      [1, 1, false, false],
      [2, 2, false, false],
    ])
  })

  it('ends where it began, to the step', async () => {
    await plotAll(driver, plan)
    expect(board.machine.carriage).toEqual([0, 0])
    expect(driver.position).toEqual({ x: 0, y: 0 })
  })

  it('resumes from the stroke it is told to', async () => {
    await plotAll(driver, plan, { from: 1 })
    expect(strokeCount(board.ink.strokes())).toBe(1)
    expect(stroke(board.ink.strokes(), 0).slice(0, 2)).toEqual(Float64Array.of(30, 30))
  })

  it('never lets the board wait in mid-stroke', async () => {
    await plotAll(driver, plan)
    expect(board.machine.stats).toMatchObject({ gaps: 0 })
  })
})

describe('an EggBot', () => {
  const eggbot = profileNamed('eggbot')

  it('draws its template step by step: motor 2 turns the egg, motor 1 swings the pen', async () => {
    const step = 1 / eggbot.stepsPerMm
    const { board, driver } = await ebbBench({ profile: eggbot, shape: eggbot })
    await driver.connect()
    const px = (...steps: number[]) => steps.map((each) => each * step)
    const drawn = planOf(drawingOf(strokesOf(px(1600, 200, 3200, 200), px(40, 800, 40, 0)), 847, 212), eggbot)
    const seen: unknown[] = []
    for await (const { stroke } of driver.plot(drawn, { signal: new AbortController().signal })) {
      seen.push([stroke, ...board.machine.carriage])
    }
    expect(seen).toEqual([
      [0, 0, 0],
      [1, 200, 3200],
      [2, 0, 40],
    ])
    expect(inkError(board.ink.strokes(), drawn)).toBeLessThan(step)
    expect(board.machine.carriage).toEqual([0, 0])
  })
})
