import { figure, type Row, ratio } from './compare.ts'

/** The cells of a row: a figure, its floor, the measured value, and whether the value reaches the floor. */
export type BarRow = readonly [figure: string, bar: string, measured: string, verdict: string]

export interface Measurements {
  readonly one: readonly Row[]
  readonly many: readonly Row[]
  readonly deep: readonly Row[]
  readonly finish: readonly Row[]
}

const named = (rows: readonly Row[], start: string): Row | undefined => rows.find(({ name }) => name.startsWith(start))

const OURS = 'plotd (lowdb'
const DAEMON = 'plotd, the whole daemon'
const BULL = 'BullMQ, Redis appendfsync always'
const TIMES_RAW = 'the rate of 64 clients, as a multiple of raw fdatasync writes'

/**
 * Compares the rates of plotd with their floors. A floor is a multiple of the rate of BullMQ on a Redis that syncs each
 * write. Like plotd, this BullMQ acknowledges a job when the disk has it. The row that compares plotd with raw writes
 * has no floor. A row without a measurement is left out.
 */
export function judge({ one, many, deep, finish }: Measurements): BarRow[] {
  const floor = (what: string, rows: readonly Row[], ours: string, least: number): BarRow[] =>
    atLeast(what, least, ratio(named(rows, ours), named(rows, BULL)))
  const raw = named(many, OURS)
  return [
    ...floor('durable submit in the store, 64 clients', many, OURS, 2.5),
    ...(raw ? [[TIMES_RAW, '', `${figure(raw, 'timesRaw').toFixed(2)} ×`, ''] as const] : []),
    ...floor('durable submit in the store, 1 client', one, OURS, 1.25),
    ...floor('whole daemon, 64 clients × 16 requests', deep, DAEMON, 1.2),
    ...floor('submit, claim, complete, 50 at once', finish, OURS, 3.5),
  ]
}

function atLeast(what: string, least: number, measured: number | undefined): BarRow[] {
  if (measured === undefined) return []
  return [[what, `≥ ${least} × BullMQ`, `${measured.toFixed(2)} ×`, verdict(measured >= least)]]
}

export const verdict = (isMet: boolean): string => (isMet ? 'met' : 'not met')
