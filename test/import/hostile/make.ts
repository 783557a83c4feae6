import type { ImportOptions } from '../../../src/import/index.ts'

/** A document that may take its importer far more time or memory than its size suggests. */
export interface HostileDocument {
  /** The importer that reads the document. */
  readonly format: string
  readonly name: string
  /** @param size  approximate size, bytes; some documents have a fixed size instead */
  readonly document: (size: number) => string | Uint8Array
  readonly options?: Partial<ImportOptions>
}

/** About as many items as fit into `size` characters, at least one. */
export const filled = (size: number, item: (i: number) => string): string => {
  const count = Math.max(1, Math.floor(size / item(9999).length))
  return Array.from({ length: count }, (_, i) => item(i)).join('')
}

/** A pseudo-random number below `end`, the same in every run. */
export const chance = (i: number, end: number): number => Math.floor((((i * 2654435761) >>> 0) / 2 ** 32) * end)

/** A text between as many pairs of `open` and `close` as fit into `size` characters. */
export const nested = (size: number, open: string, inside: string, close: string): string => {
  const deep = Math.max(1, Math.floor(size / (open.length + close.length)))
  return open.repeat(deep) + inside + close.repeat(deep)
}

/** 10 to the power of `n`, in digits: HP-GL, G-code and PDF have no exponents. */
export const power = (n: number): string => `1${'0'.repeat(n)}`

/** 10 to the power of −`n`, in digits. */
export const fraction = (n: number): string => `0.${'0'.repeat(n - 1)}1`
