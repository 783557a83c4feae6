import { describe, expect, it } from 'vitest'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import { ONE_SHEET } from '../../../src/plotter/session/session-options.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { lines } from '../../contracts/driver.ts'
import { until } from '../../support/bench.ts'

it('an HP-GL plotter takes no grant while its paper lever is up, and pauses a plot when the lever is raised', async () => {
  const profile = profileNamed('hp-7475a')
  const clock = new VirtualClock()
  const board = new HpglPlotter({ clock })
  const open = () => Promise.resolve(simulatorPort(board.cable))
  const session = new PlotterSession({ url: 'sim:', profile, clock, open })
  await until(clock, () => session.state.is === 'idle')
  board.setLever(true)
  await expect(session.ready()).rejects.toThrow('paper lever')
  expect(session.grant).toBeUndefined()
  board.setLever(false)
  await session.ready()
  const plot = session.plot('job', lines(profile, [10, 10, 100, 10], [10, 20, 100, 20]))
  await until(clock, () => board.isPenDown)
  board.setLever(true)
  await sleep(clock, 60_000)
  expect([board.isPenDown, board.isMoving]).toEqual([false, false])
  board.setLever(false)
  await until(clock, () => session.state.is === 'paused')
  await session.resume()
  expect(await plot).toMatchObject({ is: 'finished' })
  expect(board.ink.length).toBeCloseTo(180, 1)
  await session.close()
})

it('an HP-GL plotter without paper takes a grant for a fed sheet, but not while VIEW holds the plotter', async () => {
  const clock = new VirtualClock()
  const board = new HpglPlotter({ clock })
  const open = () => Promise.resolve(simulatorPort(board.cable))
  const session = new PlotterSession({ url: 'sim:', profile: profileNamed('hp-7475a'), clock, open })
  await until(clock, () => session.state.is === 'idle')
  const order = { ...ONE_SHEET, sheet: { is: 'used' } } as const
  board.pressButton()
  await expect(session.ready(order)).rejects.toThrow('VIEW holds the plotter')
  expect(session.grant).toBeUndefined()
  board.pressButton()
  board.setLever(true)
  await session.ready(order)
  expect(session.wantsFeeding()).toBe(true)
  await session.close()
})

describe('an HP-GL plotter that its user holds by VIEW', () => {
  const profile = profileNamed('hp-7475a')
  it.each([
    ['a jog', (session: PlotterSession) => session.jog(100, 100)],
    [
      'a plot',
      async (session: PlotterSession) => {
        await session.ready()
        await session.plot('job', lines(profile, [10, 10, 100, 100]))
      },
    ],
  ])('does not keep the session open during %s', async (_, act) => {
    const clock = new VirtualClock()
    const board = new HpglPlotter({ clock })
    const open = () => Promise.resolve(simulatorPort(board.cable))
    const session = new PlotterSession({ url: 'sim:', profile, clock, open })
    await until(clock, () => session.state.is === 'idle')
    await session.home()
    const acting = act(session).catch((error: unknown) => error)
    await until(clock, () => board.position[0] > 20)
    board.pressButton()
    await sleep(clock, 5000)
    await session.close(true)
    await acting
    expect(session.state.is).toBe('offline')
    board.pressButton()
    await sleep(clock, 60_000)
    expect([board.isMoving, board.isPenDown]).toEqual([false, false])
  })
})
