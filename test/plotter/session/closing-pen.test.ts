import { describe, expect, it } from 'vitest'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { planOfLines, sessionBench, until } from '../../support/bench.ts'

const boards = [
  ['axidraw-v3', (clock: VirtualClock) => new EbbBoard({ clock })],
  ['grbl-servo', (clock: VirtualClock) => new GrblBoard({ clock })],
  ['marlin-servo', (clock: VirtualClock) => new MarlinBoard({ clock })],
  ['hp-7475a', (clock: VirtualClock) => new HpglPlotter({ clock })],
  ['hpgl-cutter', (clock: VirtualClock) => new HpglPlotter({ clock })],
] as const

/** An HP-GL plotter lowers the holder even when the holder has no pen. */
const isDown = (board: EbbBoard | GrblBoard | MarlinBoard | HpglPlotter): boolean =>
  board.isPenDown || (board instanceof HpglPlotter && board.carriage.isDown)

describe.each(boards)('when the session with a plotter of the profile %s is closed', (profile, makeBoard) => {
  it.each([false, true])('the pen that a user lowered is up (with now: %s)', async (now) => {
    const clock = new VirtualClock()
    const board = makeBoard(clock)
    const session = new PlotterSession({
      ...{ url: 'sim:', profile: profileNamed(profile), clock, wakeLock: () => () => {} },
      open: () => Promise.resolve(simulatorPort(board.cable)),
    })
    await until(clock, () => session.state.is === 'idle')
    await session.pen('down')
    expect(isDown(board)).toBe(true)
    await session.close(now)
    await sleep(clock, 1000)
    expect(isDown(board)).toBe(false)
  })
})

describe('when a session is closed', () => {
  it('the pen stays down on its cap', async () => {
    const { board, session } = await sessionBench()
    await session.ready()
    await session.plot('job', planOfLines([10, 10, 30, 10]), {}, { park: () => ({ x: 100, y: 100 }) })
    expect(board.isPenDown).toBe(true)
    await session.close()
    expect(board.isPenDown).toBe(true)
  })

  it('and the board does not answer, the close ends within 15 s', async () => {
    const { clock, board, session } = await sessionBench()
    await session.pen('down')
    board.onLine = () => ''
    const start = clock.now()
    await session.close()
    expect(clock.now() - start).toBeLessThan(15_000)
  })
})
