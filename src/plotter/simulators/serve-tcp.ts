import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Cable } from './cable.ts'
import type { Served } from './serve-pty.ts'

/** Serve a simulator on a TCP port of this machine; port 0 takes a free one. A new client takes the cable over. */
export async function serveTcp(cable: Cable, port = 0, host = '127.0.0.1'): Promise<Served> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.on('error', () => {})
    sockets.add(socket)
    const plug = cable.plug({ send: (bytes) => socket.write(bytes), hangUp: () => socket.destroy() })
    socket.on('data', (bytes: Buffer) => plug.send(bytes))
    socket.on('close', () => {
      sockets.delete(socket)
      plug.unplug()
    })
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    path: `${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}
