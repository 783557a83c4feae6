import { type WebSocket, WebSocketServer } from 'ws'

/**
 * A WebSocket server that only tells: what the daemon is measured beside. It sends everybody as many bytes as ten plots do,
 * in the same beat, and the one event when it is asked for it. Its address on stdout.
 */
const BEAT_MS = 200
const BEAT = JSON.stringify({ method: 'job.progress', params: 'x'.repeat(2600) })
const EVENT = JSON.stringify({ jsonrpc: '2.0', method: 'queue.changed', params: { seq: 1, paused: [] } })

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  handleProtocols: () => 'plotd',
})
const toAll = (text: string): void => {
  for (const socket of server.clients) socket.send(text)
}
server.on('connection', (socket: WebSocket) => {
  socket.on('message', (data) => {
    if ((data as Buffer).toString().includes('queue.')) toAll(EVENT)
    else socket.send('{}')
  })
})
setInterval(() => toAll(BEAT), BEAT_MS)
server.on('listening', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`)
})
