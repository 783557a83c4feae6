import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { PlotdError } from '../../errors.ts'
import { nextSlice } from '../../slices.ts'

/** On every answer that is no file of the page. */
export const PLAIN = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }

export function json(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  response.writeHead(status, { ...PLAIN, ...headers }).end(text)
}

/** Sends a file as bytes without a type, and closes it. A client that leaves ends the sending. */
export async function sendBytes(file: FileHandle, response: ServerResponse): Promise<void> {
  response.writeHead(200, { ...PLAIN, 'content-type': 'application/octet-stream' })
  await pipeline(file.createReadStream(), response).catch(() => response.destroy())
}

/** A page of another site can send a form or plain text without asking first, but not JSON. */
export function expectJson({ headers }: IncomingMessage): void {
  if (/^application\/json\b/i.test(headers['content-type'] ?? '')) return
  throw new PlotdError('ERR_PROTOCOL', 'expected content-type: application/json')
}

/** Bytes that are joined in the present slice. More get a slice of their own. */
const SHORT = 65_536

/**
 * Reads the body of a request.
 *
 * @param onBytes     called with the length of each part
 * @param dropped  rejects when the body must be read no further
 * @throws PlotdError ERR_LIMIT beyond `maxBytes`
 */
export async function body(
  request: IncomingMessage,
  maxBytes: number,
  onBytes: (bytes: number) => void = () => {},
  dropped: Promise<never> = new Promise(() => {}),
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  // The answer to a body that is too long goes out over the same connection.
  const parts = (request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  for (;;) {
    const { done, value: chunk } = await Promise.race([parts.next(), dropped])
    if (done === true) break
    onBytes(chunk.length)
    bytes += chunk.length
    if (bytes > maxBytes) {
      throw new PlotdError('ERR_LIMIT', `a message holds at most ${maxBytes} bytes`, {
        limit: 'messageBytes',
        maxBytes,
      })
    }
    chunks.push(chunk)
  }
  if (bytes > SHORT) await nextSlice()
  return Buffer.concat(chunks)
}
