import { setMaxListeners } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { PlotdError } from '../../errors.ts'
import { nextSlice } from '../../slices.ts'
import { clientLeft } from '../methods/index.ts'

/** The headers of every answer that is not a file of the page or of the output folder. */
export const PLAIN = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }

export function json(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  response.writeHead(status, { ...PLAIN, ...headers }).end(text)
}

/** A client that reads nothing of its answer for this time is disconnected, ms. */
const UNREAD_MS = 300_000

/** Disconnects a client that does not read its answer. A client that waits for its answer stays connected. */
export function limitReading(response: ServerResponse): void {
  response.setTimeout(UNREAD_MS, () => {
    if ((response.socket?.writableLength ?? 0) > 0) response.socket?.destroy()
  })
}

/** A request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Sends a file as application/octet-stream, and closes it. Stops when the client disconnects. */
export const sendBytes = (file: FileHandle, to: Exchange): Promise<void> =>
  sendFile(file, { ...PLAIN, 'content-type': 'application/octet-stream' }, to)

/** Sends a file, and closes it. Stops when the client disconnects. */
export async function sendFile(
  file: FileHandle,
  headers: Readonly<Record<string, string>>,
  { request, response }: Exchange,
): Promise<void> {
  response.writeHead(200, headers)
  const signal = goneSignal(request, response)
  await pipeline(file.createReadStream(), response, { signal }).catch(() => response.destroy())
}

/**
 * Aborts when the client has disconnected, or has the whole answer. A client may send several requests before it gets
 * an answer. When the client disconnects, Node emits `close` only for the answer that is being sent. So this function
 * also listens to the socket.
 */
export function goneSignal({ socket }: IncomingMessage, response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  // Each call of a JSON-RPC batch may add a listener to the signal. Each request adds a listener to the socket.
  setMaxListeners(0, gone.signal, socket)
  const leave = (): void => {
    socket.off('close', leave)
    gone.abort(clientLeft())
  }
  response.once('close', leave)
  socket.once('close', leave)
  if (socket.closed) leave()
  return gone.signal
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
/** Maximum number of chunks of a short body that are kept before they are joined. */
const MAX_CHUNKS = 100

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
    // A client without a token may send each byte by itself, and a chunk takes more memory than its bytes.
    if (chunks.length === MAX_CHUNKS && bytes <= SHORT) chunks.splice(0, MAX_CHUNKS, Buffer.concat(chunks))
  }
  if (bytes > SHORT) await nextSlice()
  return Buffer.concat(chunks)
}
