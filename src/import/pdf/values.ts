import type { Affine } from '../../geometry/affine.ts'

/** Reads a value of pdf.js of unknown type as a number. A value that is not a finite number gives 0. */
export const number = (value: unknown): number => (Number.isFinite(value) ? (value as number) : 0)

/** A matrix in any kind of list of pdf.js; undefined when there is none. Missing numbers are those of the identity. */
export function affine(value: unknown): Affine | undefined {
  if (value === null || value === undefined) return undefined
  const [a, b, c, d, e, f] = Array.from(value as ArrayLike<number>, number)
  return [a ?? 1, b ?? 0, c ?? 0, d ?? 1, e ?? 0, f ?? 0]
}

/** The numbers in any kind of list of pdf.js. */
export const numbers = (value: unknown): number[] => Array.from((value ?? []) as ArrayLike<number>, number)
