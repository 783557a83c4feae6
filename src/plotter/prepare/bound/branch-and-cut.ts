/*
 * Words of this file:
 *
 * - pair: all links between the same two nodes. Its share, 0 to 1, is how much of them a solution uses
 * - branch: all routes in which some pairs are fixed: the route uses a link of the pair, or none (`Branch`)
 * - condition: an inequality that every route satisfies, but perhaps not a solution of the linear program (`Row`)
 */
import type { Work } from '../work.ts'
import { Gains, worth } from './gains.ts'
import { type Branch, type Budget, LinearProgram, type Solver, type Trial } from './linear-program.ts'
import type { ProgramLinks } from './program-links.ts'

/**
 * Conditions are added to a branch while they close at least a fraction of the gap between its bound and `enough` (see
 * `leastByBranchAndCut`). For the first branch, each fraction of this list applies in turn, and then `LAST_GAIN`. After
 * each fraction, `narrowed` drops links that no route below `enough` uses. With closed strokes there are more
 * fractions, because a program has many links.
 */
const FIRST_GAINS = { open: [0.1, 0.02], closed: [0.5, 0.2, 0.1, 0.05] }
/**
 * The last fraction for the first branch. It is larger with closed strokes, where many conditions raise the bound
 * little.
 */
const LAST_GAIN = { open: 1e-4, closed: 0.02 }
/** The fraction for each branch of `leastOfBranches`. */
const GAIN = 0.03
/** Maximum number of pairs of nodes that are compared before a branch is divided. */
const CANDIDATES = 8
/** The time that the solver may take by default, s: the seconds of a `Budget`. */
const MAX_SECONDS = { open: 40, closed: 120 }

/**
 * A lower bound of the cost of a route, by branch and cut (M. Padberg and G. Rinaldi, 1991). A linear program gives the
 * bound of each branch. Conditions that the solution violates are added, and raise the bound. If the bound stays too
 * low, the branch is divided into two. The branch with the least bound is divided first.
 *
 * @param enough  the cost, s, above which routes do not matter
 * @param seconds  the time that the solver may take, as in `Budget`
 * @returns the bound, s, at most `enough`. If time is up, the best bound so far. If the solver fails, an earlier bound,
 *   or −Infinity if there is none
 */
export function leastByBranchAndCut(
  solver: Solver,
  links: ProgramLinks,
  enough: number,
  work: Work,
  seconds: number = links.hasClosed ? MAX_SECONDS.closed : MAX_SECONDS.open,
): number {
  const budget: Budget = { seconds, work }
  const kind = links.hasClosed ? 'closed' : 'open'
  let branch: Branch = { least: -Infinity, links, fixed: [], rows: [] }
  try {
    for (const gain of [...FIRST_GAINS[kind], LAST_GAIN[kind]]) {
      const program = new LinearProgram(solver, branch, budget, enough)
      try {
        const cut = program.cut(gain)
        if (cut === undefined) return Math.min(program.least, enough)
        if (cut.least >= enough) return enough
        branch = program.narrowed(cut)
      } finally {
        program.dispose()
      }
    }
    return leastOfBranches(solver, branch, enough, budget)
  } catch (error) {
    // if the solver runs out of memory, only a proof is lost
    if (error instanceof Error && error.name === 'RuntimeError') return branch.least
    throw error
  }
}

/** The bound of a branch, s; at most `most`. */
function leastOfBranches(solver: Solver, first: Branch, most: number, budget: Budget): number {
  const gains = new Gains()
  let open = [first]
  let enough = most
  for (;;) {
    const next = open.reduce<Branch | undefined>((p, q) => (p && p.least <= q.least ? p : q), undefined)
    if (next === undefined || next.least >= enough) return enough
    const program = new LinearProgram(solver, next, budget, enough)
    try {
      const branch = program.cut(GAIN)
      if (branch === undefined) return next.least
      open = open.filter((other) => other !== next)
      if (branch.least >= enough) continue
      const divided = program.divided()
      // If the share of each pair is 0 or 1, the order of the strokes is fixed. The best places on closed strokes are
      // then a shortest path, so some route costs as much as the solution.
      if (divided.length === 0) enough = branch.least
      else open.push(...halves(program, program.narrowed(branch), divided.slice(0, CANDIDATES), gains, enough))
    } finally {
      program.dispose()
    }
  }
}

/**
 * Divides a branch into the routes that use no link of a pair, and the routes that use one. Takes the pair with the
 * best score (`worth`) by trials in this branch and in earlier branches.
 */
function halves(
  program: LinearProgram,
  branch: Branch,
  pairs: readonly number[],
  gains: Gains,
  enough: number,
): readonly [Branch, Branch] {
  const { least, fixed } = branch
  const { shares } = program
  const untried = { least, estimate: least }
  let best = { pair: -1, score: -1, out: untried, into: untried }
  const compare = (pair: number, score: number, out: Trial, into: Trial): void => {
    if (score > best.score) best = { pair, score, out, into }
  }
  for (const pair of pairs) {
    const share = shares[pair] as number
    if (gains.isKnown(pair)) {
      compare(pair, gains.score(pair, share), untried, untried)
      continue
    }
    const [out, into] = [program.trial([pair, 0]), program.trial([pair, 1])]
    const gainOf = ({ estimate }: Trial): number => Math.max(0, Math.min(estimate, enough) - least)
    gains.add(pair, -1, share, gainOf(out))
    gains.add(pair, 1, share, gainOf(into))
    compare(pair, worth(gainOf(out), gainOf(into)), out, into)
  }
  const { pair, out, into } = best
  return [
    { ...branch, least: Math.max(least, out.least), fixed: [...fixed, [pair, 0]] },
    { ...branch, least: Math.max(least, into.least), fixed: [...fixed, [pair, 1]] },
  ]
}
