import { describe, expect, it } from 'vitest'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { shortMemory } from '../../../src/plotter/session/memory.ts'
import type { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { axidraw, planOfLines, plotAll, sessionBench, until } from '../../support/bench.ts'

const plan = planOfLines([60, 50, 60, 90, 20, 90], [20, 50, 20, 60], [30, 50, 30, 60])
/** Longer than the interval of the checks of an idle plotter, ms. */
const A_WHILE = 20_000

describe.each(['2.8.1', '3.0.3'] as const)(
  'an EBB with firmware %s that restarts while its port stays open',
  (firmware) => {
    async function bench() {
      const made = await sessionBench({ firmware })
      const { session, board } = made
      await session.ready()
      await session.jog(50, 40)
      await session.ready()
      board.cable.cut = () => {} // as a serial port on the network
      return made
    }

    it.each([
      ['in a stroke', (board: EbbBoard) => board.isPenDown && board.position[1] > 70, 0],
      [
        'in a travel',
        (board: EbbBoard) => board.ink.strokeCount === 1 && !board.isPenDown && board.position[1] < 80,
        1,
      ],
    ])('%s interrupts the plot, and its position is unknown', async (_, isThen, drawn) => {
      const { clock, board, session } = await bench()
      const outcome = session.plot('job', plan)
      await until(clock, () => isThen(board))
      board.reset()
      const lost = { is: 'interrupted', why: 'connection-lost', executed: drawn, begun: drawn + 1 }
      await expect(outcome).resolves.toMatchObject(lost)
      expect(session.state.is).toBe('offline')
      await until(clock, () => session.state.is === 'idle')
      expect([board.isPenDown, board.isMoving]).toEqual([false, false])
      expect(session.position).toBeUndefined()
      expect(session.device?.whyLost).toMatch(/has been restarted/)
      await session.close()
    })

    it('in a long stroke stops within 0.5 s', async () => {
      const { clock, board, session } = await bench()
      const long = Array.from({ length: 40 }, (_, i) => [30 + (i % 2) * 60, 50 + i]).flat()
      const outcome = session.plot('job', planOfLines(long))
      await until(clock, () => board.isPenDown && board.position[1] > 51)
      board.reset()
      const resetAt = clock.now()
      await until(clock, () => session.state.is === 'offline' && !board.isMoving)
      expect(clock.now() - resetAt).toBeLessThan(500)
      await expect(outcome).resolves.toMatchObject({ is: 'interrupted', executed: 0, begun: 1 })
      await session.close()
    })

    it.each<[string, (session: PlotterSession) => Promise<unknown>]>([
      ['a plot', (session) => session.plot('job', plan)],
      ['a jog', (session) => session.jog(1, 1).catch(() => {})],
      ['the setting of home', (session) => session.setHome().catch(() => {})],
      ['a lowering of the pen', (session) => session.pen('down').catch(() => {})],
    ])('at rest is noticed before %s moves anything', async (_, act) => {
      const { clock, board, session } = await bench()
      board.reset()
      const at = board.position
      await act(session)
      expect([board.position, board.ink.strokeCount]).toEqual([at, 0])
      expect(session.state.is).toBe('offline')
      await until(clock, () => session.state.is === 'idle')
      expect(session.position).toBeUndefined()
      await session.close()
    })

    it('at rest is noticed within seconds', async () => {
      const { clock, board, session } = await bench()
      board.reset()
      await sleep(clock, A_WHILE)
      expect(session.position).toBeUndefined()
      await session.close()
    })
  },
)

it.each(['2.8.1', '3.0.3'] as const)(
  'the watch for restarts costs a plot on firmware %s one question at its start, and at most one in each stroke',
  async (firmware) => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock, firmware })
    const { driver } = await makeDriver(axidraw, simulatorPort(board.cable), clock)
    await driver.connect()
    await driver.setHome()
    const asked: string[] = []
    board.onLine = (line) => void (line === 'QL' && asked.push(line))
    await plotAll(driver, plan)
    expect(asked).toHaveLength({ '2.8.1': 1, '3.0.3': 1 + 3 }[firmware])
  },
)

it.each(['2.8.1', '3.0.3'] as const)(
  'an EBB with firmware %s does not count as restarted while the disk is slow or full',
  async (firmware) => {
    const memory = shortMemory()
    const { clock, board, session } = await sessionBench({ firmware, memory })
    await session.jog(50, 40)
    memory.driver.save = () => sleep(clock, A_WHILE)
    await session.jog(1, 1)
    memory.driver.save = () => Promise.reject(new Error('no space left on device'))
    await expect(session.jog(1, 1)).rejects.toThrow('no space')
    memory.driver.save = () => Promise.resolve()
    await sleep(clock, A_WHILE)
    await session.jog(1, 1)
    expect([board.position, session.position]).toEqual([[52, 42], { x: 52, y: 42 }])
    await session.close()
  },
)
