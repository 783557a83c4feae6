import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { drawingOf, type Strokes, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import type { PenUp } from '../../../src/plotter/drivers/driver.ts'
import { HpglDriver } from '../../../src/plotter/drivers/hpgl/driver.ts'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { locate } from '../../../src/plotter/plan/cut.ts'
import type { Plan } from '../../../src/plotter/plan/plan.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { until } from '../../support/bench.ts'
import { runs } from '../../support/fuzz.ts'
import { inkError } from '../../support/ink.ts'

const profile = profileNamed('hp-7475a')
const planOf = (strokes: Strokes): Plan => ({
  ...drawingOf(strokes, 400, 270),
  hash: 'test',
  estimate: { seconds: 0, penDownMm: 0, travelMm: 0, lifts: 0 },
})
const square = [10, 10, 20, 10, 20, 20, 10, 20, 10, 10]
const line = [30, 30, 30, 40]

describe('an HP-GL plotter drawing a plan', () => {
  let clock: VirtualClock
  let plotter: HpglPlotter
  let driver: HpglDriver
  const { signal } = new AbortController()

  beforeEach(() => {
    clock = new VirtualClock()
    plotter = new HpglPlotter({ clock })
    driver = new HpglDriver(simulatorPort(plotter.cable), profile, clock)
  })

  async function draw(plan: Plan): Promise<void> {
    for await (const _ of driver.plot(plan, { signal }));
  }

  it('reports its model, and moves nothing while connecting', async () => {
    await expect(driver.connect()).resolves.toEqual({ dialect: 'hpgl', firmware: '7475A' })
    expect(plotter.ink.strokeCount).toBe(0)
    expect(plotter.carriage).toMatchObject({ x: 0, y: 0, isDown: false })
  })

  it('puts the planned strokes on paper, within one unit of 0.025 mm', async () => {
    const strokes = strokesOf(square, line)
    await driver.connect()
    await draw(planOf(strokes))
    expect(strokeCount(plotter.ink.strokes())).toBe(2)
    expect(inkError(plotter.ink.strokes(), strokes)).toBeLessThanOrEqual(0.025)
  })

  it('continues at the vertex where it stopped, although its report of that place is in whole units', async () => {
    const offGrid = square.map((mm) => mm + 0.011)
    const reported = { x: 20, y: 20 } // the pen stopped at the vertex 20.011, 20.011
    const rest = strokesOf([20.011, 20.011, 10.011, 20.011, 10.011, 10.011])
    await driver.connect()
    const plan = planOf(strokesOf(offGrid))
    const cut = await locate(plan, { first: 0, last: 1 }, reported)
    for await (const _ of driver.plot(plan, { signal, from: cut.first, fromMm: cut.drawnMm ?? 0 }));
    expect(inkError(plotter.ink.strokes(), rest)).toBeLessThanOrEqual(0.025)
  })

  describe('with its answer to OA lost in noise after a pause in mid-stroke,', () => {
    const wave = Array.from({ length: 60 }, (_, i) => [10 + i, 100 + (i % 2)]).flat()
    const moments: PenUp[] = []

    /** Draws the wave with one pause, after which the plotter’s first `answers` answers to OA are lost. */
    async function drawWithLost(answers: number): Promise<void> {
      await driver.connect()
      moments.length = 0
      let isHeld = false
      let lost = 0
      const hold = () => {
        isHeld ||= lost === 0 && plotter.ink.length > 40
        return isHeld
      }
      const toHost = plotter.cable.toHost.bind(plotter.cable)
      plotter.cable.toHost = (text, wireMs) => {
        if (isHeld && text.includes(',') && lost++ < answers) return
        toHost(text, wireMs)
      }
      for await (const moment of driver.plot(planOf(strokesOf(wave)), { signal, hold })) {
        moments.push(moment)
        isHeld = false
      }
    }

    it('is asked again, and continues where the pause has cut the stroke', async () => {
      await drawWithLost(1)
      expect(moments).toHaveLength(3)
      expect(plotter.ink.length).toBeCloseTo(59 * Math.SQRT2, 1)
    })

    it('ends the plot when the place stays unknown, instead of drawing the stroke again', async () => {
      await expect(drawWithLost(2)).rejects.toMatchObject({
        code: 'ERR_DEVICE',
        message: expect.stringContaining('did not answer OA'),
      })
      expect(moments).toHaveLength(1)
      expect(plotter.isPenDown).toBe(false)
    })
  })

  it.each([
    ['on the way to the dot', () => plotter.carriage.x !== 0],
    ['while the pen rises from the dot', () => plotter.ink.strokeCount === 1 && !plotter.isPenDown],
  ])('draws a dot once when a pause comes %s', async (_, isPauseDue) => {
    await driver.connect()
    let pauses = 0
    const hold = () => isPauseDue() && ++pauses === 1
    for await (const _ of driver.plot(planOf(strokesOf([200, 150], line)), { signal, hold }));
    expect(pauses).toBeGreaterThan(0)
    expect(inkError(plotter.ink.strokes(), strokesOf([200, 150], line))).toBeLessThanOrEqual(0.025)
  })

  it('loses no byte to a full buffer, even in a long stroke', async () => {
    const long = Array.from({ length: 700 }, (_, i) => [10 + i / 2, 100 + 20 * Math.sin(i / 9)]).flat()
    await driver.connect()
    await draw(planOf(strokesOf(long, line)))
    expect(plotter.lost).toBe(0)
    expect(plotter.fullest).toBeGreaterThan(plotter.model.bufferBytes / 2)
    expect(inkError(plotter.ink.strokes(), strokesOf(long, line))).toBeLessThanOrEqual(0.025)
  })

  it('refuses to free its motors, because it always holds its carriage', async () => {
    await driver.connect()
    const { position } = driver
    await driver.motors(true)
    await expect(driver.motors(false)).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    expect(position).toBeDefined()
    expect(driver.position).toEqual(position)
  })

  it('reports no more strokes as drawn than are on the paper', async () => {
    await driver.connect()
    for await (const { executed } of driver.plot(planOf(strokesOf(square, line, square)), { signal })) {
      expect(executed).toBeLessThanOrEqual(plotter.ink.strokeCount)
    }
  })

  it('draws random drawings', async () => {
    const coordinate = fc.double({ min: 0, max: 270, noNaN: true })
    const anyStroke = fc
      .array(coordinate, { minLength: 1, maxLength: 12 })
      .map((xs) => xs.flatMap((x, i) => [x, (x * 7 + i * 13) % 270]))
    await fc.assert(
      fc.asyncProperty(fc.array(anyStroke, { minLength: 1, maxLength: 12 }), async (lines) => {
        clock = new VirtualClock()
        plotter = new HpglPlotter({ clock })
        driver = new HpglDriver(simulatorPort(plotter.cable), profile, clock)
        await driver.connect()
        await draw(planOf(strokesOf(...lines)))
        expect(strokeCount(plotter.ink.strokes())).toBe(lines.length)
        expect(inkError(plotter.ink.strokes(), strokesOf(...lines))).toBeLessThanOrEqual(0.026)
      }),
      runs(60),
    )
  })

  it('lifts the pen when aborted in mid-stroke, and still knows its position', async () => {
    const abort = new AbortController()
    const long = Array.from({ length: 400 }, (_, i) => [10 + i / 2, 100 + 40 * Math.sin(i / 9)]).flat()
    await driver.connect()
    let bytes = 0
    plotter.onByte = () => {
      if (plotter.carriage.isDown && ++bytes === 200) abort.abort(new Error('enough'))
    }
    const plotting = async () => {
      for await (const _ of driver.plot(planOf(strokesOf(long)), { signal: abort.signal }));
    }
    await expect(plotting()).rejects.toThrow('enough')
    expect(plotter.isPenDown).toBe(false)
    expect(plotter.isMoving).toBe(false)
    plotter.onByte = undefined
    await draw(planOf(strokesOf(line)))
    expect(inkError(strokesOf([...stroke(plotter.ink.strokes(), 1)]), strokesOf(line))).toBeLessThanOrEqual(0.025)
  })

  it('resumes from the given stroke', async () => {
    await driver.connect()
    for await (const _ of driver.plot(planOf(strokesOf(square, line)), { from: 1, signal }));
    expect(inkError(plotter.ink.strokes(), strokesOf(line))).toBeLessThanOrEqual(0.025)
  })

  it('keeps the home that the operator set, although the cable was unplugged', async () => {
    const memory = {}
    driver = new HpglDriver(simulatorPort(plotter.cable), profile, clock, memory)
    await driver.connect()
    await driver.jog(50, 20)
    await driver.setHome()
    plotter.cable.cut()
    driver = new HpglDriver(simulatorPort(plotter.cable), profile, clock, memory)
    await driver.connect()
    expect(driver.position).toEqual({ x: 0, y: 0 })
  })

  it('leaves no rejected promise unhandled when it is stopped while the driver asks whether VIEW was pressed', async () => {
    await driver.connect()
    const abort = new AbortController()
    const receive = plotter.receive.bind(plotter)
    plotter.receive = (bytes) => {
      if (plotter.ink.length > 100 && String(bytes).includes('\x1b.O')) abort.abort(new Error('enough'))
      receive(bytes)
    }
    const plot = driver.plot(planOf(strokesOf([10, 10, 390, 10])), { signal: abort.signal, onButton: () => {} })
    const draw = async () => {
      for await (const _ of plot);
    }
    await expect(draw()).rejects.toThrow('enough')
    await setImmediate() // an unhandled rejection would end this process
    expect([plotter.isMoving, plotter.isPenDown]).toEqual([false, false])
  })

  it('draws a layer with the pen of that layer, although VIEW held the plotter before it had fetched the pen', async () => {
    await driver.connect()
    const plan = planOf(strokesOf([10, 10, 60, 10], [10, 20, 60, 20]))
    const layers = [1, 2].map((pen, i) => ({ name: '', pen, first: i, count: 1, options: {} }))
    const { carriage } = plotter
    const pens: number[] = []
    const touch = carriage.ink.touch.bind(carriage.ink)
    carriage.ink.touch = (...place) => {
      pens.push(carriage.pen)
      touch(...place)
    }
    let isHeld = false
    const onButton = () => {
      if (!isHeld) clock.after(3000, () => plotter.pressButton())
      isHeld = true
    }
    for await (const { executed, within } of driver.plot(
      { ...plan, layers },
      { signal, onButton, hold: () => isHeld },
    )) {
      if (within) isHeld = false
      else if (executed === 1) plotter.pressButton()
    }
    expect(pens).toEqual([1, 2])
  })

  it.each([
    ['jog', () => driver.jog(10, 10)],
    ['home', () => driver.home()],
    ['setHome', () => driver.setHome()],
    ['pen', () => driver.pen('down')],
    ['feed', () => driver.feed(['PR100,0;'], signal)],
  ])('refuses %s while VIEW holds the plotter, and moves nothing when VIEW is pressed again', async (_, act) => {
    await driver.connect()
    plotter.pressButton()
    await expect(act()).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE', message: expect.stringContaining('VIEW') })
    plotter.pressButton()
    await driver.setHome()
    expect(plotter.carriage).toMatchObject({ x: 0, y: 0, isDown: false })
  })

  it('lifts a lowered pen when VIEW is pressed again, if a user asked for the lift while VIEW held the plotter', async () => {
    await driver.connect()
    await driver.pen('down')
    plotter.pressButton()
    await expect(driver.pen('up')).rejects.toThrow('VIEW holds the plotter')
    plotter.pressButton()
    await driver.setHome()
    expect(plotter.carriage.isDown).toBe(false)
  })

  it('refuses to move while the paper lever is up, also at the connection, and says why', async () => {
    plotter.setLever(true)
    const refusal = { code: 'ERR_PLOTTER_STATE', message: expect.stringContaining('paper lever') }
    await expect(driver.connect()).rejects.toMatchObject(refusal)
    driver = new HpglDriver(simulatorPort(plotter.cable), profile, clock)
    const connecting = driver.connect()
    clock.after(10_000, () => plotter.setLever(false))
    await connecting
    plotter.setLever(true)
    await expect(driver.jog(10, 10)).rejects.toMatchObject(refusal)
    plotter.setLever(false)
    await driver.setHome()
    expect([plotter.carriage.x, plotter.carriage.y]).toEqual([0, 0])
  })

  it('lets a feeder bring the paper, although the plotter holds none', async () => {
    await driver.connect()
    plotter.setLever(true)
    const feeding = driver.feed(['PR100,0;'], signal)
    clock.after(1000, () => plotter.setLever(false))
    await feeding
    expect(plotter.carriage.x).toBe(100)
  })

  it('counts two presses of VIEW as one press, after the second, although the paper lever was up between them', async () => {
    await driver.connect()
    const presses = [await driver.takeButton(true)]
    const acts = [
      () => plotter.pressButton(),
      () => plotter.setLever(true),
      () => plotter.setLever(false),
      () => plotter.pressButton(),
      () => {},
    ]
    for (const act of acts) {
      act()
      presses.push(await driver.takeButton(false))
    }
    expect(presses).toEqual([false, false, false, false, true, false])
  })

  it('counts no press when VIEW is pressed again while the paper lever is up', async () => {
    await driver.connect()
    const presses = [await driver.takeButton(true)]
    for (const act of [
      () => plotter.pressButton(),
      () => plotter.setLever(true),
      () => plotter.pressButton(),
      () => plotter.setLever(false),
      () => {},
    ]) {
      act()
      presses.push(await driver.takeButton(false))
    }
    expect(presses).toEqual([false, false, false, false, false, false])
  })

  it('says at the connection that VIEW holds the plotter', async () => {
    plotter.pressButton()
    await expect(driver.connect()).rejects.toThrow('VIEW holds the plotter')
  })

  it('drops the rest of a feeder’s commands when the feeding is stopped, lifts the pen and finds the position', async () => {
    await driver.connect()
    await driver.home()
    const abort = new AbortController()
    const lines = ['SP1;', 'PD10000,7000;', ...Array.from({ length: 9 }, (_, i) => `PD${1000 * i},7000;PD10000,0;`)]
    const feeding = driver.feed(lines, abort.signal)
    feeding.catch(() => {})
    await until(clock, () => plotter.ink.length > 20)
    abort.abort(new Error('enough'))
    await expect(feeding).rejects.toThrow('enough')
    expect([plotter.isMoving, plotter.isPenDown]).toEqual([false, false])
    const [x, y] = plotter.position
    expect(driver.position?.x).toBeCloseTo(x, 6)
    expect(driver.position?.y).toBeCloseTo(y, 6)
    expect(plotter.ink.length).toBeLessThan(1000)
  })

  it('finishes the present vector of an earlier program, and drops the rest of that program from its buffer', async () => {
    plotter.receive(Buffer.from('SP1;PU0,0;PD9000,7000;PU0,7000;PD9000,0;PU0,0;PD100,7000;'))
    await until(clock, () => plotter.ink.length > 20)
    await driver.connect()
    expect([plotter.isMoving, plotter.isPenDown]).toEqual([false, false])
    await sleep(clock, 60_000)
    expect(plotter.ink.strokeCount).toBe(1)
  })

  it('answers although an earlier program has chosen another output terminator', async () => {
    plotter.receive(Buffer.from('\x1b.M;;;10:'))
    await sleep(clock, 100)
    await expect(driver.connect()).resolves.toMatchObject({ firmware: '7475A' })
  })

  it('gets no plan beyond its reach, because the plotter would clip the lines and report no error', async () => {
    await driver.connect()
    await expect(draw(planOf(strokesOf([0, 0, 500, 0])))).rejects.toMatchObject({ code: 'ERR_PLAN_OUT_OF_BOUNDS' })
    expect(plotter.ink.strokeCount).toBe(0)
  })

  it('ends the plot with ERR_LINK_CLOSED when it is unplugged', async () => {
    await driver.connect()
    plotter.cable.faults.cutAfterBytes = 60
    await expect(draw(planOf(strokesOf(square, line)))).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
  })

  it('ends the plot with ERR_LINK_TIMEOUT when it no longer answers', async () => {
    await driver.connect()
    plotter.cable.faults.mute = true
    await expect(draw(planOf(strokesOf(square, line)))).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
  })
})
