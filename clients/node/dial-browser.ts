import { SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '../../src/daemon/protocol/constants.ts'
import { PlotdError } from '../../src/errors.ts'
import type { Address, Dial } from './wire.ts'

/** What is used of the browser's WebSocket; the compiler here knows only Node. */
interface BrowserSocket {
  readonly send: (text: string) => void
  close(): void
  addEventListener(type: string, listener: (event: { data?: unknown; reason?: string; code?: number }) => void): void
}
type BrowserSocketClass = new (url: string, protocols: readonly string[]) => BrowserSocket

/**
 * Dials from a page. A browser's WebSocket can set no header, so the token travels as a second subprotocol: like a
 * header it is checked at the handshake, before there is a socket, and unlike a query it stays out of logs.
 */
export function dialBrowser({ url, token }: Address): Dial {
  const { WebSocket } = globalThis as unknown as { WebSocket: BrowserSocketClass }
  return ({ message, closed }) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1`, [SUBPROTOCOL, TOKEN_SUBPROTOCOL + token])
      let opened = false
      socket.addEventListener('message', ({ data }) => message(String(data)))
      socket.addEventListener('open', () => {
        opened = true
        resolve({ send: (text) => socket.send(text), close: () => socket.close() })
      })
      socket.addEventListener('close', ({ reason, code = 1006 }) => {
        if (opened) closed(reason || `closed with ${code}`, code)
        else reject(new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${url}, or it refused the token`, { url }))
      })
    })
}
