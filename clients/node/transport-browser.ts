import { SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '../../src/daemon/protocol/constants.ts'
import { PlotdError } from '../../src/errors.ts'
import { heartbeat, SILENCE } from './heartbeat.ts'
import { errorInText } from './rpc.ts'
import type { Address, Dial, HttpAnswer, HttpRequest, Send, Transport } from './wire.ts'

/** The parts of a browser's WebSocket that this file uses. The compiler knows only the types of Node. */
interface BrowserSocket {
  readonly bufferedAmount: number
  readonly send: (text: string) => void
  close(): void
  addEventListener(type: string, listener: (event: { data?: unknown; reason?: string; code?: number }) => void): void
}
type BrowserSocketClass = new (url: string, protocols: readonly string[]) => BrowserSocket

/** Time limit of a handshake, and of the request that checks the token after a failed handshake, ms. */
const HANDSHAKE_TIMEOUT_MS = 10_000
/** The close code of a connection that ended without a close frame (RFC 6455, 7.4.1). */
const ABNORMAL = 1006
/**
 * The call that asks for a sign of life, because a page cannot send a ping. The ids of all other calls are numbers, so
 * no other call takes the answer.
 */
const ASK = JSON.stringify({ jsonrpc: '2.0', id: 'heartbeat', method: 'server.info', params: {} })

/** The transport of a page. Each request reads the token of `address` again, so that the page can log in again. */
export function browserTransport(address: Address): Transport {
  const send: Send = (request) => sendByFetch(address, request)
  return { dial: dialBrowser(address, send), send }
}

/**
 * A browser's WebSocket can set no header, so the token travels as a second subprotocol. The daemon checks the token at
 * the handshake, and logs do not contain the token. A browser does not report why a handshake failed, so a request
 * checks whether the token is still valid.
 */
function dialBrowser(address: Address, send: Send): Dial {
  const { WebSocket } = globalThis as unknown as { WebSocket: BrowserSocketClass }
  const { url } = address
  return ({ message, closed }) =>
    new Promise((resolve, reject) => {
      const protocols = [SUBPROTOCOL, TOKEN_SUBPROTOCOL + address.token]
      const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1`, protocols)
      /** 'open' from the handshake until the connection is lost. */
      let state: 'dialling' | 'open' | 'lost' = 'dialling'
      const limit = setTimeout(() => socket.close(), HANDSHAKE_TIMEOUT_MS)
      let stop = (): void => {}
      let hasHeard = false
      const lose = (why: string, code: number): void => {
        stop()
        // After the heartbeat has closed a socket, the socket may still report messages and its end.
        if (state === 'open') closed(why, code)
        state = 'lost'
      }
      socket.addEventListener('message', ({ data }) => {
        hasHeard = true
        if (state === 'open') message(String(data))
      })
      socket.addEventListener('open', () => {
        clearTimeout(limit)
        state = 'open'
        resolve({ send: (text) => socket.send(text), close: () => socket.close() })
        let waiting = 0
        stop = heartbeat({
          isAlive: () => {
            const isAlive = hasHeard || socket.bufferedAmount < waiting
            waiting = socket.bufferedAmount
            hasHeard = false
            return isAlive
          },
          ask: () => socket.send(ASK),
          onSilence: () => {
            socket.close()
            lose(SILENCE, ABNORMAL)
          },
        })
      })
      socket.addEventListener('close', ({ reason, code = ABNORMAL }) => {
        clearTimeout(limit)
        if (state === 'dialling') refusal(url, send).then(reject, reject)
        else lose(reason || `closed with ${code}`, code)
      })
    })
}

async function refusal(url: string, send: Send): Promise<PlotdError> {
  const away = new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${url}`, { url })
  const { status, body } = await send({
    method: 'GET',
    path: '/session',
    signal: AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS),
  })
  if (status !== 401) return away
  return errorInText(new TextDecoder().decode(body)) ?? away
}

async function sendByFetch({ url, token }: Address, request: HttpRequest): Promise<HttpAnswer> {
  const { method, path, type, body, signal } = request
  const headers = { authorization: `Bearer ${token}`, ...(type === undefined ? {} : { 'content-type': type }) }
  try {
    const response = await fetch(url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal && { signal }),
    })
    return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) }
  } catch (cause) {
    throw new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${url}`, { url }, cause)
  }
}
