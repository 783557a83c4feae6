import { PlotdError } from '../../errors.ts'

/** Codes of the system when the process lacks a descriptor or memory. The file may be there and sound. */
const SHORTAGE: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])
/**
 * Codes of the system when the process has no access to the file, or lacks a descriptor or memory. The file is not
 * damaged.
 */
const SOUND: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', ...SHORTAGE])

/** Whether an error says only that the process lacks a descriptor or memory. */
export function isShortage(thrown: unknown): boolean {
  return SHORTAGE.has((thrown as { readonly code?: unknown }).code)
}

/** Whether plotd may skip an unreadable snapshot as damaged. */
export function isDamage(thrown: unknown): boolean {
  const { code } = thrown as { readonly code?: unknown }
  return code !== 'ERR_SPOOL_NEWER' && !SOUND.has(code)
}

/** @param why  a sentence about the file, without its full stop */
export function damage(file: string, byte: number, why: string): PlotdError {
  return new PlotdError('ERR_SPOOL_DAMAGED', `${file} is damaged at byte ${byte}: ${why}`, { file, byte })
}

/**
 * Adds the number of lost writes, and advice for the user, to the message of an error of damage. Any other error stays
 * as it is.
 *
 * @param read          the number of the last frame that plotd could read
 * @param acknowledged  the number of the last acknowledged frame; undefined when the watermark is lost
 */
export function withLoss(error: unknown, read: number, acknowledged: number | undefined): unknown {
  if (!(error instanceof PlotdError) || error.code !== 'ERR_SPOOL_DAMAGED') return error
  const lostWrites = acknowledged === undefined ? undefined : Math.max(0, acknowledged - read)
  const loss = lossSentence(read, acknowledged, lostWrites)
  const advice =
    'Nothing was changed. Put back a good copy of the folder, or run `plotd doctor --repair`: it makes a backup and recovers what can be read'
  return new PlotdError(
    'ERR_SPOOL_DAMAGED',
    `${error.message}. ${loss} ${advice}`,
    { ...error.detail, ...(lostWrites !== undefined && { lost: lostWrites }) },
    error,
  )
}

function lossSentence(read: number, acknowledged: number | undefined, lostWrites: number | undefined): string {
  if (lostWrites === undefined) return 'plotd cannot tell how much is lost.'
  if (lostWrites === 0) return 'No acknowledged write is known to be lost.'
  return `Of ${acknowledged} acknowledged writes, ${read} can be read; ${lostWrites} are lost or damaged.`
}
