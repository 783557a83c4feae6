import { BEGUN, completeSheets, UNSUCCESSFUL } from '../../../../src/daemon/protocol/constants.ts'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { plural } from '../shared/format.ts'

/** Ink of a job: complete sheets, and the executed strokes of the sheet that is not complete. */
interface Ink {
  readonly sheets: number
  readonly done: number
  /** Strokes of one sheet; 0 while no plot of the job has progress. */
  readonly of: number
}

function inkOf({ progress }: WireJob): Ink {
  if (progress?.phase !== 'plot') return { sheets: 0, done: 0, of: 0 }
  const { done, of, copiesDone = 0 } = progress
  const sheets = completeSheets(progress)
  return { sheets, done: sheets > copiesDone ? 0 : done, of }
}

/** Whether ink of the job is on paper, or may be by the time that the daemon gets a request. */
export const mayHaveInk = (job: WireJob): boolean => job.touched || BEGUN.has(job.status)

/**
 * The ink on paper: '12 of 40 strokes', '1 of 3 sheets and 12 of 40 strokes'; undefined without ink. `progress` arrives
 * more often than `touched`, so `progress` may count strokes while `touched` is still false.
 */
export function inkWords(job: WireJob): string | undefined {
  const { sheets, done, of } = inkOf(job)
  if (!job.touched && sheets + done === 0) return undefined
  const copies = job.plot?.copies ?? 1
  const strokes = `${done.toLocaleString('en')} of ${plural(of, 'stroke')}`
  if (copies === 1) return sheets === 1 ? 'all strokes' : strokes
  const complete = `${sheets} of ${plural(copies, 'sheet')}`
  return done === 0 ? complete : `${complete} and ${strokes}`
}

/**
 * The number of executed strokes on the last sheet of a job that is being plotted or was not plotted to its end.
 * Undefined for all other jobs. Also undefined for a job that was canceled or failed just after a complete sheet: for
 * such a job the page shows the whole drawing.
 */
export function executedStrokes(job: WireJob): number | undefined {
  if (BEGUN.has(job.status)) return job.progress?.phase === 'plot' ? job.progress.done : 0
  const isCutShort = job.plot !== undefined && UNSUCCESSFUL.has(job.status)
  if (!isCutShort) return undefined
  const { sheets, done } = inkOf(job)
  return done === 0 && sheets > 0 ? undefined : done
}
