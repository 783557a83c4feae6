import { expect, it } from 'vitest'
import { Permission } from '../../../src/plotter/link/permission.ts'
import { planOfLines, sessionBench, until } from '../../support/bench.ts'

const plan = planOfLines([10, 10, 60, 10])

it.each([
  ['a user pauses the plot meanwhile', true],
  ['the permission is refused', false],
])('a plot whose link is lost while it waits for a permission is interrupted, also when %s', async (_, isPermitted) => {
  const { clock, board, session } = await sessionBench()
  await session.ready()
  let answer: (() => void) | undefined
  const begin = () =>
    new Promise<Permission>((resolve, reject) => {
      answer = () => (isPermitted ? resolve(new Permission(60_000)) : reject(new Error('the disk is full')))
    })
  const outcome = session.plot('job', plan, {}, { begin })
  await until(clock, () => answer !== undefined)
  if (isPermitted) await session.pause({ now: true })
  board.cable.cut()
  await until(clock, () => session.state.is === 'offline')
  await until(clock, () => session.state.is === 'idle')
  answer?.()
  await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'connection-lost', executed: 0, begun: 0 })
  expect(session.state).toEqual({ is: 'idle', ready: false })
  expect(board.ink.vertexCount).toBe(0)
  await session.close()
})
