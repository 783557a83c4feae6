import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'

/** A client that costs hardly more than its WebSocket: it asks, and gets the next message. */
export interface Asker {
  readonly ask: (text: string) => Promise<string>
  readonly close: () => void
}

export async function asker(url: string, protocols: string[] = [], options: ClientOptions = {}): Promise<Asker> {
  const socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...options })
  const waiting: ((answer: string) => void)[] = []
  socket.on('message', (data) => waiting.shift()?.((data as Buffer).toString()))
  await once(socket, 'open')
  const ask = (text: string): Promise<string> =>
    new Promise((answered) => {
      waiting.push(answered)
      socket.send(text)
    })
  return { ask, close: () => socket.terminate() }
}
