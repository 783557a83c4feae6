/** What is used of it; the compiler here knows only Node's own names. */
interface WithMemory {
  readonly WebAssembly: { readonly Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer } }
}
const { WebAssembly } = globalThis as unknown as WithMemory

const PAGE = 65_536
const ours = new WeakSet<ArrayBufferLike>()

/**
 * Zeros in memory that begins at a page, which a write past the page cache must come from (open(2), O_DIRECT). JavaScript
 * gives no say in where a buffer lies, but a WebAssembly memory is mapped by itself and so begins at a page.
 *
 * @param least  bytes; there may be more
 */
export function pageMemory(least: number): Buffer {
  const pages = Math.ceil(least / PAGE)
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages })
  ours.add(buffer)
  return Buffer.from(buffer)
}

/** Whether it begins where `pageMemory` does. */
export const isPageMemory = ({ buffer, byteOffset }: Uint8Array): boolean => byteOffset === 0 && ours.has(buffer)

let nothing: Buffer = Buffer.alloc(0)

/** As many zeros, not to be written to. Pages of memory that were never touched, so that they take up none. */
export function zeros(bytes: number): Buffer {
  if (nothing.length < bytes) nothing = pageMemory(bytes)
  return nothing.subarray(0, bytes)
}
