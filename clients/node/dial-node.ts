import { WebSocket } from 'ws'
import { SUBPROTOCOL } from '../../src/daemon/protocol/constants.ts'
import { PlotdError } from '../../src/errors.ts'
import { errorOf } from './rpc.ts'
import type { Address, Dial } from './wire.ts'

const HANDSHAKE_MS = 10_000

/** Dials with the token in a header, where no log of addresses sees it. */
export function dialNode({ url, token }: Address): Dial {
  return ({ message, closed }) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1`, [SUBPROTOCOL], {
        headers: { authorization: `Bearer ${token}` },
        perMessageDeflate: false,
        handshakeTimeout: HANDSHAKE_MS,
        maxPayload: 1 << 30,
      })
      socket.on('message', (data) => message((data as Buffer).toString()))
      socket.once('open', () => resolve({ send: (text) => socket.send(text), close: () => socket.close() }))
      socket.once('close', (code, why) => closed(why.toString() || `closed with ${code}`, code))
      socket.on('error', (cause) => {
        reject(new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${url} (${cause.message})`, { url }, cause))
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
