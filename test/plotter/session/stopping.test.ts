import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import { shortMemory } from '../../../src/plotter/session/memory.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { axidraw, planOfLines, STEP, sessionBench, until } from '../../support/bench.ts'
import { HOMED_SERVO, WITH_SWITCHES } from '../../support/homing-machine.ts'
import { inkError } from '../../support/ink.ts'

const plan = planOfLines([10, 10, 30, 10, 30, 30], [40, 40, 60, 40], [40, 50, 60, 50])
const STOPPED = { code: 'ERR_PLOTTER_STATE', message: expect.stringContaining('stopped') }
const FAR = 100_000

describe('a stop of a session:', () => {
  let bench: Awaited<ReturnType<typeof sessionBench>>
  beforeEach(async () => {
    bench = await sessionBench({ profile: { ...axidraw, width: 2 * FAR, height: 2 * FAR } })
  })
  afterEach(() => bench.session.close(true))
  const is = () => bench.session.state.is

  /** Starts a jog of 100 m in x and in y. @returns what the jog throws */
  async function longJog() {
    const thrown = bench.session.jog(FAR, FAR).then(
      () => 'nothing',
      (error: unknown) => error,
    )
    await until(bench.clock, () => bench.board.isMoving)
    await sleep(bench.clock, 3000)
    return { thrown }
  }

  async function pausedPlot() {
    await bench.session.ready()
    const outcome = bench.session.plot('job', plan)
    await until(bench.clock, () => bench.board.isPenDown)
    await bench.session.pause()
    await until(bench.clock, () => is() === 'paused')
    return { outcome }
  }

  function expectRest(): void {
    const { board, session } = bench
    expect([board.isMoving, board.isPenDown]).toEqual([false, false])
    const [x, y] = board.position
    expect(session.position?.x).toBeCloseTo(x, 6)
    expect(session.position?.y).toBeCloseTo(y, 6)
  }

  it('a pause ends a jog within a second, with the pen up and the position known', async () => {
    const { thrown } = await longJog()
    const start = bench.clock.now()
    await bench.session.pause()
    expect(bench.clock.now() - start).toBeLessThan(1000)
    expectRest()
    await expect(thrown).resolves.toMatchObject(STOPPED)
    const { position } = bench.board
    await sleep(bench.clock, 60_000)
    expect(bench.board.position).toEqual(position)
    await bench.session.home()
    expect(bench.board.position).toEqual([0, 0])
  })

  it('commands that wait behind the jog do not begin', async () => {
    const { thrown } = await longJog()
    const waiting = [bench.session.pen('down'), bench.session.jog(0, 50), bench.session.ready()]
    const results = Promise.allSettled(waiting)
    await bench.session.pause()
    const rejected = { status: 'rejected', reason: expect.objectContaining(STOPPED) }
    await expect(results).resolves.toEqual([rejected, rejected, rejected])
    await thrown
    expectRest()
    expect(bench.session.state).toEqual({ is: 'idle', ready: false })
  })

  it('a pause ends the planning of a frame, and the frame does not begin', async () => {
    const frame = bench.session.frame(
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    const thrown = expect(frame).rejects.toMatchObject(STOPPED)
    await sleep(bench.clock, 100)
    await bench.session.pause()
    await thrown
    await sleep(bench.clock, 3000)
    expect([bench.board.isMoving, bench.board.isPenDown, bench.board.position]).toEqual([false, false, [0, 0]])
  })

  it('a pause ends a command that searches for a place: later the search neither sets home nor moves the carriage', async () => {
    let found = () => {}
    const searching = new Promise<void>((resolve) => {
      found = resolve
    })
    const homes: unknown[] = []
    const moving = bench.session.goTo(async (setHome) => {
      await searching
      homes.push(await setHome().catch((error: unknown) => error))
      return { x: FAR, y: 0 }
    })
    const thrown = expect(moving).rejects.toMatchObject(STOPPED)
    await sleep(bench.clock, 100)
    await bench.session.pause()
    await thrown
    found()
    await sleep(bench.clock, 3000)
    expect(homes).toMatchObject([STOPPED])
    expect([bench.board.isMoving, bench.board.isPenDown, bench.board.position]).toEqual([false, false, [0, 0]])
  })

  it('a pause is refused when there is neither a plot nor a command', async () => {
    await expect(bench.session.pause()).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    const endWatch = bench.session.watchButton(() => {})
    await expect(bench.session.pause()).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    endWatch()
  })

  it('a pause lifts a pen that is being lowered', async () => {
    const lowering = bench.session.pen('down').catch((error: unknown) => error)
    await until(bench.clock, () => bench.board.isPenDown)
    await bench.session.pause()
    expect(bench.board.isPenDown).toBe(false)
    await expect(lowering).resolves.toMatchObject(STOPPED)
    await bench.session.pen('toggle')
    expect(bench.board.isPenDown).toBe(true)
  })

  it.each([
    ['a frame', () => bench.session.frame(async () => ({ minX: 0, minY: 0, maxX: 300, maxY: 200 }))],
    ['the way to a place', () => bench.session.goTo(async () => ({ x: FAR, y: 0 }))],
  ])('a pause ends %s', async (_, move) => {
    const moving = move().catch((error: unknown) => error)
    await until(bench.clock, () => bench.board.position[0] > 10)
    await bench.session.pause()
    expectRest()
    await expect(moving).resolves.toMatchObject(STOPPED)
  })

  it('in a paused plot, a second pause ends a jog, and the plot continues at its place later', async () => {
    const { outcome } = await pausedPlot()
    const { thrown } = await longJog()
    await bench.session.pause()
    await expect(thrown).resolves.toMatchObject(STOPPED)
    expectRest()
    expect(is()).toBe('paused')
    await bench.session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(inkError(bench.board.ink.strokes(), plan)).toBeLessThan(STEP)
  })

  it('a pause also drops a resume that waits for the jog', async () => {
    const { outcome } = await pausedPlot()
    const { thrown } = await longJog()
    const resumed = bench.session.resume().catch((error: unknown) => error)
    await bench.session.pause()
    await expect(resumed).resolves.toMatchObject(STOPPED)
    await thrown
    await sleep(bench.clock, 60_000)
    expect(is()).toBe('paused')
    expectRest()
    await bench.session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
  })

  it('a cancel ends the jog and the paused plot', async () => {
    const { outcome } = await pausedPlot()
    const { thrown } = await longJog()
    await bench.session.cancel()
    await expect(outcome).resolves.toMatchObject({ is: 'canceled', executed: 1 })
    await expect(thrown).resolves.toMatchObject(STOPPED)
    expectRest()
  })

  it('a cancel ends the jog that a plot waits for, and the plot draws nothing', async () => {
    await bench.session.ready()
    const { thrown } = await longJog()
    const outcome = bench.session.plot('job', plan)
    await bench.session.cancel()
    await expect(outcome).resolves.toMatchObject({ is: 'canceled', executed: 0 })
    await expect(thrown).resolves.toMatchObject(STOPPED)
    expectRest()
    expect(bench.board.ink.vertexCount).toBe(0)
  })

  it('a close ends the jog, and refuses later commands', async () => {
    const { thrown } = await longJog()
    const start = bench.clock.now()
    const closing = bench.session.close()
    await expect(bench.session.jog(10, 10)).rejects.toMatchObject(STOPPED)
    await closing
    expect(bench.clock.now() - start).toBeLessThan(1000)
    await expect(thrown).resolves.toMatchObject(STOPPED)
    expect([bench.board.isMoving, bench.board.isPenDown]).toEqual([false, false])
  })

  it('a close ends the jog in a paused plot, whose job can be resumed', async () => {
    const { outcome } = await pausedPlot()
    const { thrown } = await longJog()
    await bench.session.close()
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'restart', executed: 1 })
    await expect(thrown).resolves.toMatchObject(STOPPED)
    expect([bench.board.isMoving, bench.board.isPenDown]).toEqual([false, false])
  })

  it('a plot that comes while a close waits for the jog draws nothing', async () => {
    await bench.session.ready()
    const { thrown } = await longJog()
    const closing = bench.session.close()
    await expect(bench.session.plot('job', plan)).resolves.toMatchObject({ is: 'interrupted', why: 'restart' })
    await closing
    await thrown
    expect(bench.board.ink.vertexCount).toBe(0)
  })

  it('a cancel ends the way to the place of a service', async () => {
    await bench.session.ready()
    const at = { x: 200, y: 150, seconds: 1 }
    const request = () => ({ prompt: 'dip the pen', at, done: async () => {} })
    const outcome = bench.session.plot('job', plan, {}, { request })
    await until(bench.clock, () => bench.board.position[0] > 20)
    await bench.session.cancel()
    await expect(outcome).resolves.toMatchObject({ is: 'canceled', executed: 0 })
    expectRest()
    expect(bench.board.position[0]).toBeLessThan(150)
  })

  it.each([
    ['the way to the place', () => bench.board.position[0] > 20],
    ['the wait there', () => bench.board.isPenDown],
  ])('an immediate pause in a service ends %s, and the resume repeats the service', async (_, isThere) => {
    await bench.session.ready()
    const at = { x: 100, y: 50, seconds: 60 }
    let times = 0
    const done = async () => void times++
    const request = () => (times === 0 ? { prompt: 'dip the pen', at, done } : undefined)
    const outcome = bench.session.plot('job', plan, {}, { request })
    await until(bench.clock, isThere)
    const start = bench.clock.now()
    await bench.session.pause({ now: true })
    await until(bench.clock, () => is() === 'paused')
    expect(bench.clock.now() - start).toBeLessThan(1000)
    expectRest()
    expect(times).toBe(0)
    await bench.session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(times).toBe(1)
  })

  it('an immediate pause ends the way to the cap: the plot is finished, and the pen is up', async () => {
    await bench.session.ready()
    const outcome = bench.session.plot('job', plan, {}, { park: () => ({ x: 200, y: 150 }) })
    await until(bench.clock, () => bench.board.position[0] > 65)
    await bench.session.pause({ now: true })
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expectRest()
    expect(bench.board.position[0]).toBeLessThan(150)
  })
})

