/** What is used of it; the compiler here knows only Node's own names. */
interface WithMemory {
  readonly WebAssembly: { readonly Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer } }
}
const { WebAssembly } = globalThis as unknown as WithMemory

const PAGE = 65_536
const ours = new WeakSet<ArrayBufferLike>()
/** Given back, to be had again: each new one takes up gigabytes of addresses until the garbage is collected. */
const spare: Buffer[] = []

/**
 * Memory that begins at a page, which a write past the page cache must come from (open(2), O_DIRECT). JavaScript gives no
 * say in where a buffer lies, but a WebAssembly memory is mapped by itself and so begins at a page.
 *
 * @param least  bytes; there may be more, and they hold anything
 * @returns undefined where there are too few addresses (`ulimit -v`)
 */
export function pageMemory(least: number): Buffer | undefined {
  const at = spare.findIndex(({ length }) => length >= least)
  return at === -1 ? newMemory(least) : spare.splice(at, 1)[0]
}

/** Nobody may write to it any more, nor from it. Of other memory nothing is kept. */
export function giveBack(memory: Uint8Array): void {
  if (isPageMemory(memory)) spare.push(Buffer.from(memory.buffer))
}

function newMemory(least: number): Buffer | undefined {
  const pages = Math.ceil(least / PAGE)
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages })
    ours.add(buffer)
    return Buffer.from(buffer)
  } catch {
    return undefined
  }
}

/** Whether it begins where `pageMemory` does. */
export const isPageMemory = ({ buffer, byteOffset }: Uint8Array): boolean => byteOffset === 0 && ours.has(buffer)

let nothing: Buffer = Buffer.alloc(0)

/** As many zeros, not to be written to. Pages of memory that were never touched, so that they take up none. */
export function zeros(bytes: number): Buffer {
  if (nothing.length < bytes) nothing = newMemory(bytes) ?? Buffer.alloc(bytes)
  return nothing.subarray(0, bytes)
}
