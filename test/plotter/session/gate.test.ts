import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { lines } from '../../contracts/driver.ts'
import { planOfLines, sessionBench, until } from '../../support/bench.ts'
import { HOMED_SERVO, WITH_SWITCHES } from '../../support/homing-machine.ts'

const marlin = profileNamed('marlin-servo')
const MACHINES = {
  grbl: (clock: VirtualClock) => ({ board: new GrblBoard({ clock, ...WITH_SWITCHES }), profile: HOMED_SERVO }),
  Marlin: (clock: VirtualClock) => ({
    board: new MarlinBoard({ clock, mustHome: true }),
    profile: {
      ...marlin,
      ...(marlin.marlin && { marlin: { ...marlin.marlin, homing: true, homeAt: { x: 0, y: 200 } } }),
    },
  }),
}

/** A session with a machine that has limit switches. */
async function bench(make: (typeof MACHINES)['grbl' | 'Marlin'], gate = false) {
  const clock = new VirtualClock()
  const { board, profile } = make(clock)
  const states: boolean[] = []
  const session = new PlotterSession({
    ...{ url: 'sim:grbl', profile, clock, gate },
    open: () => Promise.resolve(simulatorPort(board.cable)),
    onChange: (state) => state.is === 'idle' && states.push(state.ready),
  })
  await until(clock, () => session.state.is === 'idle')
  return { clock, board, session, states, plan: lines(profile, [10, 10, 30, 10], [30, 20, 10, 20]) }
}

describe.each(['grbl', 'Marlin'] as const)('a %s plotter with limit switches and its gate off', (name) => {
  const start = () => bench(MACHINES[name])

  it('may draw a sheet as soon as it has found its home, and not before', async () => {
    const { session, states, plan } = await start()
    expect(session.mayBegin('a')).toBe(false)
    await expect(session.plot('a', plan)).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    expect(session.state).toEqual({ is: 'idle', ready: false })
    await session.home()
    expect(states).toEqual([false, true])
    await expect(session.plot('a', plan)).resolves.toMatchObject({ is: 'finished' })
    expect(session.mayBegin('b')).toBe(true)
    await session.close(true)
  })

  it('waits for `home` again when its motors were freed, or the link was lost', async () => {
    const { clock, board, session } = await start()
    await session.home()
    await session.motors(false)
    expect([session.state, session.mayBegin('a')]).toEqual([{ is: 'idle', ready: false }, false])
    await session.home()
    expect(session.mayBegin('a')).toBe(true)
    board.cable.cut()
    await until(clock, () => session.state.is === 'offline')
    await until(clock, () => session.state.is === 'idle')
    expect(session.state).toEqual({ is: 'idle', ready: false })
    await session.home()
    expect(session.mayBegin('a')).toBe(true)
    await session.close(true)
  })

  it('begins nothing while it homes', async () => {
    const { clock, session } = await start()
    await session.home()
    const homing = session.home()
    await until(clock, () => session.position === undefined)
    expect(session.mayBegin('a')).toBe(false)
    await homing
    expect(session.mayBegin('a')).toBe(true)
    await session.close(true)
  })

  it('waits for `ready`, not only for `home`, while `block` is in effect', async () => {
    const { session } = await start()
    session.block()
    await session.home()
    expect(session.state).toEqual({ is: 'idle', ready: false })
    await session.ready()
    expect([session.mayBegin('a'), session.grant]).toEqual([true, undefined])
    await session.close(true)
  })

  it('refuses `ready` before it has found its home', async () => {
    const { session } = await start()
    await expect(session.ready()).rejects.toThrow('`plotd home`')
    expect(session.state).toEqual({ is: 'idle', ready: false })
    await session.close(true)
  })

  it('waits for `ready` after a fault', async () => {
    const { session, plan } = await start()
    // A resumed plot needs no grant, but fails without a known position.
    const outcome = await session.plot('a', plan, { continuesSheet: true })
    expect(outcome).toMatchObject({ is: 'failed', code: 'ERR_PLOTTER_STATE' })
    await session.clear()
    await session.home()
    expect(session.state).toEqual({ is: 'idle', ready: false })
    await session.ready()
    expect(session.mayBegin('a')).toBe(true)
    await session.close(true)
  })
})

describe.each(['grbl', 'Marlin'] as const)('a %s plotter with limit switches and its gate on', (name) => {
  it('begins nothing while it homes, although it has a grant', async () => {
    const { clock, session } = await bench(MACHINES[name], true)
    await session.home()
    await session.ready()
    expect(session.mayBegin('a')).toBe(true)
    const homing = session.home()
    await until(clock, () => session.position === undefined)
    expect([session.grant !== undefined, session.mayBegin('a')]).toEqual([true, false])
    await homing
    expect(session.mayBegin('a')).toBe(true)
    await session.close(true)
  })
})

describe('a plotter without limit switches, and with its gate off', () => {
  it('may draw at once, also when its position is unknown', async () => {
    const { session } = await sessionBench({ gate: false })
    expect([session.position, session.mayBegin('a')]).toEqual([undefined, true])
    await session.close(true)
  })

  it('waits for `ready` when its motors were freed, because a hand may have pushed the carriage', async () => {
    const { session } = await sessionBench({ gate: false })
    await session.motors(false)
    expect([session.state, session.mayBegin('a')]).toEqual([{ is: 'idle', ready: false }, false])
    await session.motors(true)
    expect(session.mayBegin('a')).toBe(false)
    await session.ready()
    expect(session.mayBegin('a')).toBe(true)
    await session.close(true)
  })

  it('may draw at once after it refused to free its motors, as an HP-GL plotter does', async () => {
    const clock = new VirtualClock()
    const board = new HpglPlotter({ clock })
    const session = new PlotterSession({
      ...{ url: 'sim:hpgl', profile: profileNamed('hp-7475a'), clock, gate: false },
      open: () => Promise.resolve(simulatorPort(board.cable)),
    })
    await until(clock, () => session.state.is === 'idle')
    await expect(session.motors(false)).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    expect(session.mayBegin('a')).toBe(true)
    await session.close(true)
  })

  it('waits for `ready` after a fault, also when the board was switched off and on meanwhile', async () => {
    const { clock, board, session } = await sessionBench({ gate: false })
    board.onLine = (line) => (line.startsWith('EM') ? '!8 Err: out of order' : undefined)
    await session.plot('a', planOfLines([10, 10, 30, 10]))
    expect(session.state.is).toBe('fault')
    board.onLine = undefined
    board.reset()
    await until(clock, () => session.state.is === 'offline')
    await until(clock, () => session.state.is === 'idle')
    expect([session.state, session.mayBegin('b')]).toEqual([{ is: 'idle', ready: false }, false])
    await session.ready()
    expect(session.mayBegin('b')).toBe(true)
    await session.close(true)
  })
})
