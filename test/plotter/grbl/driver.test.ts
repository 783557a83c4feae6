import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { drawingOf, type Strokes, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { GrblDriver } from '../../../src/plotter/drivers/grbl/driver.ts'
import { checkSettings } from '../../../src/plotter/drivers/grbl/settings.ts'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import type { Plan } from '../../../src/plotter/plan/plan.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import type { GrblSimulatorOptions } from '../../../src/plotter/simulators/index.ts'
import { runs } from '../../support/fuzz.ts'
import { inkError } from '../../support/ink.ts'

const planOf = (strokes: Strokes): Plan => ({
  ...drawingOf(strokes, 300, 200),
  hash: 'test',
  estimate: { seconds: 0, penDownMm: 0, travelMm: 0, lifts: 0 },
})
const square = [10, 10, 20, 10, 20, 20, 10, 20, 10, 10]
const line = [30, 30, 30, 40]
const wave = Array.from({ length: 600 }, (_, i) => [10 + i / 4, 100 + 40 * Math.sin(i / 40)]).flat()
/** A step and a half, mm: grbl moves in whole steps, so its places lie beside the lines. */
const STEPS = 1.5 / 80

describe('the driver of a grbl board', () => {
  let board: GrblBoard
  let driver: GrblDriver
  const { signal } = new AbortController()

  function connectTo(options: GrblSimulatorOptions = {}, profile = profileNamed('grbl-servo')): void {
    const clock = new VirtualClock()
    board = new GrblBoard({ clock, ...options })
    driver = new GrblDriver(simulatorPort(board.cable), profile, clock)
  }
  beforeEach(() => connectTo())

  async function draw(plan: Plan): Promise<void> {
    for await (const _ of driver.plot(plan, { signal }));
  }

  it('reports the firmware, reads the settings, and moves nothing while connecting', async () => {
    await expect(driver.connect()).resolves.toMatchObject({
      dialect: 'grbl',
      profile: { down: { acceleration: 300 }, up: { speed: 8000 / 60 } },
      firmware: expect.stringMatching(/^1\.1h/),
    })
    expect(board.planner.position).toEqual([0, 0, 0])
    expect(board.isPenDown).toBe(false)
  })

  it('waits while FluidNC reports that it looks for its network, and gives up on a device that only reports', async () => {
    for (const seconds of [17, Infinity]) {
      connectTo({ firmware: 'fluidnc' }, profileNamed('fluidnc-servo'))
      const { clock } = board
      const receive = board.receive.bind(board)
      const sent: string[] = []
      board.receive = (bytes) => {
        if (clock.now() > seconds * 1000) receive(bytes)
        else sent.push(Buffer.from(bytes).toString('latin1'))
      }
      const talk = () => {
        if (clock.now() < Math.min(40, seconds) * 1000) board.cable.toHost('[MSG:INFO: Connecting...]\r\n')
        if (clock.now() < 40_000) clock.after(2000, talk)
      }
      talk()
      if (seconds < Infinity) await expect(driver.connect()).resolves.toMatchObject({ dialect: 'grbl' })
      else await expect(driver.connect()).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
      expect(sent.join('')).not.toContain('\x18')
    }
  })

  it('puts the planned strokes on paper, within a step and a half', async () => {
    const strokes = strokesOf(square, line)
    await driver.connect()
    await draw(planOf(strokes))
    expect(strokeCount(board.ink.strokes())).toBe(2)
    expect(inkError(board.ink.strokes(), strokes)).toBeLessThanOrEqual(STEPS)
  })

  it.each([
    ['a closed stroke', square],
    ['a dot', [15, 15]],
  ])('draws %s once when a pause comes while the pen rises', async (_, stroke) => {
    await driver.connect()
    let pauses = 0
    const hold = () => board.ink.strokeCount === 1 && !board.isPenDown && ++pauses === 1
    for await (const { within } of driver.plot(planOf(strokesOf(stroke, line)), { signal, hold })) {
      expect(within).toBeUndefined()
    }
    expect(pauses).toBeGreaterThan(0)
    expect(strokeCount(board.ink.strokes())).toBe(2)
  })

  it('draws all of a closed stroke when a pause comes as the board reads the first line', async () => {
    await driver.connect()
    let isPaused = false
    board.onLine = (text) => {
      if (text.startsWith('G1')) isPaused = true
    }
    const within: unknown[] = []
    for await (const moment of driver.plot(planOf(strokesOf(square)), { signal, hold: () => isPaused })) {
      if (isPaused) board.onLine = undefined
      isPaused = false
      if (moment.within) within.push(moment.within.drawnMm)
    }
    expect(within).toHaveLength(1)
    const pieces = board.ink.strokes()
    const whole = Array.from({ length: strokeCount(pieces) }, (_, i) => [...stroke(pieces, i)]).flat()
    expect(inkError(strokesOf(whole), strokesOf(square))).toBeLessThanOrEqual(STEPS)
  })

  it('draws whole strokes when the board reports 0 steps/mm', async () => {
    const { settings } = board
    const stepsPerMm = settings[100] ?? 0
    settings[100] = 0
    await driver.connect()
    settings[100] = stepsPerMm
    await draw(planOf(strokesOf(square)))
    expect(inkError(board.ink.strokes(), strokesOf(square))).toBeLessThanOrEqual(STEPS)
  })

  it('keeps at least four blocks in the planner while there is more to send, and loses no byte', async () => {
    await driver.connect()
    board.receiver.lost = 0 // bytes that came while the board was starting
    let fills: number[] = []
    let line = 0
    board.onLine = (text) => {
      // the first lines fill the planner, and during the last lines it runs empty
      if (board.isPenDown && /^(G1|X|Y)/.test(text) && ++line > 40 && line < wave.length / 2 - 40)
        fills.push(board.planner.leastFill)
      else board.planner.resetFill()
    }
    await draw(planOf(strokesOf(wave)))
    fills = fills.filter((fill) => fill < 4)
    expect(fills).toEqual([])
    expect(line).toBeGreaterThan(250)
    expect(board.receiver.lost).toBe(0)
    expect(board.receiver.fullest).toBeLessThanOrEqual(127)
    expect(inkError(board.ink.strokes(), strokesOf(wave))).toBeLessThanOrEqual(STEPS)
  })

  it('counts a stroke only when its ink is on paper', async () => {
    await driver.connect()
    for await (const { executed } of driver.plot(planOf(strokesOf(square, line, square)), { signal })) {
      expect(board.ink.strokeCount).toBe(executed)
      expect(board.isMoving).toBe(false)
      expect(board.isPenDown).toBe(false)
    }
  })

  it('draws random drawings', async () => {
    const coordinate = fc.double({ min: 0, max: 190, noNaN: true })
    const anyStroke = fc
      .array(coordinate, { minLength: 1, maxLength: 12 })
      .map((xs) => xs.flatMap((x, i) => [x, (x * 7 + i * 13) % 190]))
    await fc.assert(
      fc.asyncProperty(fc.array(anyStroke, { minLength: 1, maxLength: 8 }), async (lines) => {
        connectTo()
        await driver.connect()
        await draw(planOf(strokesOf(...lines)))
        expect(strokeCount(board.ink.strokes())).toBe(lines.length)
        expect(inkError(board.ink.strokes(), strokesOf(...lines))).toBeLessThanOrEqual(STEPS)
      }),
      runs(50),
    )
  })

  it('lifts the pen when aborted in mid-stroke, and still knows the position', async () => {
    const abort = new AbortController()
    await driver.connect()
    let lines = 0
    board.onLine = () => {
      if (board.isPenDown && ++lines === 40) abort.abort(new Error('enough'))
    }
    const plotting = async () => {
      for await (const _ of driver.plot(planOf(strokesOf(wave)), { signal: abort.signal }));
    }
    await expect(plotting()).rejects.toThrow('enough')
    board.onLine = undefined
    expect(board.isPenDown).toBe(false)
    expect(board.isMoving).toBe(false)
    await draw(planOf(strokesOf(line)))
    expect(inkError(strokesOf([...stroke(board.ink.strokes(), 1)]), strokesOf(line))).toBeLessThanOrEqual(STEPS)
  })

  it.each([1, 7, 28, 50])(
    'sends no second request for the state before the answer to the first, which takes %i ms',
    async (reportMs) => {
      connectTo({ reportMs })
      await driver.connect()
      let [unanswered, most] = [0, 0]
      const receive = board.receive.bind(board)
      board.receive = (bytes) => {
        if (bytes.includes(63)) most = Math.max(most, ++unanswered)
        receive(bytes)
      }
      const toHost = board.cable.toHost.bind(board.cable)
      board.cable.toHost = (text) => {
        if (text.startsWith('<')) unanswered = 0
        toHost(text)
      }
      let checks = 0
      let holds = 0
      const hold = () => ++checks % 30 === 0
      for await (const at of driver.plot(planOf(strokesOf(wave)), { signal, hold })) if (at.within) holds++
      expect(holds).toBeGreaterThan(3)
      expect(most).toBe(1)
      const pieces = board.ink.strokes()
      const whole = Array.from({ length: strokeCount(pieces) }, (_, i) => [...stroke(pieces, i)]).flat()
      expect(inkError(strokesOf(whole), strokesOf(wave))).toBeLessThanOrEqual(STEPS)
    },
  )

  it('holds in mid-stroke on request, pen up, and draws the rest from there', async () => {
    await driver.connect()
    let requests = 0
    const within: number[] = []
    for await (const at of driver.plot(planOf(strokesOf(wave)), { signal, hold: () => ++requests === 100 })) {
      expect(board.isPenDown).toBe(false)
      if (at.within) within.push(at.within.drawnMm)
    }
    expect(within).toHaveLength(1)
    const [first, second] = [0, 1].map((s) => [...stroke(board.ink.strokes(), s)])
    expect(inkError(strokesOf([...(first ?? []), ...(second ?? [])]), strokesOf(wave))).toBeLessThanOrEqual(STEPS)
  })

  it('resumes from the given stroke', async () => {
    await driver.connect()
    for await (const _ of driver.plot(planOf(strokesOf(square, line)), { from: 1, signal }));
    expect(inkError(board.ink.strokes(), strokesOf(line))).toBeLessThanOrEqual(STEPS)
  })

  it('stops a program that another client left running, and lifts the pen', async () => {
    connectTo({ resetsOnOpen: false })
    const before = simulatorPort(board.cable)
    before.write('G21G91F600\nM3S300\nG1X100\n')
    await sleep(board.clock, 2000)
    expect(board.isPenDown).toBe(true)
    driver = new GrblDriver(simulatorPort(board.cable), profileNamed('grbl-servo'), board.clock)
    await driver.connect()
    expect(board.isMoving).toBe(false)
    expect(board.isPenDown).toBe(false)
  })

  it('does not draw on a machine with switches before homing', async () => {
    connectTo({ settings: { 22: 1 }, pen: { kind: 'z', touchesAt: 0 } }, profileNamed('grbl-z'))
    await driver.connect()
    await expect(draw(planOf(strokesOf(square)))).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    await driver.home()
    expect(driver.position).toEqual({ x: 0, y: 0 })
  })

  it('refuses a plan that goes beyond the end of an axis, and draws none of it', async () => {
    connectTo({ settings: { 22: 1, 20: 1 } }, { ...profileNamed('grbl-servo'), ...homing })
    await driver.connect()
    await driver.home()
    await expect(draw(planOf(strokesOf([0, 0, 500, 0])))).rejects.toMatchObject({ code: 'ERR_PLAN_OUT_OF_BOUNDS' })
    expect(board.ink.strokeCount).toBe(0)
  })

  it('names the line and the error when grbl refuses a line', async () => {
    connectTo({}, { ...profileNamed('grbl-servo'), grbl: { ...servo, start: ['G99'] } })
    await driver.connect()
    await expect(draw(planOf(strokesOf(square)))).rejects.toMatchObject({
      code: 'ERR_DEVICE',
      detail: { line: 'G99', error: 20 },
    })
  })

  it.each([
    ['reports positions in inches', 13, 1],
    ['is in laser mode, with a servo on the spindle output', 32, 1],
    ['reduces both heights of the servo to its highest value', 30, 255],
  ])('will not use a board that %s', async (_, setting, value) => {
    connectTo({ settings: { [setting]: value } })
    await expect(driver.connect()).rejects.toMatchObject({ code: 'ERR_DEVICE', detail: { setting } })
  })

  it('uses a board whose highest value lies between the heights of the servo', async () => {
    connectTo({ settings: { 30: 500 } })
    await expect(driver.connect()).resolves.toMatchObject({ dialect: 'grbl' })
  })

  it('accepts a profile whose lines send the board’s highest value with the pen up and also with the pen down, as for a pump', () => {
    const lines = { penUp: ['G0Z5', 'M3S1000'], penDown: ['G0Z0', 'M3S1000'] }
    const { pen } = profileNamed('grbl-servo')
    expect(() => checkSettings({ ...servo, ...lines }, pen, new Map([[30, 1000]]))).not.toThrow()
  })

  it('accepts, in laser mode, the lines `penUp` and `penDown` of a profile only when none uses the spindle output', () => {
    const laser = new Map([[32, 1]])
    const { pen } = profileNamed('grbl-servo')
    expect(() => checkSettings({ ...servo, penUp: ['M42P1S0'], penDown: ['M42P1S255'] }, pen, laser)).not.toThrow()
    expect(() => checkSettings({ ...servo, penUp: ['M05'] }, pen, laser)).toThrow('laser mode')
  })

  it('ends a plot with an error when the board is unplugged or no longer answers', async () => {
    await driver.connect()
    board.cable.faults.cutAfterLines = 9
    await expect(draw(planOf(strokesOf(square, line)))).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
    connectTo()
    await driver.connect()
    board.cable.faults.mute = true
    await expect(draw(planOf(strokesOf(square, line)))).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
  })

  it.each([
    ['fluidnc', '[MSG:INFO: ALARM: Unhomed]\r\nALARM:14\r\n', 'grbl alarm 14: Unhomed'],
    ['grblhal', 'ALARM:10\r\n', 'grbl alarm 10: the emergency stop was pressed'],
  ] as const)('names an alarm of %s that grbl does not have', async (firmware, text, message) => {
    connectTo({ firmware })
    await driver.connect()
    let lines = 0
    board.onLine = () => {
      if (board.isPenDown && ++lines === 3) board.cable.toHost(text)
    }
    await expect(draw(planOf(strokesOf(wave)))).rejects.toMatchObject({ code: 'ERR_DEVICE', message })
  })

  it('reports the number of an alarm, and the pen is up afterwards', async () => {
    await driver.connect()
    let lines = 0
    board.onLine = () => {
      if (board.isPenDown && ++lines === 20) board.hitLimit()
    }
    await expect(draw(planOf(strokesOf(wave)))).rejects.toMatchObject({ code: 'ERR_DEVICE', detail: { alarm: 1 } })
    expect(board.isPenDown).toBe(false)
  })
})

describe('the driver of a grbl board that a button or another program resets in motion', () => {
  it.each([
    ['servo', 'grbl-servo', {}],
    ['Z axis', 'grbl-z', { pen: { kind: 'z', touchesAt: 0 } }],
  ] as const)('lifts a pen on a %s, although the board has forgotten a status request', async (_, name, options) => {
    const clock = new VirtualClock()
    const board = new GrblBoard({ clock, reportMs: 28, ...options })
    const driver = new GrblDriver(simulatorPort(board.cable), profileNamed(name), clock)
    await driver.connect()
    let requests = 0
    const receive = board.receive.bind(board)
    board.receive = (bytes) => {
      if (board.isPenDown && bytes[0] === 63 && ++requests === 3) receive(Uint8Array.of(63, 0x18))
      else receive(bytes)
    }
    const plotting = (async () => {
      for await (const _ of driver.plot(planOf(strokesOf(wave)), { signal: new AbortController().signal }));
    })()
    await expect(plotting).rejects.toMatchObject({ code: 'ERR_DEVICE', detail: { alarm: 3 } })
    expect(board.isPenDown).toBe(false)
    expect(driver.link.isOpen).toBe(true)
    expect(driver.position).toBeUndefined()
  })
})

const { grbl: servoOptions } = profileNamed('grbl-servo')
const servo = { penUp: [], penDown: [], homing: false, ...servoOptions }
const homing = { grbl: { ...servo, homing: true, homeAt: { x: -299, y: -1 } } }
