import { Readable } from 'node:stream'
import { createGunzip, createInflateRaw } from 'node:zlib'
import { inOwnSlices } from '../../src/slices.ts'
import { Refusal } from './ipp/codes.ts'

export type Compression = 'none' | 'deflate' | 'gzip'

export const isCompression = (word: string): word is Compression => ['none', 'deflate', 'gzip'].includes(word)

/** IPP's deflate is the raw format of RFC 1951, without a header. */
const DECODERS = { deflate: createInflateRaw, gzip: createGunzip } as const

/**
 * Reads the whole document.
 *
 * @param first  the bytes of the document that came with the attributes
 * @param rest  the later bytes of the document
 * @param most  the limit in bytes, before and after decompression
 * @throws Refusal `request-entity-too-large`, `compression-error`; the errors of `rest`
 */
export async function receive(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
  { compression, most }: { readonly compression: Compression; readonly most: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const source = limited(join(first, rest), most)
  if (compression === 'none') return collect(source)
  const incoming = Readable.from(source)
  const decoder = DECODERS[compression]()
  incoming.on('error', (error) => decoder.destroy(error))
  try {
    return await collect(limited(incoming.pipe(decoder), most))
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown
    const code = (thrown as NodeJS.ErrnoException | undefined)?.code ?? ''
    if (!code.startsWith('Z_')) throw thrown
    throw new Refusal('compression-error', `the document is not compressed by ${compression}, or is cut off`)
  } finally {
    incoming.destroy()
    decoder.destroy()
  }
}

async function* join(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  yield* rest
}

async function* limited(source: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const part of source) {
    length += part.length
    if (length > most) {
      throw new Refusal('request-entity-too-large', `the document has more than ${most} bytes`)
    }
    yield part
  }
}

/** Size of a block of the document, bytes. */
const BLOCK = 65_536

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  let block = new Uint8Array(BLOCK)
  let used = 0
  // Copies the parts into blocks: a client may send each byte by itself, and a part takes more memory than its bytes.
  for await (const part of source) {
    for (let from = 0; from < part.length; ) {
      const piece = part.subarray(from, from + BLOCK - used)
      block.set(piece, used)
      from += piece.length
      used += piece.length
      if (used < BLOCK) continue
      parts.push(block)
      block = new Uint8Array(BLOCK)
      used = 0
    }
  }
  const length = parts.length * BLOCK + used
  parts.push(block.subarray(0, used))
  // The bytes are copied in slices. A document may have tens of megabytes, and the daemon runs on this event loop too.
  const whole = new Uint8Array(length)
  let offset = 0
  await inOwnSlices(parts, (part) => {
    whole.set(part, offset)
    offset += part.length
  })
  return whole
}
