import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import { messageOf, PlotdError } from '../../errors.ts'

/** Number of sockets that this process has opened. */
let socketCount = 0

/**
 * Opens the WebSocket of a board. Bytes go both ways in binary frames. Text frames from the board (`PING`,
 * `currentID:`) are not answers. FluidNC closes the older of two sockets of one session, and counts all clients without
 * a cookie as one session. So each socket gets a session of its own.
 *
 * @throws PlotdError ERR_TRANSPORT
 */
export async function openWebSocket(url: string, timeoutMs: number): Promise<Duplex> {
  const socket = new WebSocket(url, {
    handshakeTimeout: timeoutMs,
    perMessageDeflate: false,
    headers: { Cookie: `sessionId=plotd-${process.pid}-${++socketCount}` },
  })
  const stream: Duplex = new Duplex({
    read() {},
    write(bytes: Buffer, _encoding, done) {
      socket.send(bytes, { binary: true }, done)
    },
    destroy(error, done) {
      socket.terminate()
      done(error)
    },
  })
  // an 'error' event without a listener would end the process; after each 'error' event comes a 'close' event
  for (const emitter of [socket, stream]) emitter.on('error', () => {})
  socket.on('message', (data, isBinary) => {
    if (isBinary) stream.push(data)
  })
  try {
    await once(socket, 'open')
  } catch (cause) {
    stream.destroy()
    throw new PlotdError('ERR_TRANSPORT', `${url} could not be reached: ${messageOf(cause)}`, { url }, cause)
  }
  socket.once('close', () => stream.destroy(new Error('the device hung up')))
  return stream
}
