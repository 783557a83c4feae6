import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadPlan, shares } from '../../../src/daemon/render/plans.ts'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { encodePlan, makePlan } from '../../../src/plotter/plan/make-plan.ts'
import { hashOf } from '../../../src/plotter/plan/plan-hash.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { requireReach } from '../../../src/plotter/session/reach.ts'
import { removeFolder } from '../../support/remove-folder.ts'

const axidraw = profileNamed('axidraw-v3')
const { plan } = makePlan(drawingOf(strokesOf([1, 2, 30, 40], [50, 2, 50, 12]), 100, 80), {}, axidraw)
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plotd-plan-'))
  writeFileSync(join(folder, plan.hash), encodePlan(plan))
})
afterEach(() => removeFolder(folder))

it('the daemon loads a frozen plan by its hash', async () => {
  expect(await loadPlan(folder, plan.hash)).toEqual(plan)
})

it('the daemon reports a plan that is gone or incomplete', async () => {
  await expect(loadPlan(folder, 'f'.repeat(64))).rejects.toMatchObject({
    code: 'ERR_FILE',
    message: expect.stringContaining('is gone'),
  })
  truncateSync(join(folder, plan.hash), 300)
  await expect(loadPlan(folder, plan.hash)).rejects.toMatchObject({ code: 'ERR_FILE' })
})

it('`shares` gives the fraction of the motion that precedes the travel to each stroke, and the fraction at the end', async () => {
  const square = drawingOf(strokesOf([0, 0, 10, 0], [10, 10, 20, 10], [20, 10, 20, 20]), 100, 100)
  expect([...(await shares(square))]).toEqual([0, 1 / 4, 3 / 4, 1])
  expect([...(await shares(drawingOf(strokesOf(), 100, 100)))]).toEqual([0])
})

/** Number of turns of the event loop during the work. */
async function turnsOfOthers(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const ended = work.finally(() => {
    isOver = true
  })
  for (; !isOver; turns++) await setImmediate()
  await ended
  return turns
}

it('the event loop turns while a large drawing is measured, every few thousand vertices or strokes', async () => {
  const line = Array.from({ length: 200_000 }, (_, i) => i % 200)
  expect(await turnsOfOthers(shares(drawingOf(strokesOf(line), 200, 200)))).toBeGreaterThan(15)
  expect(await turnsOfOthers(requireReach(strokesOf(line), axidraw))).toBeGreaterThan(15)
  const many = { points: new Float64Array(0), starts: new Uint32Array(100_000) }
  expect(await turnsOfOthers(shares({ ...drawingOf(strokesOf(), 200, 200), ...many }))).toBeGreaterThan(15)
})

it('the event loop turns while a large plan is loaded, every quarter of a megabyte', async () => {
  const line = Array.from({ length: 400_000 }, (_, i) => i % 200)
  const large = drawingOf(strokesOf(line), 200, 200)
  const frozen = { ...large, hash: hashOf(large), estimate: plan.estimate }
  writeFileSync(join(folder, frozen.hash), encodePlan(frozen))
  expect(await turnsOfOthers(loadPlan(folder, frozen.hash))).toBeGreaterThan(12)
})
