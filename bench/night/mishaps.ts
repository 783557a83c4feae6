import type { Random } from '../../src/tasks/draw/random.ts'

export interface Mishaps {
  /** How often the daemon is killed. */
  readonly crashes: number
  /** How often a cable is pulled in the middle of a stroke. */
  readonly unplugs: number
  /** Minutes of the boards' time for which the receiver of notifications is down. */
  readonly downMinutes: number
  /** Fraction of the feeds that jam. */
  readonly jams: number
  /** Fraction of the cards that the operator marks as spoiled. */
  readonly spoiled: number
}

export const USUAL_MISHAPS: Mishaps = { crashes: 2, unplugs: 1, downMinutes: 60, jams: 0.01, spoiled: 0.03 }

export interface Mishap {
  /** 'crash': the daemon is killed. 'silence': the receiver of notifications goes down. */
  readonly what: 'crash' | 'silence'
  /** The mishap happens when this fraction of the jobs is done. */
  readonly at: number
}

/** The crashes and the silence of a night, at random moments, in their order of time. */
export function mishapsOf({ crashes, downMinutes }: Mishaps, random: Random): Mishap[] {
  const all: Mishap['what'][] = [
    ...Array.from({ length: crashes }, () => 'crash' as const),
    ...(downMinutes > 0 ? (['silence'] as const) : []),
  ]
  return all.map((what) => ({ what, at: 0.95 * random.next() })).sort((a, b) => a.at - b.at)
}

/** Numbers of fed sheets, from 1: a cable is pulled during the plot of each of these sheets. */
export const cutSheetsOf = ({ unplugs }: Mishaps, sheets: number, random: Random): number[] =>
  Array.from({ length: unplugs }, () => 1 + Math.floor(0.95 * sheets * random.next()))
