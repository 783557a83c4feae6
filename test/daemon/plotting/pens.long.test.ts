import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { locate } from '../../../src/plotter/plan/cut.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { type PenRule, slotOf } from '../../../src/plotter/session/pen-ledger.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { makeSimulator } from '../../../src/plotter/simulators/make.ts'
import type { Progress } from '../../../src/spool/job.ts'
import { until } from '../../support/bench.ts'
import { runs } from '../../support/fuzz.ts'
import { draw, INK, type Life, life, plan, written } from '../../support/pen-life.ts'

describe('the length that a pen has drawn', () => {
  it.each([
    ['ebb', 'axidraw-v3'],
    ['grbl', 'grbl-servo'],
    ['hpgl', 'hp-7475a'],
  ])(
    'equals the ink on the paper of %s to a thousandth, except for strokes in doubt, wherever the plotter is unplugged or plotd is killed',
    async (dialect, name) => {
      const profile = profileNamed(name)
      const rules: PenRule[] = [{ every: 0.13, do: 'wipe' }]
      const more = { paused: () => setImmediate(() => void current?.session.resume().catch(() => {})) }
      let current: Life | undefined
      await written(plan)
      const cut = fc.record({ after: fc.integer({ min: 200, max: 9000 }), how: fc.constantFrom('unplugged', 'killed') })
      await fc.assert(
        fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 6 }), async (cuts) => {
          const clock = new VirtualClock()
          const board = makeSimulator(dialect, new URLSearchParams(), clock)
          const disk: { text?: string; progress?: Progress } = {}
          let one = await life(board, clock, disk, rules, profile)
          await one.book.put(1, 'blue', 0)
          let [from, mm, isDone, doubtMm] = [0, 0, false, 0]
          for (const each of [...cuts, undefined]) {
            if (isDone) break
            current = one
            const drawing = draw(one, from, mm, more)
            if (each) {
              await Promise.race([sleep(clock, each.after), drawing])
              if (each.how === 'killed') one.die()
              board.cable.cut()
            }
            const outcome = await drawing
            isDone = outcome.is === 'finished' && one.job().progress !== undefined
            if (isDone) break
            if (each?.how === 'killed') {
              await one.session.close(true)
              one = await life(board, clock, disk, rules, profile)
            } else {
              await until(clock, () => one.session.state.is === 'idle')
              await one.book.settle(one.session.device?.stoodAt)
            }
            const { done = 0, begun = 0 } = disk.progress ?? {}
            const { stoodAt: place } = one.session.device ?? {}
            if (!place) {
              // A board that was reset does not know where it stopped. Strokes in doubt are not counted then, and this
              // test draws them again.
              doubtMm += 40 * (Math.max(done, begun) - done)
              ;[from, mm] = [done, 0]
              continue
            }
            const cut = await locate(plan, { first: done, last: Math.max(done, begun) }, place)
            // If the place fits several points of these strokes and travels, or none, strokes stay in doubt, and this
            // test draws them again.
            if (cut.drawnMm === undefined) doubtMm += 40 * (cut.last - cut.first)
            ;[from, mm] = [cut.first, cut.drawnMm ?? 0]
          }
          const counted = slotOf(one.book.ledger, 1).mm
          expect(counted - board.ink.length).toBeLessThan(0.001 * INK + doubtMm)
          expect(board.ink.length - counted).toBeLessThan(0.001 * INK + doubtMm)
          await one.session.close(true)
        }),
        runs(60, 6),
      )
    },
  )

  it.each([
    ['includes strokes in doubt when the user skips them', 'skip', 2],
    ['does not include strokes in doubt when the plot is to draw them again', 'redraw', 0],
  ])('%s', async (_, choice, more) => {
    await written(plan)
    const clock = new VirtualClock()
    const disk: { text?: string; progress?: Progress } = {}
    const dead = await life(new EbbBoard({ clock }), clock, disk)
    await dead.book.put(1, 'blue', 0)
    await dead.book.begin(dead.job(), plan, { stroke: 0, mm: 0 }, 0)
    dead.note(5, 7)
    dead.die()
    await dead.session.close(true)
    // Another board: it does not know where the pen of the first board stood.
    const one = await life(new EbbBoard({ clock }), clock, disk)
    expect(slotOf(one.book.ledger, 1).mm).toBe(5 * 40)
    await one.book.begin(one.job(), plan, { stroke: choice === 'skip' ? 7 : 5, mm: 0 }, 0)
    expect(slotOf(one.book.ledger, 1).mm).toBe((5 + more) * 40)
    await one.session.close(true)
  })

  it('includes a sheet that is drawn without a break, and decides how many sheets the pen can still draw', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {})
    await one.book.put(1, 'blue', 0)
    expect(await draw(one, 0, 0)).toMatchObject({ is: 'finished' })
    expect(one.book.view()).toMatchObject([
      { slot: 1, pen: 'blue', drawnMm: INK, leftMm: 10_000 - INK, isGuess: false, sheetsLeft: 9 },
    ])
    await one.session.close()
  })
})
