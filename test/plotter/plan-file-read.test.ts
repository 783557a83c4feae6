import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { drawingOf, strokesOf } from '../../src/geometry/drawing.ts'
import { decodePlan, encodePlan, makePlan } from '../../src/plotter/make-plan.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'

it('reads a plan from a file, whose small Buffer shares its memory with others', () => {
  const { plan } = makePlan(drawingOf(strokesOf([1, 2, 30, 40]), 100, 80), {}, profileNamed('axidraw-v3'))
  const folder = mkdtempSync(join(tmpdir(), 'plotd-plan-'))
  const file = join(folder, 'plan')
  writeFileSync(file, encodePlan(plan))
  expect(decodePlan(readFileSync(file))).toEqual(plan)
  expect(decodePlan(Buffer.from(encodePlan(plan)))).toEqual(plan)
  rmSync(folder, { recursive: true })
})
