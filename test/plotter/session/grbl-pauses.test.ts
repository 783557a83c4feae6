import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BOARDS, DRAWING_MM, grblSession, holdInStroke, PAUSE_MM } from '../../../bench/bars/holds.ts'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { until } from '../../support/bench.ts'
import { runs } from '../../support/fuzz.ts'
import { WITH_SWITCHES } from '../../support/homing-machine.ts'
import { inkError } from '../../support/ink.ts'

const LOST = 'the position was lost during the plot: put the carriage at home, or home the machine'
const DOOR = 'the door of the machine is open: close it'
const HELD = 'the board holds: its hold button was pressed, or its door is open'

it.each([
  ['stopped', (session: PlotterSession) => void session.pause()],
  ['held by the button', (_: PlotterSession, board: GrblBoard) => board.pressButton()],
] as const)(
  'plotd sends the lines of `start` again after a jog in a pause was %s, because a reset undoes these lines',
  async (_, stop) => {
    const { clock, board, session, plan } = await grblSession('grbl-servo', {}, { grbl: { start: ['M8'] } })
    const outcome = session.plot('job', plan)
    await until(clock, () => board.ink.strokeCount === 1)
    await session.pause()
    await until(clock, () => session.state.is === 'paused')
    const jog = session.jog(150, 100).catch(() => {})
    await until(clock, () => board.position[0] > 20)
    const sent: string[] = []
    board.onLine = (line) => sent.push(line)
    stop(session, board)
    await jog
    expect(sent).toContain('M8')
    await session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    await session.close()
  },
)

it('the hold button pauses a plot also when the next report has no state', async () => {
  const { clock, board, session, plan } = await grblSession('grbl-servo', {})
  const outcome = session.plot('job', plan)
  await until(clock, () => board.ink.strokeCount === 2 && board.ink.length >= 30)
  const toHost = board.cable.toHost.bind(board.cable)
  board.cable.toHost = (text) => {
    if (text.startsWith('<')) board.cable.toHost = toHost
    toHost(text.replace(/^<[^|]+/, '<'))
  }
  board.pressButton()
  await until(clock, () => session.state.is === 'paused')
  await session.resume()
  await expect(outcome).resolves.toMatchObject({ is: 'finished' })
  await session.close()
})

it.each([
  ['is resumed at once', async () => {}],
  ['is resumed after another jog', (session: PlotterSession) => session.jog(5, 0)],
] as const)(
  'a plot whose board was reset in a jog during a pause draws nothing more when the plot %s',
  async (_, jogs) => {
    const { clock, board, session, plan } = await grblSession('grbl-servo', {})
    const outcome = session.plot('job', plan)
    await until(clock, () => board.ink.strokeCount === 1)
    await session.pause()
    await until(clock, () => session.state.is === 'paused')
    const jog = session.jog(100, 0)
    await until(clock, () => board.position[0] > 30)
    board.receive(Uint8Array.of(0x18))
    await expect(jog).rejects.toMatchObject({ code: 'ERR_DEVICE', message: expect.stringContaining('alarm 3') })
    const { position } = board
    await jogs(session).catch(() => {})
    await session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'device-fault', message: LOST })
    expect([board.position, board.isPenDown, session.position]).toEqual([position, false, undefined])
    await session.close()
  },
)

describe.each(BOARDS)('the hold button of %s', (_, name, options) => {
  it('pauses in mid-stroke, the pen stays up during a jog, and each stroke is drawn once', async () => {
    const presses = fc.record({
      mm: fc.integer({ min: 0, max: 118 }),
      jogs: fc.array(fc.tuple(fc.integer({ min: -9, max: 30 }), fc.integer({ min: -9, max: 30 })), { maxLength: 3 }),
    })
    const property = fc.asyncProperty(presses, async ({ mm, jogs }) => {
      const rig = await grblSession(name, options)
      const { ink, inkMm, ...held } = await holdInStroke(rig, mm, jogs)
      expect(held).toMatchObject({
        state: { is: 'paused', why: 'operator' },
        inkOfJogs: 0,
        isCalm: true,
        outcome: 'finished',
      })
      expect(strokeCount(ink)).toBeLessThanOrEqual(4)
      const pieces = strokeCount(ink) - 2
      const starts = Uint32Array.of(0, ink.starts[1] ?? 0, ink.starts[1 + pieces] ?? 0, ink.points.length / 2)
      expect(inkError({ points: ink.points, starts }, rig.plan)).toBeLessThanOrEqual(PAUSE_MM)
      expect(inkMm).toBeLessThan(DRAWING_MM + 5)
    })
    await fc.assert(property, runs(6))
  })
})

