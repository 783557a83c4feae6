import type { Work } from '../work.ts'
import { Gains, worth } from './gains.ts'
import {
  type Branch,
  type Budget,
  inLinks,
  LinearProgram,
  type ProgramLinks,
  type Solver,
  type Trial,
} from './linear-program.ts'

/** Least rise of the bound, as a share of its gap, for which conditions are added: first, and in each branch. */
const FIRST_GAIN = 1e-4
const GAIN = 0.03
/** Links that are compared before a branch. */
const CANDIDATES = 8
/** The time that the solver may take, s. */
const MAX_SECONDS = 40

/**
 * Proves the least cost of a route by branch and cut (M. Padberg and G. Rinaldi, 1991): like branch and bound, but the
 * bound of each branch comes from a linear program. The branch with the least bound is divided first.
 *
 * @param enough  no route matters that costs more, s
 * @returns no route costs less, s: at most `enough`; −Infinity if time is up at once, or if the solver fails
 */
export function leastByBranchAndCut(solver: Solver, links: ProgramLinks, enough: number, work: Work): number {
  const budget: Budget = { seconds: MAX_SECONDS, work }
  try {
    const first = firstBranch(solver, links, enough, budget)
    if (first === undefined) return -Infinity
    const { branch, kept } = first
    return leastOfBranches(solver, only(links, kept), branch, enough, budget)
  } catch (error) {
    // the solver's memory has an end, and then only a proof is lost
    if (error instanceof Error && error.name === 'RuntimeError') return -Infinity
    throw error
  }
}

/** The branch of all routes, and the links that may belong to a route that matters; undefined if time is up. */
function firstBranch(solver: Solver, links: ProgramLinks, enough: number, budget: Budget) {
  const program = new LinearProgram(solver, links, { least: -Infinity, fixed: [], rows: [] }, budget)
  try {
    const all = program.cut(enough, FIRST_GAIN)
    if (all === undefined) return undefined
    const kept = all.least < enough ? program.linksBelow(enough) : []
    const branch: Branch = { least: all.least, fixed: [], rows: inLinks(all.rows, links.a.length, kept) }
    return { branch, kept }
  } finally {
    program.dispose()
  }
}

/** No route of a branch costs less, s; at most `most`. */
function leastOfBranches(solver: Solver, links: ProgramLinks, first: Branch, most: number, budget: Budget): number {
  const gains = new Gains()
  let open = [first]
  let enough = most
  for (;;) {
    const next = open.reduce<Branch | undefined>((p, q) => (p && p.least <= q.least ? p : q), undefined)
    if (next === undefined || next.least >= enough) return enough
    const program = new LinearProgram(solver, links, next, budget)
    try {
      const branch = program.cut(enough, GAIN)
      if (branch === undefined) return next.least
      open = open.filter((other) => other !== next)
      if (branch.least >= enough) continue
      const divided = program.divided()
      // without a divided link, the solution is a route
      if (divided.length === 0) enough = branch.least
      else open.push(...halves(program, branch, divided.slice(0, CANDIDATES), gains, enough))
    } finally {
      program.dispose()
    }
  }
}

/**
 * The branch without a link and the branch with it. The link is the one whose fixing raises both bounds most, as far as
 * trials show.
 */
function halves(
  program: LinearProgram,
  branch: Branch,
  links: readonly number[],
  gains: Gains,
  enough: number,
): readonly [Branch, Branch] {
  const { least, fixed } = branch
  const { shares } = program
  const untried = { least, estimate: least }
  let best = { link: -1, score: -1, out: untried, into: untried }
  const compare = (link: number, score: number, out: Trial, into: Trial): void => {
    if (score > best.score) best = { link, score, out, into }
  }
  for (const link of links) {
    const share = shares[link] as number
    if (gains.isKnown(link)) {
      compare(link, gains.score(link, share), untried, untried)
      continue
    }
    const [out, into] = [program.trial([link, 0]), program.trial([link, 1])]
    const gainOf = ({ estimate }: Trial): number => Math.max(0, Math.min(estimate, enough) - least)
    gains.add(link, -1, share, gainOf(out))
    gains.add(link, 1, share, gainOf(into))
    compare(link, worth(gainOf(out), gainOf(into)), out, into)
  }
  const { link, out, into } = best
  return [
    { ...branch, least: Math.max(least, out.least), fixed: [...fixed, [link, 0]] },
    { ...branch, least: Math.max(least, into.least), fixed: [...fixed, [link, 1]] },
  ]
}

/** Some of the links. */
function only({ items, capacity, a, b, cost }: ProgramLinks, kept: readonly number[]): ProgramLinks {
  return {
    items,
    capacity,
    a: Int32Array.from(kept, (e) => a[e] as number),
    b: Int32Array.from(kept, (e) => b[e] as number),
    cost: Float64Array.from(kept, (e) => cost[e] as number),
  }
}
