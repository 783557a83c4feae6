import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { PlotdError } from '../../errors.ts'
import { nextSlice } from '../../slices.ts'

/** The headers of every answer, except the files of the page and of the output folder. */
export const PLAIN = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }

export function json(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  response.writeHead(status, { ...PLAIN, ...headers }).end(text)
}

/** Sends a file as application/octet-stream, and closes it. Stops when the client disconnects. */
export async function sendBytes(file: FileHandle, response: ServerResponse): Promise<void> {
  response.writeHead(200, { ...PLAIN, 'content-type': 'application/octet-stream' })
  await pipeline(file.createReadStream(), response).catch(() => response.destroy())
}

/**
 * Requires JSON. A browser lets a page of another site send a form or plain text, but JSON only after a CORS preflight.
 *
 * @throws PlotdError ERR_PROTOCOL
 */
export function expectJson({ headers }: IncomingMessage): void {
  if (/^application\/json\b/i.test(headers['content-type'] ?? '')) return
  throw new PlotdError('ERR_PROTOCOL', 'expected content-type: application/json')
}

/** A body of more bytes than this waits for the next slice before its chunks are joined. */
const SHORT = 65_536

/**
 * Reads the body of a request.
 *
 * @param onBytes  called with the length of each part
 * @param dropped  rejects when the server must stop reading the body
 * @throws PlotdError ERR_LIMIT beyond `maxBytes`; the error of `dropped`
 */
export async function body(
  request: IncomingMessage,
  maxBytes: number,
  onBytes: (bytes: number) => void = () => {},
  dropped: Promise<never> = new Promise(() => {}),
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  // The connection stays open, so that the server can answer when a body is too long.
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
