import { describe, expect, it } from 'vitest'
import { sleep } from '../../../src/plotter/link/clock.ts'
import { planOfLines, sessionBench, until } from '../../support/bench.ts'

const plan = planOfLines([10, 10, 60, 10], [10, 20, 60, 20], [10, 30, 60, 30])
const LOST = { is: 'interrupted', why: 'power-lost' }
/** Longer than the interval of the checks of an idle plotter, ms. */
const A_WHILE = 20_000

/** A plotter that stands away from home. */
async function bench(firmware: '2.8.1' | '3.0.3') {
  const made = await sessionBench({ firmware })
  await made.session.ready()
  await made.session.jog(50, 40)
  /** Switches the motor supply off and on again; the USB power stays. */
  const glitch = () => {
    made.board.setVolts(5)
    made.board.setVolts(12)
  }
  return { ...made, glitch }
}

describe('the supply of an EBB’s motors', () => {
  it.each(['2.8.1', '3.0.3'] as const)('that is off for a while makes the position unknown (%s)', async (firmware) => {
    const { clock, board, session } = await bench(firmware)
    board.setVolts(5)
    await sleep(clock, A_WHILE)
    board.setVolts(12)
    expect(session.position).toBeUndefined()
    await expect(session.plot('job', plan)).resolves.toMatchObject(LOST)
    expect([board.position, board.ink.vertexCount]).toEqual([[50, 40], 0])
    await session.clear()
    await session.ready()
    expect(session.position).toEqual({ x: 0, y: 0 })
    await expect(session.plot('job', plan)).resolves.toMatchObject({ is: 'finished' })
    await session.close()
  })

  it.each(['2.8.1', '3.0.3'] as const)(
    'that goes off at the end of a stroke interrupts the plot, and the stroke does not count (%s)',
    async (firmware) => {
      const { clock, board, session } = await bench(firmware)
      const outcome = session.plot('job', plan)
      await until(clock, () => board.isPenDown && board.position[0] > 59)
      board.setVolts(5)
      await session.pause()
      await until(clock, () => session.state.is !== 'plotting')
      expect(session.state).toMatchObject({ is: 'fault', code: 'ERR_DEVICE_POWER' })
      await expect(outcome).resolves.toMatchObject({ ...LOST, executed: 0 })
      await session.close()
    },
  )

  it.each(['2.8.1', '3.0.3'] as const)('that is off during a jog makes the position unknown (%s)', async (firmware) => {
    const { clock, board, session } = await bench(firmware)
    const jog = session.jog(-20, 0)
    await until(clock, () => board.isMoving)
    board.setVolts(5)
    await jog
    expect(session.position).toBeUndefined()
    await session.close()
  })

  it('that was off for a moment makes the position unknown', async () => {
    const { clock, session, glitch } = await bench('3.0.3')
    glitch()
    await sleep(clock, A_WHILE)
    expect(session.position).toBeUndefined()
    await session.close()
  })

  it('that was off for a moment before a plot interrupts the plot before anything moves', async () => {
    const { board, session, glitch } = await bench('3.0.3')
    glitch()
    await expect(session.plot('job', plan)).resolves.toMatchObject(LOST)
    expect([board.position, board.ink.vertexCount]).toEqual([[50, 40], 0])
    await session.close()
  })

  it('that was off for a moment in a pause interrupts the resumed plot, also after a refused jog', async () => {
    for (const jogs of [false, true]) {
      const { clock, board, session, glitch } = await bench('3.0.3')
      const outcome = session.plot('job', plan)
      await until(clock, () => board.isPenDown)
      await session.pause()
      await until(clock, () => session.state.is === 'paused')
      const { vertexCount } = board.ink
      glitch()
      await sleep(clock, A_WHILE)
      if (jogs) await expect(session.jog(5, 5)).rejects.toMatchObject({ code: 'ERR_DEVICE_POWER' })
      await session.resume()
      await expect(outcome).resolves.toMatchObject({ ...LOST, executed: 1 })
      expect(board.ink.vertexCount).toBe(vertexCount)
      await session.close()
    }
  })

  it('that was off for a moment between two connections makes the position unknown', async () => {
    const { clock, board, session, glitch } = await bench('3.0.3')
    board.cable.cut()
    await until(clock, () => session.state.is === 'offline')
    glitch()
    await until(clock, () => session.state.is === 'idle')
    expect(session.position).toBeUndefined()
    expect(session.device?.whyLost).toContain('supply')
    await session.close()
  })
})
