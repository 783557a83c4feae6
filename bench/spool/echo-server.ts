import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

/**
 * A WebSocket server that answers every message with one text of the given length. No daemon with the library `ws` can
 * be faster.
 */
const [path = '', length] = process.argv.slice(2)
const answer = 'x'.repeat(Number(length))
const server = createServer()
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on('connection', (socket) => socket.on('message', () => socket.send(answer)))
server.listen(path, () => console.log('listening'))
