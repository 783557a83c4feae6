import { SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '../../src/daemon/protocol/constants.ts'
import { PlotdError } from '../../src/errors.ts'
import { errorIn } from './rpc.ts'
import type { Address, Dial, HttpAnswer, HttpRequest, Send, Transport } from './wire.ts'

/** The parts of a browser's WebSocket that are used here; the compiler knows only Node. */
interface BrowserSocket {
  readonly send: (text: string) => void
  close(): void
  addEventListener(type: string, listener: (event: { data?: unknown; reason?: string; code?: number }) => void): void
}
type BrowserSocketClass = new (url: string, protocols: readonly string[]) => BrowserSocket

/** The transport of a page. It reads the token anew for each request, so that a page can log in again. */
export function browserTransport(address: Address): Transport {
  const send: Send = (request) => sendByFetch(address, request)
  return { dial: dialBrowser(address, send), send }
}

/**
 * A browser's WebSocket can set no header, so the token travels as a second subprotocol. The daemon checks the token at
 * the handshake, and logs do not contain it. A browser does not report why a handshake failed, so a request checks
 * whether the token is still valid.
 */
function dialBrowser(address: Address, send: Send): Dial {
  const { WebSocket } = globalThis as unknown as { WebSocket: BrowserSocketClass }
  const { url } = address
  return ({ message, closed }) =>
    new Promise((resolve, reject) => {
      const protocols = [SUBPROTOCOL, TOKEN_SUBPROTOCOL + address.token]
      const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1`, protocols)
      let isOpen = false
      socket.addEventListener('message', ({ data }) => message(String(data)))
      socket.addEventListener('open', () => {
        isOpen = true
        resolve({ send: (text) => socket.send(text), close: () => socket.close() })
      })
      socket.addEventListener('close', ({ reason, code = 1006 }) => {
        if (isOpen) closed(reason || `closed with ${code}`, code)
        else refusal(url, send).then(reject, reject)
      })
    })
}

async function refusal(url: string, send: Send): Promise<PlotdError> {
  const away = new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${url}`, { url })
  const { status, body } = await send({ method: 'GET', path: '/session' })
  if (status !== 401) return away
  return errorIn(JSON.parse(new TextDecoder().decode(body))) ?? away
}

async function sendByFetch({ url, token }: Address, { method, path, type, body }: HttpRequest): Promise<HttpAnswer> {
  const headers = { authorization: `Bearer ${token}`, ...(type === undefined ? {} : { 'content-type': type }) }
  try {
    const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) })
    return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) }
  } catch (cause) {
    throw new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${url}`, { url }, cause)
  }
}
