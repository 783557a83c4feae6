import { setTimeout as delay } from 'node:timers/promises'
import type { JobResult } from '../../spool/job.ts'

/** A file below a folder. */
export interface Place {
  readonly folder: string
  readonly path: string
}

/** The files that a job needs, which may be on another host when hosts share a queue. */
export interface Contents {
  /** Fetches the uploads that parameters name. */
  fetchUploads(params: unknown): Promise<void>
  /** Fetches a frozen plan. @throws PlotdError ERR_FILE */
  fetchPlan(hash: string): Promise<void>
  /** Leaves a copy of a frozen plan on another host. */
  copyPlan(hash: string): Promise<void>
  /** Leaves a copy of a rendered SVG on another host, so that the job can be drawn when this host is lost. */
  copyRecord(result: Pick<JobResult, 'path' | 'sha256'>): Promise<void>
  /** Finds the SVG of record. @throws PlotdError ERR_FILE */
  findRecord(result: Pick<JobResult, 'path' | 'sha256'>): Promise<Place>
}

/** Whether the parameters of a job have the field `upload`. The list `uploads` of the task `n-up` does not count. */
export const hasUpload = (params: unknown): boolean =>
  typeof params === 'object' && params !== null && 'upload' in params

/** All files are on this host. */
export const allHere = (output: string): Contents => ({
  fetchUploads: async () => {},
  fetchPlan: async () => {},
  copyPlan: async () => {},
  copyRecord: async () => {},
  findRecord: async ({ path }) => ({ folder: output, path }),
})

/** A host that restarts serves its files again within this time, ms. */
const HOST_RESTART_MS = 20_000
/** Time between two attempts, ms. */
const RETRY_MS = 500

/** Finds the SVG of record, and waits for a host that restarts. @throws PlotdError ERR_FILE */
export async function recordInTime(contents: Contents, result: JobResult, signal?: AbortSignal): Promise<Place> {
  const end = performance.now() + HOST_RESTART_MS
  for (;;) {
    try {
      return await contents.findRecord(result)
    } catch (thrown) {
      if (signal?.aborted || performance.now() >= end) throw thrown
      await delay(RETRY_MS, undefined, { ref: false })
    }
  }
}
