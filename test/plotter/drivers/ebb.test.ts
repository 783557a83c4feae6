import { beforeEach, describe, expect, it } from 'vitest'
import { drawingOf, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { inkLength } from '../../../src/geometry/measure.ts'
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

  it('puts the planned strokes on paper, within a step', async () => {
    await plotAll(driver, plan)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThan(STEP)
  })

  it('offers a pause before each stroke and before the way home, with the pen up and nothing moving', async () => {
    const moments: unknown[] = []
    for await (const { stroke, executed } of driver.plot(plan, { signal: new AbortController().signal })) {
      moments.push([stroke, executed, board.isPenDown, board.isMoving])
    }
    expect(moments).toEqual([
      [0, 0, false, false],
      [1, 1, false, false],
      [2, 2, false, false],
    ])
  })

  it('raises the pen again before the next travel when a user sets another upper height in a pause', async () => {
    const sent: string[] = []
    for await (const { stroke } of driver.plot(plan, { signal: new AbortController().signal })) {
      if (stroke !== 1) continue
      await driver.adjust({ penUpPercent: 80 })
      board.onLine = (line) => {
        sent.push(line)
        return undefined
      }
    }
    const moves = sent.filter((line) => /^(SP|LT|SM|XM|L3)/.test(line))
    expect(moves[0]).toMatch(/^SP,1,/)
    expect(moves.filter((line) => line.startsWith('SP,1'))).toHaveLength(3) // before the travel, after the stroke, at the end
  })

  it('ends where it began, to the step', async () => {
    await plotAll(driver, plan)
    expect(board.machine.carriage).toEqual([0, 0])
    expect(driver.position).toEqual({ x: 0, y: 0 })
  })

  it('resumes from the given stroke', async () => {
    await plotAll(driver, plan, { from: 1 })
    expect(strokeCount(board.ink.strokes())).toBe(1)
    expect(stroke(board.ink.strokes(), 0).slice(0, 2)).toEqual(Float64Array.of(30, 30))
  })

  it('leaves no dot at the end of a stroke when a pause comes while the pen slows down there', async () => {
    const pieces: number[] = []
    for (let pauseAt = 1; pauseAt <= 8; pauseAt++) {
      board.ink.newSheet()
      let calls = 0
      for await (const _ of driver.plot(planOfLines(line), {
        signal: new AbortController().signal,
        hold: () => ++calls === pauseAt,
      }));
      const ink = board.ink.strokes()
      const lengths = Array.from({ length: strokeCount(ink) }, (_, i) => stroke(ink, i).length / 2 - 1)
      expect(Math.min(...lengths)).toBeGreaterThan(1)
      pieces.push(lengths.length)
    }
    expect(pieces).toContain(2)
    expect(pieces.at(-1)).toBe(1)
  })

  it('draws the way back of a stroke when a pause ends exactly where the stroke reverses', async () => {
    const held: (number | undefined)[] = []
    for (let pauseAt = 1; pauseAt <= 8; pauseAt++) {
      board.ink.newSheet()
      let calls = 0
      for await (const { within } of driver.plot(planOfLines([...line, 30, 30]), {
        signal: new AbortController().signal,
        hold: () => ++calls === pauseAt,
      }))
        if (within) held.push(within.drawnMm)
      expect(inkLength(board.ink.strokes())).toBeGreaterThan(30 - 2 * STEP)
    }
    expect(held).toContainEqual(expect.closeTo(15, 6))
  })

  it('never waits in mid-stroke', async () => {
    await plotAll(driver, plan)
    expect(board.machine.stats).toMatchObject({ gaps: 0 })
  })
})

describe('an EggBot', () => {
  const eggbot = profileNamed('eggbot')

  it('draws each pixel of its template as one step: motor 2 turns the egg, motor 1 swings the pen', async () => {
    const step = 1 / eggbot.stepsPerMm
    const { board, driver } = await ebbBench({ profile: eggbot, shape: eggbot })
    await driver.connect()
    const px = (...steps: number[]) => steps.map((each) => each * step)
    const drawn = planOf(drawingOf(strokesOf(px(1600, 200, 3200, 200), px(40, 800, 40, 0)), 847, 212), eggbot)
    const visible: unknown[] = []
    for await (const { stroke } of driver.plot(drawn, { signal: new AbortController().signal })) {
      visible.push([stroke, ...board.machine.carriage])
    }
    expect(visible).toEqual([
      [0, 0, 0],
      [1, 200, 3200],
      [2, 0, 40],
    ])
    expect(inkError(board.ink.strokes(), drawn)).toBeLessThan(step)
    expect(board.machine.carriage).toEqual([0, 0])
  })
})

describe('an EBB that is aborted in a long line', () => {
  /** Length that the carriage still draws after the abort, mm, at 50 mm/s. */
  async function drawnAfter(firmware: '2.5.3' | '2.8.1' | '3.0.3'): Promise<number> {
    const { board, driver, clock } = await ebbBench({ firmware })
    board.cable.faults.lateMs = 1
    await driver.connect()
    const controller = new AbortController()
    let abortedAt = Number.NaN
    clock.after(3000, () => {
      expect(board.isPenDown).toBe(true)
      ;[abortedAt] = board.position
      controller.abort()
    })
    const plot = driver.plot(planOfLines([10, 10, 190, 10]), { signal: controller.signal })
    await expect(async () => {
      for await (const _ of plot);
    }).rejects.toThrow()
    expect(board.isPenDown).toBe(false)
    expect(driver.position?.x).toBeCloseTo(board.position[0], 6)
    return (board.ink.strokes().points.at(-2) ?? 0) - abortedAt
  }

  it.each([
    ['2.5.3', 0.1],
    ['3.0.3', 0.1],
    ['2.8.1', 5.2],
  ] as const)('stops: firmware %s draws less than %d mm more', async (firmware, mm) => {
    expect(await drawnAfter(firmware)).toBeLessThan(mm)
  })
})

describe('an EBB whose pen rises higher or falls lower than in its profile', () => {
  const drawing = drawingOf(strokesOf([10, 10, 30, 10], [10, 20, 30, 20], [40, 20, 40, 40]), 200, 150)
  const layers = drawing.layers.map((layer) => ({ ...layer, options: { penDownPercent: 0 } }))

  it.each([
    ['by the adjustments of a user', drawing, { penUpPercent: 100, penDownPercent: 0 }],
    ['by the heights of a layer', { ...drawing, layers }, { penUpPercent: 90 }],
  ])('%s, draws each stroke from its start, and takes as long as the estimate', async (_, drawn, adjustments) => {
    const { board, driver, clock } = await ebbBench()
    board.cable.faults.lateMs = 1
    const { profileWith } = await driver.connect()
    await driver.setHome()
    await driver.adjust(adjustments)
    await driver.pen('up')
    board.ink.newSheet()
    const plan = planOf(drawn, profileWith?.(adjustments))
    const start = clock.now()
    await plotAll(driver, plan)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(STEP)
    expect(Math.abs((clock.now() - start) / 1000 / plan.estimate.seconds - 1)).toBeLessThan(0.02)
  })
})

it.each([
  ['QG', '3.0.3'],
  ['QM', '2.5.3'],
] as const)('an EBB whose answer to %s is damaged by noise does not count as idle', async (query, firmware) => {
  const { board, driver } = await ebbBench({ firmware })
  await driver.connect()
  board.onLine = (line) => (line === query ? '~}' : undefined)
  await expect(driver.pen('up')).rejects.toMatchObject({ code: 'ERR_DEVICE_UNKNOWN' })
})
