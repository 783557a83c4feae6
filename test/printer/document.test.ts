import { deflateRawSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { receive } from '../../clients/printer/document.ts'

const NOTHING = new Uint8Array()
/** A stored block of deflate without data (RFC 1951, section 3.2.4). */
const EMPTY_BLOCK = Uint8Array.of(0, 0, 0, 0xff, 0xff)
const MOST = 1000

async function* repeated(part: Uint8Array, count: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield part
}

async function* ended(parts: AsyncGenerator<Uint8Array>, end: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* parts
  yield end
}

it.each([
  ['deflate', ended(repeated(EMPTY_BLOCK, MOST), deflateRawSync(NOTHING))],
  ['gzip', repeated(gzipSync(NOTHING), MOST)],
] as const)(
  'a document in %s is refused even when only its compressed bytes exceed the limit',
  async (compression, rest) => {
    await expect(receive(NOTHING, rest, { compression, most: MOST })).rejects.toMatchObject({
      status: 'request-entity-too-large',
    })
  },
)

it.each([
  ['none', (bytes: Uint8Array) => bytes],
  ['deflate', deflateRawSync],
  ['gzip', gzipSync],
] as const)(
  'a document with compression %s may have as many bytes as the limit after decompression, and not one more',
  async (compression, compress) => {
    const most = new Uint8Array(MOST).fill(65)
    const options = { compression, most: MOST }
    expect(await receive(NOTHING, repeated(compress(most), 1), options)).toEqual(most)
    const more = new Uint8Array(MOST + 1).fill(65)
    await expect(receive(NOTHING, repeated(compress(more), 1), options)).rejects.toMatchObject({
      status: 'request-entity-too-large',
    })
  },
)

it('a document in parts of one byte is copied, so that the buffers of its parts need not stay in memory', async () => {
  const bytes = Uint8Array.from({ length: 150_000 }, (_, i) => i % 251)
  async function* inOneBuffer(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(1)
    for (const byte of bytes) yield buffer.fill(byte)
  }
  const document = await receive(NOTHING, inOneBuffer(), { compression: 'none', most: bytes.length })
  expect(Buffer.compare(document, bytes)).toBe(0)
})
