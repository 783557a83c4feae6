/**
 * The room `transport`: byte streams to devices. `address` reads a URL, `ports` lists and finds serial ports, `serial`
 * opens a serial port, `websocket` a WebSocket, and `probe` identifies a board. This file opens any URL.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { messageOf, PlotdError } from '../../errors.ts'
import { type Clock, realClock } from '../link/clock.ts'
import { type Address, addressOf } from './address.ts'
import { findPort } from './ports.ts'

export interface TransportOptions {
  /** The clock of a simulated device, if the URL sets no `speed`; real time when absent. */
  readonly clock?: Clock
  /** Name of the plotter that opens a simulator. Each plotter gets a simulator of its own for the same URL. */
  readonly owner?: string
}

/** Longest wait for a TCP or WebSocket connection, ms. */
const CONNECT_MS = 5000

/**
 * Opens the byte stream that a URL names. Destroying the stream closes the device.
 *
 * - `serial:/dev/ttyACM0?baud=115200` (a bare `/dev/…` or `COM3` is enough); `rtscts=1` for hardware flow control,
 *   `xonxoff=1` for XON and XOFF; `ebb`, a USB serial number or an EBB's nickname can replace the path (`findPort`)
 * - `tcp://host:port`
 * - `ws://host:port`, the WebSocket of a FluidNC or grblHAL board
 * - `sim:ebb`, with `?firmware=3.0.3` and `?machine=eggbot`; `sim:grbl`; `sim:marlin`, with `?firmware=klipper`;
 *   `sim:hpgl`, with `?model=7550A`; `makeSimulator` has more parameters
 *
 * `speed=20` after any of these means a simulated device that runs twenty times as fast as a real one. `patience=10`
 * means that the device is a program on a busy computer: its answers may take ten times as long (`clockOf`).
 *
 * @throws PlotdError ERR_TRANSPORT when the device cannot be opened
 * @throws PlotdError ERR_CONFIG when the URL has another form or a wrong parameter
 * @throws PlotdError ERR_PROFILE_INVALID when the `machine` of a simulator is unknown
 */
export async function openTransport(url: string, options: TransportOptions = {}): Promise<Duplex> {
  const address = addressOf(url)
  switch (address.scheme) {
    case 'serial': {
      const { openSerial } = await import('./serial.ts') // native code, loaded only when a port is opened
      const { port, baud, query } = address
      const flow = { rtscts: query.get('rtscts') === '1', xonxoff: query.get('xonxoff') === '1' }
      return openSerial(await findPort(port), baud, flow)
    }
    case 'tcp':
      return openTcp(url, address, CONNECT_MS)
    case 'ws': {
      const { openWebSocket } = await import('./websocket.ts')
      return openWebSocket(address.url, CONNECT_MS)
    }
    case 'sim': {
      const { simulatorPortFor } = await import('../simulators/index.ts')
      return simulatorPortFor(address.name, address.query, options.clock ?? realClock, options.owner)
    }
  }
}

async function openTcp(url: string, { host, port }: Address & { scheme: 'tcp' }, timeoutMs: number): Promise<Duplex> {
  const socket = connect({ host, port, keepAlive: true })
  socket.setNoDelay(true)
  socket.on('error', () => {}) // without a listener an error would end the process; `close` follows each error
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) })
    return socket
  } catch (cause) {
    socket.destroy()
    const why = cause instanceof Error && cause.name === 'AbortError' ? 'it did not answer' : messageOf(cause)
    throw new PlotdError('ERR_TRANSPORT', `${url} could not be reached: ${why}`, { url }, cause)
  }
}
