import { expect, it } from 'vitest'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import type { Profile } from '../../../src/plotter/profiles/profile.ts'
import { shortMemory } from '../../../src/plotter/session/memory.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { axidraw, until } from '../../support/bench.ts'

it('a session lets a carriage beyond the machine’s size come nearer, also to the far side of home, but not go farther', async () => {
  const clock = new VirtualClock()
  const board = new EbbBoard({ clock })
  const memory = shortMemory()
  const connect = async (profile: Profile) => {
    const open = () => Promise.resolve(simulatorPort(board.cable))
    const session = new PlotterSession({ url: 'sim:ebb', profile, clock, open, memory })
    await until(clock, () => session.state.is === 'idle')
    return session
  }
  const wide = await connect({ ...axidraw, width: 600, height: 600 })
  await wide.jog(-500, 10)
  await wide.close()
  const session = await connect(axidraw)
  expect(session.position).toEqual({ x: -500, y: 10 })
  const error = { code: 'ERR_PLAN_OUT_OF_BOUNDS' }
  await expect(session.jog(-0.04, 0)).rejects.toMatchObject(error)
  await expect(session.jog(100, 400)).rejects.toMatchObject(error)
  await expect(session.jog(900, 0)).rejects.toMatchObject(error)
  await session.jog(100, 0)
  await expect(session.jog(-100, 0)).rejects.toMatchObject(error)
  await session.jog(600, 0)
  expect(board.position).toEqual([200, 10])
  await session.close()
})
