import { once } from 'node:events'
import { connect } from 'node:net'
import { WebSocket } from 'ws'

/** A client that costs hardly more than its WebSocket: it asks, and gets the next message. */
export interface Asker {
  readonly ask: (text: string) => Promise<string>
  readonly close: () => void
}

/** @param socket  the file to come in by */
export async function asker(socket: string, protocols: string[] = [], headers = {}): Promise<Asker> {
  const options = { headers, perMessageDeflate: false, createConnection: () => connect(socket) }
  const ws = new WebSocket('ws://localhost/v1', protocols, options)
  const waiting: ((answer: string) => void)[] = []
  ws.on('message', (data) => waiting.shift()?.((data as Buffer).toString()))
  await once(ws, 'open')
  const ask = (text: string): Promise<string> =>
    new Promise((answered) => {
      waiting.push(answered)
      ws.send(text)
    })
  return { ask, close: () => ws.terminate() }
}
