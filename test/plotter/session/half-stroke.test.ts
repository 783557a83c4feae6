import { expect, it } from 'vitest'
import { locate } from '../../../src/plotter/plan/cut.ts'
import { memoryFrom, stopOf } from '../../../src/plotter/session/memory.ts'
import { planOfLines, sessionBench, until } from '../../support/bench.ts'

const plan = planOfLines([10, 10, 30, 10], [40, 40, 60, 40])

it('the memory keeps the drawn length of a stroke when plotd stops while the rest of that stroke is paused at home', async () => {
  let text = '{"driver":{}}'
  const memory = memoryFrom(text, async (next) => {
    text = next
  })
  const { clock, board, session } = await sessionBench({ memory })
  const outcome = session.plot('job', plan, { fromMm: 12, continuesSheet: true, startsPaused: true })
  await until(clock, () => session.state.is === 'paused')
  expect(board.position).toEqual([0, 0])
  await session.close(false)
  await expect(outcome).resolves.toMatchObject({ is: 'interrupted', executed: 0, begun: 1 })
  const stop = stopOf(
    memoryFrom(text, async () => {}),
    'job',
    plan.hash,
  )
  expect(stop).toEqual({ x: 0, y: 0, from: { stroke: 0, mm: 12 } })
  expect(stop && (await locate(plan, { first: 0, last: 1 }, stop, stop.from))).toEqual({
    first: 0,
    last: 1,
    drawnMm: 12,
  })
})
