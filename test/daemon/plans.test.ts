import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadPlan, shares } from '../../src/daemon/plans.ts'
import { drawingOf, strokesOf } from '../../src/geometry/drawing.ts'
import { encodePlan, makePlan } from '../../src/plotter/make-plan.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'

const { plan } = makePlan(
  drawingOf(strokesOf([1, 2, 30, 40], [50, 2, 50, 12]), 100, 80),
  {},
  profileNamed('axidraw-v3'),
)
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plotd-plan-'))
  writeFileSync(join(folder, plan.hash), encodePlan(plan))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('loads a frozen plan by its hash', async () => {
  expect(await loadPlan(folder, plan.hash)).toEqual(plan)
})

it('says that a plan is gone, or is not whole', async () => {
  await expect(loadPlan(folder, 'f'.repeat(64))).rejects.toMatchObject({ code: 'ERR_FILE', message: /is gone/ })
  truncateSync(join(folder, plan.hash), 300)
  await expect(loadPlan(folder, plan.hash)).rejects.toMatchObject({ code: 'ERR_FILE' })
})

it('tells the share of motion before each stroke', async () => {
  const square = drawingOf(strokesOf([0, 0, 10, 0], [10, 10, 20, 10], [20, 10, 20, 20]), 100, 100)
  expect([...(await shares(square))]).toEqual([0, 1 / 4, 3 / 4, 1])
  expect([...(await shares(drawingOf(strokesOf(), 100, 100)))]).toEqual([0])
})

it('lets others have their turn while it measures a large drawing', async () => {
  const line = Array.from({ length: 1_000_000 }, (_, i) => i % 200)
  let turns = 0
  let measuring = true
  const measured = shares(drawingOf(strokesOf(line), 200, 200)).then(() => {
    measuring = false
  })
  while (measuring) {
    await setImmediate()
    turns++
  }
  await measured
  expect(turns).toBeGreaterThan(1)
})