describe('the hold button of a grbl board', () => {
  it('pauses once for each press', async () => {
    const { clock, board, session, plan } = await grblSession('grbl-servo', {})
    const outcome = session.plot('job', plan)
    for (const mm of [20, 60]) {
      await until(clock, () => board.ink.length >= mm)
      board.pressButton()
      await until(clock, () => session.state.is === 'paused')
      await session.resume()
    }
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(board.ink.strokeCount).toBe(5)
    await session.close()
  })

  it('pressed while the carriage travels, pauses with the pen up before the stroke', async () => {
    const { clock, board, session, plan } = await grblSession('grbl-servo', {})
    const outcome = session.plot('job', plan)
    await until(clock, () => board.ink.strokeCount === 1 && !board.isPenDown && board.position[0] > 9)
    board.pressButton()
    await until(clock, () => session.state.is === 'paused')
    expect([board.isPenDown, board.ink.strokeCount]).toEqual([false, 1])
    await session.jog(20, 20)
    await session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(PAUSE_MM)
    await session.close()
  })

  it('pressed while the plotter is idle, ends the next command with an error, and the command after it works', async () => {
    const { board, session } = await grblSession('grbl-servo', {})
    board.pressButton()
    await expect(session.jog(10, 10)).rejects.toMatchObject({ code: 'ERR_DEVICE', message: HELD })
    await session.jog(10, 10)
    expect([board.position, session.position]).toEqual([[10, 10], { x: 10, y: 10 }])
    await session.close()
  })

  it('pressed in a pause with the pen down, does not prevent a cancel, and the pen comes up', async () => {
    const { clock, board, session, plan } = await grblSession('grbl-servo', {})
    const outcome = session.plot('job', plan)
    await until(clock, () => board.ink.strokeCount === 1)
    await session.pause()
    await until(clock, () => session.state.is === 'paused')
    await session.pen('down')
    board.pressButton()
    await session.cancel()
    await expect(outcome).resolves.toMatchObject({ is: 'canceled' })
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    await session.close()
  })

  it('pressed while the feeder works, ends the feeding with an error', async () => {
    const { clock, board, session } = await grblSession('grbl-servo', {})
    await session.ready({ by: 'ada', for: { sheets: 2, of: 2 }, limitMs: Infinity, sheet: { is: 'used' } })
    const feeding = session.feed('job', async (driver, signal) => driver.feed?.(['G0 X90', 'G4 P60'], signal))
    await until(clock, () => board.position[0] > 20)
    board.pressButton()
    await expect(feeding).rejects.toMatchObject({ code: 'ERR_DEVICE', message: HELD })
    expect([session.grant, board.isMoving]).toEqual([undefined, false])
    await session.close()
  })

  it('pressed while a machine with limit switches is idle, ends the next homing with an error', async () => {
    const { clock, board, session } = await grblSession('grbl-servo', { ...WITH_SWITCHES, settings: { 22: 0 } })
    Object.assign(board.settings, { 22: 1 })
    board.powerUp()
    await until(clock, () => session.device?.mustHome === true)
    await session.home()
    board.pressButton()
    await expect(session.home()).rejects.toMatchObject({ code: 'ERR_DEVICE', message: HELD })
    await session.home()
    expect(session.position).toEqual({ x: 0, y: 0 })
    await session.close()
  })

  it('pressed during a jog, stops the jog on its way, and the next plot is drawn at the planned place', async () => {
    const { clock, board, session, plan } = await grblSession('grbl-servo', {})
    const jog = session.jog(150, 100)
    await until(clock, () => board.position[0] > 20)
    board.pressButton()
    await expect(jog).rejects.toMatchObject({ code: 'ERR_DEVICE', message: HELD })
    expect(board.position[0]).toBeLessThan(150)
    await expect(session.plot('job', plan)).resolves.toMatchObject({ is: 'finished' })
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(PAUSE_MM)
    await session.close()
  })

  it.each([100, 200, 300])(
    'pressed %i ms after a cancel, does not prevent the cancel, and the pen comes up',
    async (ms) => {
      const { clock, board, session, plan } = await grblSession('grbl-servo', {})
      const outcome = session.plot('job', plan)
      await until(clock, () => board.ink.length >= 40)
      const canceling = session.cancel()
      await sleep(clock, ms)
      board.pressButton()
      await canceling
      await expect(outcome).resolves.toMatchObject({ is: 'canceled' })
      expect([board.isPenDown, board.isMoving]).toEqual([false, false])
      await session.close()
    },
  )

  it.each([
    ['before a plot lifts the pen', 0],
    ['on the way home', 3],
  ])('pressed %s, interrupts the plot with the pen up, and a user clears the fault', async (_, executed) => {
    const { clock, board, session, plan } = await grblSession('grbl-servo', {})
    if (executed === 0) {
      await session.pen('down')
      board.pressButton()
    }
    const outcome = session.plot('job', plan)
    if (executed > 0) {
      await until(clock, () => board.ink.strokeCount === 3 && !board.isPenDown && board.position[0] < 50)
      board.pressButton()
    }
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'device-fault', executed, message: HELD })
    expect([session.state.is, board.isPenDown]).toEqual(['fault', false])
    await session.clear()
    expect(session.state).toEqual({ is: 'idle', ready: false })
    await session.ready()
    board.ink.newSheet()
    await expect(session.plot('job', plan)).resolves.toMatchObject({ is: 'finished' })
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(PAUSE_MM)
    await session.close()
  })
})

