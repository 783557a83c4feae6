/**
 * Every error of plotd: a stable code, and its meaning in a few words. docs/errors.md says what to do about each error.
 * A test checks that this list and docs/errors.md have the same codes.
 */
export const ERRORS = {
  ERR_PROTOCOL: 'the daemon does not understand the message',
  ERR_PARAMS: 'a parameter is missing, misspelt or out of range',
  ERR_CSV: 'the table cannot be used',
  ERR_ROWS: 'rows of the table cannot be drawn as they are',
  ERR_UNAUTHORIZED: 'the request carries no valid token',
  ERR_FORBIDDEN: 'the request comes from an address or page that may not make it, or its token lacks the role for it',
  ERR_LIMIT: 'a limit of the daemon was exceeded',
  ERR_CONFIG: 'the configuration is not valid',
  ERR_DAEMON_AWAY: 'no daemon answers at that address',
  ERR_STATE_UNSAFE: 'other users can change the state folder, or a file in it',
  ERR_STATE_LOCKED: 'another daemon uses this state folder or host name, or a move of the queue is not complete',

  ERR_JOB_UNKNOWN: 'there is no such job',
  ERR_BATCH_UNKNOWN: 'there is no such batch',
  ERR_JOB_STATE: 'the present state of the job does not allow the request',
  ERR_CLAIM_LOST: 'the claim on the job has ended',
  ERR_SPOOL_DAMAGED: 'the spool on disk is damaged',
  ERR_SPOOL_NEWER: 'the spool on disk was written by a newer plotd',
  ERR_SPOOL_WRITE: 'the spool could not be written to its disk or database',
  ERR_DISK_FULL: 'a disk is full',
  ERR_DEPENDENCY_FAILED: 'the job waited for another job, which did not finish',

  ERR_TASK_UNKNOWN: 'no task of that name is registered',
  ERR_TASK_MODULE: 'a module in the folder of custom tasks cannot be used',
  ERR_TASK_FAILED: 'the task could not turn its parameters into an SVG',
  ERR_TASK_TIMEOUT: 'rendering took longer than its time limit',
  ERR_TASK_MEMORY: 'rendering needed more memory than its limit',
  ERR_OUTPUT_PATH: 'the output path leaves the output folder or cannot be used',

  ERR_SVG_INVALID: 'the SVG cannot be read',
  ERR_SVG_LIMIT: 'the SVG is larger than the limits allow',
  ERR_DOCUMENT: 'the document cannot be read, or is of a kind that plotd does not draw',
  ERR_FONT_UNKNOWN: 'there is no font of that name',
  ERR_FONT_INVALID: 'the font file cannot be read',
  ERR_EMPTY: 'there is nothing to draw',
  ERR_STRICT: 'a part of the drawing would be lost, and the job permits no loss (`strict`)',

  ERR_PLOTTER_UNKNOWN: 'there is no plotter of that name',
  ERR_PLOTTER_STATE: 'the present state of the plotter does not allow the request',
  ERR_FEEDER: 'the feeder brought no fresh sheet',
  ERR_HOST: 'a host that shares the queue does not answer, or is not known',
  ERR_PROFILE_INVALID: 'the machine profile is not valid',
  ERR_PLAN_OUT_OF_BOUNDS: 'the plan leaves the area that the machine can reach',
  ERR_TRANSPORT: 'the connection to the plotter could not be opened',
  ERR_LINK_TIMEOUT: 'the plotter did not answer in time',
  ERR_LINK_CLOSED: 'the connection to the plotter was lost',
  ERR_DEVICE: 'the plotter refused a command',
  ERR_DEVICE_UNKNOWN: 'the device is not the kind of plotter that was expected',
  ERR_DEVICE_POWER: 'the plotter has no motor power',

  ERR_SETUP: 'setup could not change this computer',
  ERR_FILE: 'a file could not be read or written',
  ERR_INTERNAL: 'a bug in plotd; please report it',
} as const

export type ErrorCode = keyof typeof ERRORS

export type ErrorDetail = Readonly<Record<string, unknown>>

/** Every copy of this module gives its errors a property with this key. */
const MARK = Symbol.for('plotd.PlotdError')

/**
 * A failure with a code. Branch on `code`, never on `message`: the message is for people, and may change. `detail` has
 * facts for programs, such as the name of a file; it may be empty.
 */
export class PlotdError extends Error {
  override readonly name = 'PlotdError'
  readonly code: ErrorCode
  readonly detail: ErrorDetail
  readonly [MARK] = true

  /** Makes `instanceof` true also for errors of another copy of plotd, which a user's module may bring. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && MARK in value
  }

  constructor(code: ErrorCode, message: string = ERRORS[code], detail: ErrorDetail = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.detail = detail
  }

  /** The form for messages between threads and over the wire. */
  toJSON(): { code: ErrorCode; message: string; detail: ErrorDetail } {
    return { code: this.code, message: this.message, detail: this.detail }
  }
}

const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** Whether a write failed because a disk or a user's quota is full. */
export const isDiskFull = (thrown: unknown): boolean =>
  FULL.has((thrown as { readonly code?: unknown } | undefined)?.code)

/**
 * The message of anything thrown. When a host has several addresses and none answers, Node's error has no message of
 * its own. This function then joins the messages for the single addresses. Any other error without a message gives its
 * name.
 */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const parts: readonly unknown[] = thrown instanceof AggregateError ? thrown.errors : []
  return thrown.message || parts.map(messageOf).join('; ') || thrown.name
}

/**
 * Converts anything thrown to a PlotdError. A PlotdError stays as it is. The error of a full disk gets a message that
 * names the full disk, if known. Any other error keeps its message.
 *
 * @param code  the code of the new error. Instead of ERR_INTERNAL (a bug in plotd), a full disk gets ERR_DISK_FULL
 */
export function toPlotdError(thrown: unknown, code: ErrorCode = 'ERR_INTERNAL'): PlotdError {
  if (thrown instanceof PlotdError) return thrown
  if (isDiskFull(thrown)) return diskFull(thrown as NodeJS.ErrnoException, code)
  return new PlotdError(code, messageOf(thrown), {}, thrown)
}

function diskFull(thrown: NodeJS.ErrnoException, code: ErrorCode): PlotdError {
  const { path, code: system } = thrown
  const where = path === undefined ? 'a disk that plotd writes to' : `the disk with ${path}`
  const message = `${where} is full (${system}): make room there, then try again`
  const detail = { system, ...(path !== undefined && { file: path }) }
  return new PlotdError(code === 'ERR_INTERNAL' ? 'ERR_DISK_FULL' : code, message, detail, thrown)
}
