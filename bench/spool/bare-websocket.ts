import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import type { Socket } from 'node:net'

/** A WebSocket client that uses little processor time: it sends a text and gets the next message. */
export interface BareWebSocket {
  readonly ask: (text: string) => Promise<string>
  readonly close: () => void
}

/**
 * Opens a client that implements only the parts of RFC 6455 that the bench needs: masked texts of 126 to 65,535 bytes
 * of ASCII, and answers in one frame. An ordinary client would use as much processor time as the daemon.
 *
 * @param path  the server's socket file
 */
export async function bareWebSocket(path: string, headers: Record<string, string> = {}): Promise<BareWebSocket> {
  const socket = await upgraded(path, headers)
  const waiting: ((answer: string) => void)[] = []
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data])
    for (let frame = frameIn(rest); frame !== undefined; frame = frameIn(rest)) {
      if (rest[0] === TEXT) waiting.shift()?.(frame.text) // the daemon also sends pings
      rest = rest.subarray(frame.end)
    }
  })
  const ask = (text: string): Promise<string> =>
    new Promise((answered) => {
      waiting.push(answered)
      socket.write(masked(text))
    })
  return { ask, close: () => socket.destroy() }
}

function upgraded(socketPath: string, headers: Record<string, string>): Promise<Socket> {
  const key = randomBytes(16).toString('base64')
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': key,
  }
  return new Promise((resolve, reject) => {
    const handshake = request({ socketPath, path: '/v1', headers: { ...upgrade, ...headers } })
    handshake.on('upgrade', (_, socket) => resolve(socket as Socket))
    handshake.on('response', ({ statusCode }) => reject(new Error(`no WebSocket at ${socketPath}: ${statusCode}`)))
    handshake.on('error', reject)
    handshake.end()
  })
}

const [TEXT, MASKED, LONG] = [0x81, 0x80, 126]
const HEAD = 8
const MASK = [0x37, 0xfa, 0x21, 0x3d] as const

function masked(text: string): Buffer {
  const frame = Buffer.allocUnsafe(HEAD + text.length)
  frame[0] = TEXT
  frame[1] = MASKED | LONG
  frame.writeUInt16BE(text.length, 2)
  for (const [i, byte] of MASK.entries()) frame[4 + i] = byte
  frame.write(text, HEAD, 'latin1')
  for (let i = HEAD; i < frame.length; i++) frame[i] = (frame[i] as number) ^ (MASK[i & 3] as number)
  return frame
}

/** The first frame, if it is complete. */
function frameIn(bytes: Buffer): { readonly text: string; readonly end: number } | undefined {
  if (bytes.length < 4) return undefined
  const short = bytes[1] as number
  const head = short === LONG ? 4 : 2
  const end = head + (short === LONG ? bytes.readUInt16BE(2) : short)
  return bytes.length < end ? undefined : { text: bytes.toString('latin1', head, end), end }
}