it('a plot on a board in check mode draws nothing and counts nothing as drawn, until a user clears the fault', async () => {
  const { clock, board, session, plan } = await grblSession('grbl-servo', {})
  board.receive(Buffer.from('$C\n'))
  await until(clock, () => board.state === 'Check')
  const message = 'the board is in check mode ($C), in which it moves nothing: run `plotd clear`'
  await expect(session.plot('job', plan)).resolves.toMatchObject({ is: 'interrupted', executed: 0, begun: 0, message })
  await session.clear()
  await session.ready()
  await expect(session.plot('job', plan)).resolves.toMatchObject({ is: 'finished' })
  expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(PAUSE_MM)
  await session.close()
})

/** Opens the door of the machine: until the returned function is called, the board executes no line. */
function openDoor(board: GrblBoard): () => void {
  const toHost = board.cable.toHost.bind(board.cable)
  const receive = board.receive.bind(board)
  board.cable.toHost = (text) => toHost(text.replace('<Hold:1', '<Door:2').replace(/<(Hold:0|Idle)/, '<Door:1'))
  board.receive = (bytes) => receive(bytes.filter((byte) => byte === 0x18 || byte === 0x3f))
  receive(Uint8Array.of(0x84))
  return () => Object.assign(board, { receive }) && Object.assign(board.cable, { toHost })
}

