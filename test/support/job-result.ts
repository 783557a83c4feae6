import type { JobResult } from '../../src/spool/job.ts'

/** The result of rendering four short lines. */
export const RESULT: JobResult = {
  path: 'a.svg',
  widthMm: 100,
  heightMm: 100,
  strokes: 4,
  penDownMm: 40,
  travelMm: 10,
  lifts: 4,
  estimateSeconds: 9,
  warnings: [],
}
