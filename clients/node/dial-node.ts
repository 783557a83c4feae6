import { connect } from 'node:net'
import { type ClientOptions, WebSocket } from 'ws'
import { SUBPROTOCOL } from '../../src/daemon/protocol/constants.ts'
import { PlotdError, toPlotdError } from '../../src/errors.ts'
import { errorOf } from './rpc.ts'
import type { Address, Dial, Wire, WireHandlers } from './wire.ts'

const HANDSHAKE_MS = 10_000

/** A socket file that nobody listens behind any more, or that is not ours to open. */
const NOBODY: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EACCES', 'EPERM'])

/**
 * Dials with the token in a header, where no log of addresses sees it: past the network where there is a socket file,
 * which costs both sides a tenth less, and over it where nobody listens behind the file.
 */
export function dialNode({ url, token, socket }: Address): Dial {
  const overNetwork = (handlers: WireHandlers) =>
    dialled(`${url.replace(/^http/, 'ws')}/v1`, { at: url, token, handlers })
  if (socket === undefined) return overNetwork
  return async (handlers) => {
    try {
      const options = { createConnection: () => connect(socket) }
      return await dialled('ws://localhost/v1', { at: socket, token, handlers }, options)
    } catch (thrown) {
      const { cause } = toPlotdError(thrown)
      if (!NOBODY.has((cause as NodeJS.ErrnoException | undefined)?.code)) throw thrown
      return overNetwork(handlers)
    }
  }
}

interface Dialled {
  /** For messages. */
  readonly at: string
  readonly token: string
  readonly handlers: WireHandlers
}

function dialled(url: string, { at, token, handlers }: Dialled, options: ClientOptions = {}): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [SUBPROTOCOL], {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: 1 << 30,
      ...options,
    })
    socket.on('message', (data) => handlers.message((data as Buffer).toString()))
    socket.once('open', () => {
      socket.once('close', (code, why) => handlers.closed(why.toString() || `closed with ${code}`, code))
      resolve({ send: (text) => socket.send(text), close: () => socket.close() })
    })
    socket.on('error', (cause) => {
      reject(new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${at} (${cause.message})`, { url: at }, cause))
    })
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        reject(refusal(response.statusCode ?? 0, Buffer.concat(chunks).toString()))
        socket.terminate()
      })
    })
  })
}

/** The daemon refuses at the door with the same error object that it would put into an answer. */
function refusal(status: number, body: string): PlotdError {
  try {
    const { error } = JSON.parse(body) as { error?: Parameters<typeof errorOf>[0] }
    if (error) return errorOf(error)
  } catch {}
  return new PlotdError('ERR_DAEMON_AWAY', `what answers there is not plotd (HTTP ${status})`)
}
