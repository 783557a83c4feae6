import { figure, type Row, ratio } from './compare.ts'

/** What we want of ourselves, and whether it is so. */
export type Judged = readonly [figure: string, bar: string, measured: string, verdict: string]

export interface Measured {
  readonly one: readonly Row[]
  readonly many: readonly Row[]
  readonly deep: readonly Row[]
  readonly finish: readonly Row[]
}

const named = (rows: readonly Row[], start: string): Row | undefined => rows.find(({ name }) => name.startsWith(start))

const OURS = 'plotd (lowdb'
const DAEMON = 'plotd, the whole daemon'
const BULL = 'BullMQ, Redis appendfsync always'

/** The bars of the spool against what was measured; those whose peers are not installed are left out. */
export function judge({ one, many, deep, finish }: Measured): Judged[] {
  const ours = named(many, OURS)
  return [
    ...atLeast('durable submit, 64 clients', 'raw', 10, ours && figure(ours, 'timesRaw')),
    ...atLeast('durable submit, 64 clients', 'BullMQ always', 3, ratio(ours, named(many, BULL))),
    ...atLeast('durable submit, 1 client', 'SQLite FULL', 0.95, ratio(named(one, OURS), named(one, 'SQLite'))),
    ...atMost('… its p99', 'SQLite’s', 1, ratio(named(one, OURS), named(one, 'SQLite'), 'p99')),
    ...throughTheDaemon('64 clients, one request each', many),
    ...throughTheDaemon('64 clients, 16 requests each', deep),
    ...atLeast(
      'enqueue, claim, complete, 50 at once',
      'BullMQ always',
      6,
      ratio(named(finish, OURS), named(finish, BULL)),
    ),
    ...atLeast(
      'enqueue, claim, complete, 50 at once',
      'SQLite',
      1,
      ratio(named(finish, OURS), named(finish, 'SQLite')),
    ),
  ]
}

/** A daemon cannot be quicker than the WebSockets that it is asked over: the limit stands beside the bar. */
function throughTheDaemon(load: string, rows: readonly Row[]): Judged[] {
  const [daemon, bull, echo] = [named(rows, DAEMON), named(rows, BULL), named(rows, 'a bare WebSocket')]
  const share = ratio(daemon, echo)
  const limit = ratio(echo, bull)
  if (share === undefined || limit === undefined) return []
  return [
    ...atLeast(`through the whole daemon, ${load}`, 'BullMQ always in-process', 1.5, ratio(daemon, bull)),
    ['… of a bare WebSocket echo', '', `${share.toFixed(2)} ×`, `the echo is ${limit.toFixed(2)} × BullMQ`],
  ]
}

function atLeast(what: string, peer: string, least: number, measured: number | undefined): Judged[] {
  if (measured === undefined) return []
  return [[what, `≥ ${least} × ${peer}`, `${measured.toFixed(2)} ×`, verdict(measured >= least)]]
}

function atMost(what: string, peer: string, most: number, measured: number | undefined): Judged[] {
  if (measured === undefined) return []
  return [[what, `≤ ${most} × ${peer}`, `${measured.toFixed(2)} ×`, verdict(measured <= most)]]
}

export const verdict = (met: boolean): string => (met ? 'met' : 'not met')
