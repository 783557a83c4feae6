import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../src/geometry/drawing.ts'
import { VirtualClock } from '../../src/plotter/link/clock.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { PlotterSession } from '../../src/plotter/session/session.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../src/plotter/simulators/hpgl/board.ts'
import { lines } from '../contracts/driver.ts'
import { until } from '../support/bench.ts'
import { inkError } from '../support/ink.ts'

const square = [10, 10, 60, 10, 60, 60, 10, 60, 10, 10]
const line = [80, 80, 120, 90]

/** A session on a simulated plotter in virtual time, connected and ready. */
async function bench(dialect: 'grbl' | 'hpgl') {
  const clock = new VirtualClock()
  const board = dialect === 'grbl' ? new GrblBoard({ clock }) : new HpglPlotter({ clock })
  const profile = profileNamed(dialect === 'grbl' ? 'grbl-servo' : 'hp-7475a')
  const session = new PlotterSession({
    url: `sim:${dialect}`,
    profile,
    clock,
    open: () => Promise.resolve(simulatorPort(board.cable)),
    wakeLock: () => () => {},
  })
  await until(clock, () => session.state.is === 'idle')
  await session.ready()
  const plan = lines(profile, square, line)
  const midStroke = () => until(clock, () => board.isPenDown && board.ink.length > 30)
  return { clock, board, session, plan, midStroke, stepMm: dialect === 'grbl' ? 1 / 80 : 0.025 }
}

describe.each(['grbl', 'hpgl'] as const)('a %s plotter', (dialect) => {
  it('draws a plan in a session', async () => {
    const { session, plan, board, stepMm } = await bench(dialect)
    expect(await session.plot('j', plan)).toMatchObject({ is: 'finished' })
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(stepMm)
    await session.close()
  })

  it('has its plot interrupted when it stops answering, and after a new connection stands still with the pen up and no grant', async () => {
    const { clock, session, plan, board, midStroke } = await bench(dialect)
    const plotting = session.plot('j', plan)
    await midStroke()
    board.cable.faults.mute = true
    expect(await plotting).toMatchObject({ is: 'interrupted', why: 'connection-lost', executed: 0 })
    board.cable.faults.mute = false
    await until(clock, () => session.state.is === 'idle')
    expect(session.state).toEqual({ is: 'idle', ready: false })
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    await session.close()
  })

  it('has its plot interrupted when it answers noise, and has the pen up when it is idle again', async () => {
    const { clock, session, plan, board, midStroke } = await bench(dialect)
    const plotting = session.plot('j', plan)
    await midStroke()
    board.cable.faults.garble = true
    expect(await plotting).toMatchObject({ is: 'interrupted', executed: 0 })
    board.cable.faults.garble = false
    if (session.state.is === 'fault') await session.clear()
    await until(clock, () => session.state.is === 'idle')
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    await session.close()
  })

  it('draws the whole plan when it answers a second late', async () => {
    const { session, plan, board, stepMm } = await bench(dialect)
    board.cable.faults.lateMs = 1000
    expect(await session.plot('j', plan)).toMatchObject({ is: 'finished' })
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(stepMm)
    await session.close()
  })

  it('pauses the plot with the pen up at a press of its button, and continues on command', async () => {
    const { clock, session, plan, board, midStroke, stepMm } = await bench(dialect)
    const plotting = session.plot('j', plan)
    await midStroke()
    board.pressButton()
    await until(clock, () => !board.isPenDown)
    if (dialect === 'hpgl') {
      await until(clock, () => clock.now() % 5000 < 1)
      board.pressButton() // VIEW holds the plotter until it is pressed again
    }
    await until(clock, () => session.state.is === 'paused')
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    await session.resume()
    expect(await plotting).toMatchObject({ is: 'finished' })
    const ink = board.ink.strokes()
    expect(strokeCount(ink)).toBeGreaterThan(2) // the square has at least two pieces, and the line has one
    const joined = { points: ink.points, starts: Uint32Array.of(0, ...ink.starts.slice(-2)) }
    expect(inkError(joined, plan)).toBeLessThanOrEqual(2 * stepMm)
    await session.close()
  })

  it('has the pen up and stands still when a cancel in mid-stroke resolves', async () => {
    const { session, plan, board, midStroke } = await bench(dialect)
    const plotting = session.plot('j', plan)
    await midStroke()
    await session.cancel()
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    expect(await plotting).toMatchObject({ is: 'canceled', executed: 0 })
    await session.close()
  })
})

describe('a grbl board that raises an alarm in mid-plot', () => {
  it('puts the plotter in fault with the pen up, and its position is unknown until a user says `ready` at home', async () => {
    const { session, plan, board, midStroke } = await bench('grbl')
    const plotting = session.plot('j', plan)
    await midStroke()
    if (board instanceof GrblBoard) board.hitLimit()
    expect(await plotting).toMatchObject({ is: 'interrupted', executed: 0 })
    expect(session.state.is).toBe('fault')
    expect(board.isPenDown).toBe(false)
    expect(session.position).toBeUndefined()
    await session.clear()
    expect(session.state).toEqual({ is: 'idle', ready: false })
    expect(session.position).toBeUndefined()
    board.pushHome()
    await session.ready()
    expect(session.position).toEqual({ x: 0, y: 0 })
    await session.close()
  })
})

describe('an HP-GL plotter that reports an error', () => {
  it('is in fault with the pen up, and the plot does not finish', async () => {
    const { session, plan, board, midStroke } = await bench('hpgl')
    const plotting = session.plot('j', plan)
    await midStroke()
    if (board instanceof HpglPlotter) board.interpreter.fail(1)
    const outcome = await plotting
    expect(outcome.is).not.toBe('finished')
    expect(session.state).toMatchObject({ is: 'fault', code: 'ERR_DEVICE' })
    expect(board.isPenDown).toBe(false)
    await session.close()
  })
})

describe.each([
  ['sim:grbl', 'grbl-servo'],
  ['sim:hpgl', 'hp-7475a'],
  ['sim:hpgl?model=7550A', 'hp-7550a'],
])('a session at %s', (url, name) => {
  it('finds its simulator by that URL, and finishes a plot at home', async () => {
    const clock = new VirtualClock()
    const profile = profileNamed(name)
    const session = new PlotterSession({ url, profile, clock, wakeLock: () => () => {} })
    await until(clock, () => session.state.is === 'idle')
    await session.ready()
    expect(await session.plot('j', lines(profile, square, line))).toMatchObject({ is: 'finished' })
    expect(session.position).toEqual({ x: 0, y: 0 })
    await session.close()
  })
})