it('a pause that comes while a resume is recorded drops the resume, and records again that the carriage is away', async () => {
  const memory = shortMemory()
  const { clock, board, session } = await sessionBench({ memory })
  await session.ready()
  const outcome = session.plot('job', plan)
  await until(clock, () => board.isPenDown)
  await session.pause()
  await until(clock, () => session.state.is === 'paused')
  await session.jog(5, 5)
  let pausing: Promise<void> | undefined
  memory.save = async () => {
    pausing ??= session.pause()
  }
  await expect(session.resume()).rejects.toMatchObject(STOPPED)
  await pausing
  expect([session.state.is, memory.stop]).toEqual(['paused', null])
  await session.resume()
  await expect(outcome).resolves.toMatchObject({ is: 'finished' })
  await session.close(true)
})

const SILENT = withOverrides(profileNamed('hp-7475a'), { hpgl: { silent: true } })
const onZ = profileNamed('marlin-z')

describe.each([
  ['an EBB', axidraw, (clock: VirtualClock) => new EbbBoard({ clock })],
  ['grbl', profileNamed('grbl-servo'), (clock: VirtualClock) => new GrblBoard({ clock })],
  ['grbl with switches', HOMED_SERVO, (clock: VirtualClock) => new GrblBoard({ clock, ...WITH_SWITCHES })],
  ['Marlin', profileNamed('marlin-servo'), (clock: VirtualClock) => new MarlinBoard({ clock })],
  ['Marlin with switches', onZ, (clock: VirtualClock) => new MarlinBoard({ clock, topEdge: 220 })],
  ['Klipper', profileNamed('klipper-servo'), (clock: VirtualClock) => new MarlinBoard({ clock, firmware: 'klipper' })],
  ['an HP 7475A', profileNamed('hp-7475a'), (clock: VirtualClock) => new HpglPlotter({ clock })],
  ['a silent HP 7475A', SILENT, (clock: VirtualClock) => new HpglPlotter({ clock })],
])('a session with %s', (_, profile, makeBoard) => {
  async function sessionOn() {
    const clock = new VirtualClock()
    const board = makeBoard(clock)
    const session = new PlotterSession({
      url: 'sim:',
      profile,
      clock,
      open: () => Promise.resolve(simulatorPort(board.cable)),
    })
    await until(clock, () => session.state.is === 'idle')
    return { clock, board, session }
  }

  it.each(['jog', 'home'] as const)(
    'closes within 11 s during a %s: then the carriage comes to rest, and the pen is up',
    async (command) => {
      const { clock, board, session } = await sessionOn()
      const findsHome = command === 'home' && session.device?.mustHome
      if (!findsHome) await session.home().catch(() => session.setHome())
      if (command === 'home' && !findsHome) await session.jog(150, 100)
      const moving = command === 'jog' ? session.jog(200, 100) : session.home()
      const thrown = moving.catch((error: unknown) => error)
      await until(clock, () => board.isMoving)
      const start = clock.now()
      await session.close()
      expect(clock.now() - start).toBeLessThan(11_000)
      await thrown
      await until(clock, () => !board.isMoving)
      expect(board.isPenDown).toBe(false)
      const { position } = board
      await sleep(clock, 60_000)
      expect(board.position).toEqual(position)
    },
  )
})

it('a lost link drops the commands that wait, also when the device answers nothing and is soon connected again', async () => {
  const clock = new VirtualClock()
  const board = new HpglPlotter({ clock })
  const open = () => Promise.resolve(simulatorPort(board.cable))
  const session = new PlotterSession({ url: 'sim:', profile: SILENT, clock, open })
  await until(clock, () => session.state.is === 'idle')
  const homing = session.home()
  const waiting = [session.jog(20, 20), session.ready(), session.pen('down')]
  const results = Promise.allSettled([homing, ...waiting])
  await until(clock, () => board.isMoving)
  board.cable.cut()
  const rejected = { status: 'rejected', reason: expect.objectContaining({ code: 'ERR_LINK_CLOSED' }) }
  await expect(results).resolves.toEqual([rejected, rejected, rejected, rejected])
  await until(clock, () => session.state.is === 'idle')
  await sleep(clock, 60_000)
  expect(session.state).toEqual({ is: 'idle', ready: false })
  expect([board.isPenDown, board.isMoving]).toEqual([false, false])
  await session.close()
})