describe('the door of a grbl machine', () => {
  it.each([0, 60, 120, 180, 240])(
    'opened in a stroke, %i ms after 40 mm of ink, interrupts the plot; `clear` is refused until the door is closed, and the position stays known',
    async (ms) => {
      const { clock, board, session, plan } = await grblSession('grbl-servo', {})
      const outcome = session.plot('job', plan)
      await until(clock, () => board.ink.strokeCount === 2 && board.ink.length >= 40)
      await sleep(clock, ms)
      const closeDoor = openDoor(board)
      await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'device-fault', message: DOOR })
      const [x, y] = board.position
      const place = { x: expect.closeTo(x, 3), y: expect.closeTo(y, 3) }
      expect(session.position).toEqual(place)
      expect(session.state).toMatchObject({ is: 'fault', message: DOOR })
      await expect(session.clear()).rejects.toMatchObject({ code: 'ERR_DEVICE', message: DOOR })
      closeDoor()
      await session.clear()
      expect(session.position).toEqual(place)
      await session.close()
    },
  )
})

it('plotd connects to a machine that brakes because its door is open: the error names the door, and no alarm is raised', async () => {
  const clock = new VirtualClock()
  const board = new GrblBoard({ clock, resetsOnOpen: false, settings: { 120: 10 } }) // brakes for seconds
  const { driver } = await makeDriver(profileNamed('grbl-servo'), simulatorPort(board.cable), clock)
  board.receive(Buffer.from('G1X100F6000\n'))
  await until(clock, () => board.position[0] > 20)
  openDoor(board)
  await expect(driver.connect()).rejects.toMatchObject({ code: 'ERR_DEVICE', message: DOOR })
  expect(board.state).not.toBe('Alarm')
})

const slow = ['M3 S0', 'G0 X100', 'G4 P60']

describe('slow lines of a profile for a grbl board', () => {
  it.each([
    ['start', 'a cancel', (session: PlotterSession) => session.cancel(), 'canceled'],
    ['start', 'the hold button', async (_: PlotterSession, board: GrblBoard) => board.pressButton(), 'interrupted'],
    ['end', 'the hold button', async (_: PlotterSession, board: GrblBoard) => board.pressButton(), 'interrupted'],
  ] as const)('in `%s` are cut short by %s, and the pen is then up', async (name, _, stop, is) => {
    const { clock, board, session, plan } = await grblSession('grbl-servo', {}, { grbl: { [name]: slow } })
    const outcome = session.plot('job', plan)
    await until(clock, () => board.isPenDown && board.position[0] > 70) // the plan ends at 60 mm
    const began = clock.now()
    await stop(session, board)
    await expect(outcome).resolves.toMatchObject({ is })
    expect(clock.now() - began).toBeLessThan(2000)
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    await session.close()
  })

  /** A plot whose slow `start` lines run again, because a pause in a stroke has reset the board. */
  async function startsAgain() {
    const rig = await grblSession('grbl-servo', {}, { grbl: { start: ['M3 S300', 'G4 P10'] } })
    const { clock, board, session, plan } = rig
    let starts = 0
    board.onLine = (line) => {
      if (line === 'G4 P10') starts++
    }
    const outcome = session.plot('job', plan)
    await until(clock, () => board.ink.length >= 40)
    await session.pause({ now: true })
    await until(clock, () => starts === 2 && board.isPenDown)
    return { ...rig, outcome, starts: () => starts }
  }

  it('are cut short by the hold button when plotd sends them again in a pause, and the plot ends', async () => {
    const { clock, board, session, outcome } = await startsAgain()
    const began = clock.now()
    board.pressButton()
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', message: HELD })
    expect(clock.now() - began).toBeLessThan(2000)
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    await session.close()
  })

  it('begin again when the hold button cuts them short at the end of a jog', async () => {
    const { clock, board, session, outcome, starts } = await startsAgain()
    await until(clock, () => session.state.is === 'paused')
    const [x] = board.position
    const jog = session.jog(100, 0)
    await until(clock, () => board.position[0] > x + 20)
    void session.pause()
    await until(clock, () => starts() === 3 && board.isPenDown)
    board.pressButton()
    await expect(jog).rejects.toMatchObject({ code: 'ERR_DEVICE', message: HELD })
    expect(starts()).toBe(4)
    await session.cancel()
    await expect(outcome).resolves.toMatchObject({ is: 'canceled' })
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    await session.close()
  })
})
