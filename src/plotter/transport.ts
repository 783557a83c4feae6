import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { PlotdError } from '../errors.ts'
import { type Clock, realClock } from './clock.ts'
import { findPort } from './ports.ts'

export interface TransportOptions {
  /** The clock of a simulated device. */
  readonly clock?: Clock
  readonly connectTimeoutMs?: number
  /** Of a simulator: the same URL gives each owner one of its own. */
  readonly owner?: string
}

/**
 * Open the byte stream that a URL names. Destroying the stream closes the device.
 *
 * - `serial:/dev/ttyACM0?baud=115200` (a bare `/dev/…` or `COM3` will do); `rtscts=1` for hardware flow control,
 *   `xonxoff=1` for XON and XOFF;   instead of a path `ebb`, a USB serial number or an EBB's nickname (`findPort`)
 * - `tcp://host:port`
 * - `sim:ebb`, with `?firmware=3.0.3` and `?machine=eggbot`; `sim:grbl`; `sim:hpgl`, with `?model=7550A`
 *
 * `speed=20` after any of them says that the device is simulated and twenty times as fast as a real one: see `clockOf`.
 *
 * @throws PlotdError ERR_TRANSPORT when it cannot be opened, ERR_CONFIG when it is no such URL
 */
export async function openTransport(url: string, options: TransportOptions = {}): Promise<Duplex> {
  const { scheme, rest, query } = parts(url)
  switch (scheme) {
    case 'serial': {
      const { openSerial } = await import('./serial.ts') // native code: only when it is wanted
      const baud = baudRate(url, query)
      const flow = { rtscts: query.get('rtscts') === '1', xonxoff: query.get('xonxoff') === '1' }
      return openSerial(await findPort(rest), baud, flow)
    }
    case 'tcp':
      return openTcp(url, options.connectTimeoutMs ?? 5000)
    case 'sim': {
      const { simulatorPortFor } = await import('./simulators/index.ts')
      return simulatorPortFor(rest, query, options.clock ?? realClock, options.owner)
    }
    default:
      throw new PlotdError(
        'ERR_CONFIG',
        `device ${url}: expected serial:PATH, tcp://HOST:PORT or sim:ebb, sim:grbl, sim:hpgl`,
        { url },
      )
  }
}

function parts(url: string): { scheme: string; rest: string; query: URLSearchParams } {
  const [address = '', question = ''] = url.split('?', 2)
  const query = new URLSearchParams(question)
  if (/^(\/dev\/|COM\d)/i.test(address)) return { scheme: 'serial', rest: address, query }
  const [, scheme = '', rest = ''] = /^([a-z]+):(.+)$/.exec(address) ?? []
  return { scheme, rest, query }
}

function baudRate(url: string, query: URLSearchParams): number {
  const baud = Number(query.get('baud') ?? 115200)
  if (Number.isInteger(baud) && baud >= 50 && baud <= 4_000_000) return baud
  throw new PlotdError('ERR_CONFIG', `device ${url}: baud must be a number such as 9600 or 115200`, { url })
}

async function openTcp(url: string, timeoutMs: number): Promise<Duplex> {
  const { hostname, port } = new URL(url)
  const number = Number(port)
  if (hostname === '' || number === 0) {
    throw new PlotdError('ERR_CONFIG', `device ${url}: expected tcp://HOST:PORT`, { url })
  }
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: number, keepAlive: true })
  socket.setNoDelay(true)
  socket.on('error', () => {}) // 'close' tells the rest; unheard, an error would end the process
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) })
    return socket
  } catch (cause) {
    socket.destroy()
    const why = cause instanceof Error && cause.name === 'AbortError' ? 'it did not answer' : String(cause)
    throw new PlotdError('ERR_TRANSPORT', `${url} could not be reached: ${why}`, { url }, cause)
  }
}
