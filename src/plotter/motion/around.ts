import type { Profile } from '../profiles/profile.ts'
import { AROUND_PLOT_BYTES, wireSeconds } from './hpgl-time.ts'

/** The pen of a plotter that changes pens by itself, as far as it has one of that number. */
export const penOf = ({ hpgl }: Profile, pen: number): number => Math.min(hpgl?.pens ?? 1, Math.max(1, pen))

/** Seconds to fetch a pen, the one that was held being put back; 0 where a person changes them. */
export function fetchSeconds({ hpgl }: Profile): number {
  return hpgl && hpgl.pens > 1 ? hpgl.penChangeMs / 1000 : 0
}

/** Seconds that a driver takes before the first stroke, and after the last beside the way home. */
export function onceSeconds(profile: Profile): { readonly before: number; readonly after: number } {
  const { dialect, hpgl, pen } = profile
  // An EBB does not tell where its pen is: it is raised to be sure, before and after.
  if (dialect === 'ebb') return { before: pen.raiseMs / 1000, after: pen.raiseMs / 1000 }
  if (!hpgl) return { before: 0, after: 0 }
  const { before, after } = AROUND_PLOT_BYTES
  return { before: wireSeconds(before, hpgl), after: wireSeconds(after, hpgl) + fetchSeconds(profile) }
}
