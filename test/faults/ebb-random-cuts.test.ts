import { expect, it } from 'vitest'
import { drawingOf, type Strokes, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { VirtualClock } from '../../src/plotter/clock.ts'
import { PlotterSession } from '../../src/plotter/session.ts'
import { EbbBoard, simulatorPort } from '../../src/plotter/simulators/index.ts'
import { axidraw, planOf, STEP, until } from '../support/bench.ts'
import { inkError } from '../support/ink.ts'

/** Deterministic, and as good as any here. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

/** 2,000 short strokes, 50 a row. */
const plan = planOf(
  drawingOf(
    strokesOf(
      ...Array.from({ length: 2000 }, (_, i) => {
        const [x, y] = [2 + 2 * (i % 50), 2 + 2 * Math.floor(i / 50)]
        return [x, y, x + 0.8, y + 0.4 * Math.sin(i)]
      }),
    ),
    200,
    150,
  ),
)

/** Strokes of ink that lie where stroke `i` of the plan does. */
function inkOf(ink: Strokes, i: number): number[] {
  const [px = 0, py = 0] = [plan.points[4 * i], plan.points[4 * i + 1]]
  return Array.from({ length: strokeCount(ink) }, (_, k) => k).filter((k) => {
    const first = 2 * (ink.starts[k] ?? 0)
    return Math.hypot((ink.points[first] ?? 0) - px, (ink.points[first + 1] ?? 0) - py) < 0.5
  })
}

it('draws 2,000 strokes exactly once through 300 pulled plugs, resets and power cuts, redrawing only what was cut', async () => {
  const roll = dice(7475)
  const clock = new VirtualClock()
  const board = new EbbBoard({ clock })
  const open = () => Promise.resolve(simulatorPort(board.cable))
  const session = new PlotterSession({ url: 'sim:ebb', profile: axidraw, clock, open, wakeLock: () => () => {} })
  const cut = new Set<number>()
  let [from, cuts] = [0, 0]
  for (;;) {
    await until(clock, () => session.state.is === 'idle')
    if (session.position === undefined) board.pushHome() // a person puts the carriage back and says so
    await session.ready()
    if (cuts < 300) {
      const reset = roll() < 0.4
      const after = 1 + Math.floor(roll() * 120)
      let lines = 0
      board.onLine = () => {
        if (++lines !== after) return undefined
        board.onLine = undefined
        queueMicrotask(() => (reset ? board.reset() : board.cable.cut()))
        return undefined
      }
    }
    const outcome = await session.plot('job', plan, from)
    if (outcome.is === 'finished') break
    expect(outcome).toMatchObject({ is: 'interrupted', why: 'connection-lost' })
    if (outcome.is === 'interrupted') from = outcome.executed
    cut.add(from)
    cuts++
  }
  await session.close()
  const ink = board.ink.strokes()
  expect(cuts).toBe(300)
  for (let i = 0; i < strokeCount(plan); i++) {
    const found = inkOf(ink, i)
    if (!cut.has(i)) expect(found, `stroke ${i}`).toHaveLength(1)
    const last = found.at(-1) ?? 0
    const drawn = { points: ink.points, starts: ink.starts.slice(last, last + 2) }
    const asked = { points: plan.points, starts: plan.starts.slice(i, i + 2) }
    expect(inkError(drawn, asked), `stroke ${i}`).toBeLessThanOrEqual(1.1 * STEP)
  }
})
