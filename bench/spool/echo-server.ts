import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

/** A WebSocket server that does nothing but answer: what no daemon behind WebSockets can be quicker than. */
const answer = 'x'.repeat(Number(process.argv[2]))
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
server.on('connection', (socket) => socket.on('message', () => socket.send(answer)))
server.on('listening', () => console.log((server.address() as AddressInfo).port))
