import type { ErrorCode, PlotdError } from '../../../src/errors.ts'

/** The exit codes; docs/cli.md has the same list. */
export const EXIT = {
  ok: 0,
  /** The command failed. */
  failed: 1,
  /** The command line, a parameter or a table was refused. */
  usage: 2,
  /** No daemon or host answers, or the daemon refuses the token, its role or the caller's address. */
  away: 3,
  /** The followed job failed, was canceled or was interrupted. */
  job: 4,
  /** There is no such job, batch, task, plotter or font. */
  unknown: 5,
  /** The present state of the job or plotter does not permit the command, or the state folder is in use. */
  state: 6,
  /** The time limit of a wait has passed. */
  time: 7,
  /** Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  ERR_PARAMS: EXIT.usage,
  ERR_CSV: EXIT.usage,
  ERR_ROWS: EXIT.usage,
  ERR_PROTOCOL: EXIT.usage,
  ERR_DAEMON_AWAY: EXIT.away,
  ERR_HOST: EXIT.away,
  ERR_UNAUTHORIZED: EXIT.away,
  ERR_FORBIDDEN: EXIT.away,
  ERR_JOB_UNKNOWN: EXIT.unknown,
  ERR_BATCH_UNKNOWN: EXIT.unknown,
  ERR_TASK_UNKNOWN: EXIT.unknown,
  ERR_PLOTTER_UNKNOWN: EXIT.unknown,
  ERR_FONT_UNKNOWN: EXIT.unknown,
  ERR_JOB_STATE: EXIT.state,
  ERR_PLOTTER_STATE: EXIT.state,
  ERR_STATE_LOCKED: EXIT.state,
}

/** The exit code of an error. A flag that makes the configuration invalid is a refused command line. */
export function exitCodeOf({ code, detail }: Pick<PlotdError, 'code' | 'detail'>): number {
  if (code === 'ERR_CONFIG' && isOfFlags(detail['places'])) return EXIT.usage
  return BY_CODE[code] ?? EXIT.failed
}

/** @param places  the sources of the refused values, as `loadConfig` names them */
export const isOfFlags = (places: unknown): boolean => Array.isArray(places) && places.includes('flag')
