import { type ClientOptions, WebSocket } from 'ws'
import { SUBPROTOCOL } from '../../src/daemon/protocol/constants.ts'
import { messageOf, PlotdError } from '../../src/errors.ts'
import { overTrustedRoute, type Route } from './agent.ts'
import { heartbeat, SILENCE } from './heartbeat.ts'
import { noAnswer } from './no-answer.ts'
import { errorInText } from './rpc.ts'
import type { Address, Dial, Wire, WireHandlers } from './wire.ts'

const HANDSHAKE_TIMEOUT_MS = 10_000
/** Maximum number of bytes of one message of the daemon. */
const LONGEST_MESSAGE = 1 << 30
/** Number of bytes after which the client stops reading the answer to a refused handshake. */
const LONGEST_REFUSAL = 64 * 1024

/** Dials with the token in a header, because logs record addresses but no headers. */
export function dialNode(address: Address): Dial {
  return (handlers) => overTrustedRoute(address, (route) => dialHost(address, handlers, route))
}

function dialHost(address: Address, handlers: WireHandlers, { url, agent }: Route): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const options: ClientOptions = {
      headers: { authorization: `Bearer ${address.token}` },
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: LONGEST_MESSAGE,
      ...(agent === undefined ? {} : { agent }),
    }
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1`, [SUBPROTOCOL], options)
    socket.on('message', (data) => handlers.message((data as Buffer).toString()))
    let bytesRead = (): number => 0
    socket.once('upgrade', ({ socket: stream }) => {
      bytesRead = () => stream.bytesRead
    })
    socket.once('open', () => {
      let silence = ''
      const stop = heartbeat({
        isAlive: changes(() => bytesRead()),
        ask: () => socket.ping(),
        onSilence: () => {
          silence = SILENCE
          socket.terminate()
        },
      })
      socket.once('close', (code, why) => {
        stop()
        handlers.closed(silence || why.toString() || `closed with ${code}`, code)
      })
      resolve({ send: (text) => socket.send(text), close: () => socket.close() })
    })
    socket.on('error', (cause) => reject(noAnswer(address.url, messageOf(cause), cause)))
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      const refuse = () => {
        reject(refusal(address.url, response.statusCode ?? 0, Buffer.concat(chunks).toString()))
        socket.terminate()
      }
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > LONGEST_REFUSAL) refuse()
      })
      // The event `close` also comes when the connection is lost within the answer.
      response.once('close', refuse)
    })
  })
}

/** Returns a function that says whether a number has changed since the last call. */
function changes(count: () => number): () => boolean {
  let last = count()
  return () => {
    const before = last
    last = count()
    return last !== before
  }
}

/** The daemon refuses a handshake with the same error object that it would put into an answer. */
function refusal(url: string, status: number, body: string): PlotdError {
  const away = new PlotdError('ERR_DAEMON_AWAY', `a program other than plotd answers at ${url} (HTTP ${status})`)
  return errorInText(body) ?? away
}
