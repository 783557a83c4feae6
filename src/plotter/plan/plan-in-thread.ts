import { Worker } from 'node:worker_threads'
import { type ErrorCode, type ErrorDetail, PlotdError } from '../../errors.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import { threadScript } from '../../threads.ts'
import type { PrepareOptions } from '../prepare/index.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Planned } from './make-plan.ts'

/** What may be asked of planning from outside its thread: all but the functions. */
export type PlanOptions = Omit<PrepareOptions, 'signal' | 'expired' | 'onProgress'>

export interface PlanRequest {
  readonly drawing: Drawing
  readonly options: PlanOptions
  readonly profile: Profile
  readonly maxSeconds: number
}

export type PlanAnswer =
  | { readonly progress: number }
  | { readonly planned: Planned }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly detail: ErrorDetail } }

export interface ThreadOptions {
  /** Aborting ends the thread at once. */
  readonly signal?: AbortSignal
  /** Share done, 0 … 1. */
  readonly onProgress?: (done: number) => void
  /** After so long the best order found so far is taken. Default 10 minutes. */
  readonly maxSeconds?: number
}

/**
 * `makePlan` on a thread of its own, so that the caller's loop stays free whatever the drawing.
 *
 * The drawing's arrays are moved to the thread, not copied: the caller's views of them are empty afterwards.
 *
 * @throws PlotdError as makePlan does, ERR_INTERNAL when the thread dies; the signal's reason when it is aborted
 */
export async function planInThread(
  drawing: Drawing,
  options: PlanOptions,
  profile: Profile,
  { signal, onProgress, maxSeconds = 600 }: ThreadOptions = {},
): Promise<Planned> {
  signal?.throwIfAborted()
  const request: PlanRequest = { drawing, options, profile, maxSeconds }
  const worker = new Worker(threadScript('./plan-thread', import.meta.url), {
    workerData: request,
    transferList: [...new Set([drawing.points.buffer, drawing.starts.buffer])],
  })
  try {
    return await answerOf(worker, signal, onProgress)
  } finally {
    await worker.terminate()
  }
}

function answerOf(worker: Worker, signal?: AbortSignal, onProgress?: (done: number) => void): Promise<Planned> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason as Error)
    signal?.addEventListener('abort', abort, { once: true })
    worker.on('message', (answer: PlanAnswer) => {
      if ('progress' in answer) onProgress?.(answer.progress)
      else if ('planned' in answer) resolve(answer.planned)
      else reject(new PlotdError(answer.error.code, answer.error.message, answer.error.detail))
    })
    worker.once('error', (error) =>
      reject(new PlotdError('ERR_INTERNAL', `planning failed: ${error.message}`, {}, error)),
    )
    worker.once('exit', () => {
      signal?.removeEventListener('abort', abort)
      reject(new PlotdError('ERR_INTERNAL', 'the planning thread ended without an answer'))
    })
  })
}
