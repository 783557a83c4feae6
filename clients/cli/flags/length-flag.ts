import { type ErrorDetail, PlotdError } from '../../../src/errors.ts'
import { lengthMm } from '../../node/length.ts'

/** A flag that takes a length such as 12, 12mm, 1.2cm or 0.5in, and gives the value in mm. */
export const lengthFlag = (flag: string, describe: string, group?: string) =>
  ({
    type: 'string',
    describe,
    requiresArg: true,
    ...(group === undefined ? {} : { group }),
    coerce: (word: unknown): number | undefined => (word === undefined ? undefined : millimetres(word, `--${flag}`)),
  }) as const

/** Converts a length to mm. @param name  the flag or word that the error names @throws PlotdError ERR_PARAMS */
export function millimetres(word: unknown, name: string, detail: ErrorDetail = {}): number {
  const text = String(Array.isArray(word) ? word.at(-1) : word)
  const mm = lengthMm(text)
  if (mm !== undefined) return mm
  throw new PlotdError('ERR_PARAMS', `${name} ${text}: expected a length such as 12, 12mm, 1.2cm or 0.5in`, detail)
}
