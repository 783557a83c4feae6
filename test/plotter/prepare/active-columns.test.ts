import { describe, expect, it } from 'vitest'
import { rings } from '../../../bench/planning/scatter.ts'
import { linkCosts } from '../../../src/plotter/prepare/arrange.ts'
import { ActiveColumns, reducedCosts, rowsOfNodes } from '../../../src/plotter/prepare/bound/active-columns.ts'
import { type Branch, LinearProgram, loadSolver } from '../../../src/plotter/prepare/bound/linear-program.ts'
import { PlaceGraph } from '../../../src/plotter/prepare/bound/place-graph.ts'
import { ProgramLinks } from '../../../src/plotter/prepare/bound/program-links.ts'
import { raiseStars } from '../../../src/plotter/prepare/bound/seam-bound.ts'
import { Slacks } from '../../../src/plotter/prepare/bound/slacks.ts'
import { Stars } from '../../../src/plotter/prepare/bound/stars.ts'
import { endsOf } from '../../../src/plotter/prepare/order/index.ts'
import { Links } from '../../../src/plotter/prepare/order/link-cost.ts'
import { Seams } from '../../../src/plotter/prepare/order/seams.ts'
import { Work } from '../../../src/plotter/prepare/work.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'

const costs = linkCosts(profileNamed('axidraw-v3'), {})
const home = { x: 0, y: 0 }
const solver = await loadSolver()
/** More than any route of the drawing costs, s. */
const ENOUGH = 20

/** All links of some dots, and the links with which a program begins. */
function linksOfDots(): ProgramLinks {
  const strokes = rings(10, true, 3)
  const links = new Links(endsOf(strokes, { from: home, to: home }), { ...costs, perMm: 0 })
  const free = { start: false, end: false }
  const stars = new Stars(new PlaceGraph(strokes, links, new Seams(strokes, links), free, Infinity, new Work()))
  raiseStars(stars, ENOUGH, new Work(), 0.05)
  const slacks = new Slacks(stars)
  const within = slacks.linksWithin(ENOUGH - slacks.bound, 1e6)
  if (!within) throw new Error('there are too many links')
  return new ProgramLinks(within)
}

/** The solution of the program without conditions, with the columns that the solver holds. */
function solve(links: ProgramLinks, active: ActiveColumns) {
  const rows = rowsOfNodes(links)
  const { all } = active
  const sums = Float64Array.from(rows, ({ least }) => least)
  const model = solver.createModel({
    numCols: all.length,
    numRows: rows.length,
    colCost: active.costs(all, ENOUGH),
    colLower: new Float64Array(all.length),
    colUpper: new Float64Array(all.length).fill(1),
    rowLower: sums,
    rowUpper: sums,
    matrix: active.rowMatrix(rows),
  })
  model.options.set({ output_flag: false })
  model.run()
  const { colDual, rowDual } = model.getSolution()
  const cost = model.getObjectiveValue()
  model.dispose()
  return { cost, colDual, reduced: reducedCosts(links, rows, rowDual) }
}

describe('the columns of a linear program that its solver holds', () => {
  const links = linksOfDots()
  const complete = solve(links, new ActiveColumns(links, undefined))

  it('have the reduced costs that the solver computes', () => {
    expect(complete.reduced.length).toBe(links.a.length)
    const errors = Array.from(complete.reduced, (cost, e) => Math.abs(cost - (complete.colDual[e] ?? Infinity)))
    expect(errors.filter((error) => !(error < 5e-7))).toEqual([])
  })

  it('cost as little as all columns, once no missing link has a negative reduced cost', () => {
    const active = new ActiveColumns(links, [...(links.first ?? []), links.a.length])
    const costOf: number[] = []
    for (;;) {
      const { cost, reduced } = solve(links, active)
      costOf.push(cost)
      const missing = active.missing(reduced, () => false)
      if (missing.length === 0) break
      active.add(missing)
    }
    expect(costOf[0]).toBeGreaterThan(complete.cost + 1e-3)
    expect(costOf.at(-1)).toBeCloseTo(complete.cost, 5)
    expect(active.isComplete).toBe(false)
  })

  it('have a solution without any link, which costs more than any route', () => {
    const { cost } = solve(links, new ActiveColumns(links, [links.a.length]))
    expect(cost).toBeGreaterThan(ENOUGH)
  })

  it('are fewer than a quarter of all columns in the branch that the program returns', () => {
    const branch: Branch = { least: -Infinity, links, fixed: [], rows: [] }
    const program = new LinearProgram(solver, branch, { seconds: 1e6, work: new Work() }, ENOUGH)
    const cut = program.cut(0.01)
    program.dispose()
    expect(cut?.least).toBeGreaterThan(complete.cost)
    expect(cut?.active?.length).toBeLessThan(links.a.length / 4)
  })

  it('prove that a branch has no route', () => {
    const ofFirst = [...links.pairA.keys()].filter((k) => links.pairA[k] === 0 || links.pairB[k] === 0)
    const fixed = ofFirst.slice(0, 3).map((pair) => [pair, 1] as const)
    const branch: Branch = { least: -Infinity, links, fixed, rows: [] }
    const program = new LinearProgram(solver, branch, { seconds: 1e6, work: new Work() }, ENOUGH)
    expect(program.cut(0.01)?.least).toBeGreaterThan(ENOUGH)
    program.dispose()
  })
})
