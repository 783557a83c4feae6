import type { MessagePort } from 'node:worker_threads'
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { type ErrorCode, type ErrorDetail, PlotdError, toPlotdError } from '../../errors.ts'
import { lowerPriority } from '../../threads.ts'

/** A message that a thread sends while it works on a request. */
export type ThreadMessage =
  /** The part of the work that is done, 0 … 1. */
  | { readonly type: 'progress'; readonly done: number }
  | { readonly type: 'warning'; readonly code: string; readonly message: string; readonly count?: number }
  | { readonly type: 'log'; readonly message: string }

/** The first message about a request, which says that the thread has started to work on it. */
export const RUN_BEGINS = 'begun'
export type PortMessage = ThreadMessage | typeof RUN_BEGINS

/** Maximum length of the message of an error, characters. */
const MESSAGE_CHARS = 10_000

export interface ThreadRequest {
  readonly input: unknown
  readonly port: MessagePort
  readonly maxOutputBytes: number
}

/** Errors lose their codes between threads, so the answer carries code, message and detail. */
export type ThreadAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string; readonly detail: ErrorDetail }

/**
 * Wraps a function for `RenderPool`: `export const run = onThread(async (input, send) => …)`. An error that is no
 * PlotdError becomes ERR_TASK_FAILED.
 */
export function onThread<I, R>(
  work: (input: I, send: (message: ThreadMessage) => void) => R | Promise<R>,
): (request: ThreadRequest) => Promise<ThreadAnswer> {
  lowerPriority()
  return async ({ input, port, maxOutputBytes }) => {
    port.postMessage(RUN_BEGINS satisfies PortMessage)
    try {
      const result = await work(input as I, (message) => port.postMessage(message))
      checkSize(result, maxOutputBytes)
      return withTransfer({ ok: true, result })
    } catch (error) {
      const { code, message, detail } = toPlotdError(error, 'ERR_TASK_FAILED')
      return { ok: false, code, message: cut(message), detail }
    } finally {
      port.close()
    }
  }
}

/** Cuts a long message of an error, because every list and event of a failed job repeats the message. */
export const cut = (message: string): string => message.slice(0, MESSAGE_CHARS)

/** Transfers, without a copy, each typed array that is a member of the result and fills its whole buffer. */
function withTransfer(answer: ThreadAnswer & { readonly ok: true }): ThreadAnswer {
  const transferable = membersOf(answer.result).filter(
    (part) => ArrayBuffer.isView(part) && part.byteLength === part.buffer.byteLength,
  )
  if (transferable.length === 0) return answer
  const buffers = transferable.map((part) => (part as ArrayBufferView).buffer)
  return move({
    [valueSymbol]: answer,
    [transferableSymbol]: buffers,
  } as unknown as ArrayBuffer) as unknown as ThreadAnswer
}

/** Runs on the thread, so that a result that is too large is not transferred. */
function checkSize(result: unknown, max: number): void {
  let bytes = sizeOf(result)
  const objects = new Set([result]) // grows in the loop, which visits each object once
  for (const object of objects) {
    for (const member of membersOf(object)) {
      bytes += sizeOf(member)
      if (typeof member === 'object') objects.add(member)
    }
  }
  if (bytes <= max) return
  throw new PlotdError('ERR_LIMIT', `the result of a thread has ${bytes} bytes; the limit is ${max}`, { bytes, max })
}

/** The members of an object or a list. A text or a typed array has no members. */
const membersOf = (result: unknown): readonly unknown[] =>
  typeof result === 'object' && result !== null && !ArrayBuffer.isView(result) ? Object.values(result) : []

function sizeOf(part: unknown): number {
  if (typeof part === 'string') return Buffer.byteLength(part)
  return ArrayBuffer.isView(part) || part instanceof ArrayBuffer ? part.byteLength : 0
}
