import { PlotdError } from '../../errors.ts'

/** A device URL, parsed. */
export type Address =
  | { readonly scheme: 'serial'; readonly port: string; readonly baud: number; readonly query: URLSearchParams }
  | { readonly scheme: 'tcp'; readonly host: string; readonly port: number }
  /** The WebSocket of a FluidNC or grblHAL board. */
  | { readonly scheme: 'ws'; readonly url: string }
  | { readonly scheme: 'sim'; readonly name: string; readonly query: URLSearchParams }

/** The parameters of `clockOf`. */
const CLOCK = ['speed', 'patience']
const SERIAL = ['baud', 'rtscts', 'xonxoff', ...CLOCK]
const ALL_SIMULATORS = ['scaleX', 'scaleY', 'skew', ...CLOCK]
/** The parameters of each simulator. */
const SIMULATORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ebb', ['firmware', 'nickname', 'machine', ...ALL_SIMULATORS]],
  ['grbl', ['firmware', 'homing', ...ALL_SIMULATORS]],
  ['marlin', ['firmware', ...ALL_SIMULATORS]],
  ['hpgl', ['model', 'baud', 'flow', ...ALL_SIMULATORS]],
])

/** Parses a device URL without opening the device. @throws PlotdError ERR_CONFIG with the forms that are allowed */
export function addressOf(url: string): Address {
  const [address = '', question = ''] = url.split('?', 2)
  const query = new URLSearchParams(question)
  const isBare = /^(\/dev\/|COM\d)/i.test(address)
  const [, scheme = '', rest = ''] = isBare ? ['', 'serial', address] : (/^([a-z]+):(.+)$/.exec(address) ?? [])
  if (scheme === 'serial') {
    requireKnown(url, query, SERIAL)
    return { scheme, port: rest, baud: baudRate(url, query), query }
  }
  if (scheme === 'tcp') return { scheme, ...hostAndPort(url) }
  if (scheme === 'ws' && URL.canParse(url)) return { scheme, url }
  const parameters = scheme === 'sim' && SIMULATORS.get(rest)
  if (parameters) {
    requireKnown(url, query, parameters)
    return { scheme: 'sim', name: rest, query }
  }
  throw addressError(
    url,
    'expected serial:PATH, tcp://HOST:PORT, ws://HOST:PORT or sim:ebb, sim:grbl, sim:marlin, sim:hpgl',
  )
}

/**
 * Whether two URLs name one device. The settings of a serial port do not count, and links such as /dev/serial/by-id are
 * not followed. Simulators and invalid URLs never count as one device.
 */
export function isSameDevice(one: string, other: string): boolean {
  const device = deviceOf(one)
  return device !== undefined && device === deviceOf(other)
}

function deviceOf(url: string): string | undefined {
  let address: Address
  try {
    address = addressOf(url)
  } catch {
    return undefined
  }
  if (address.scheme === 'serial') return `serial:${address.port.replace(/^com\d+$/i, (port) => port.toUpperCase())}`
  if (address.scheme === 'tcp') return `tcp://${address.host.toLowerCase()}:${address.port}`
  return address.scheme === 'ws' ? new URL(address.url).href : undefined
}

const addressError = (url: string, expected: string) =>
  new PlotdError('ERR_CONFIG', `device ${url}: ${expected}`, { url })

function requireKnown(url: string, query: URLSearchParams, names: readonly string[]): void {
  const unknown = [...query.keys()].find((name) => !names.includes(name))
  if (unknown !== undefined) throw addressError(url, `no parameter is called ${unknown}; there are ${names.join(', ')}`)
}

function baudRate(url: string, query: URLSearchParams): number {
  const baud = Number(query.get('baud') ?? 115200)
  if (Number.isInteger(baud) && baud >= 50 && baud <= 4_000_000) return baud
  throw addressError(url, 'baud must be a whole number from 50 to 4000000')
}

function hostAndPort(url: string): { readonly host: string; readonly port: number } {
  const { hostname = '', port = '' } = URL.canParse(url) ? new URL(url) : {}
  if (hostname === '' || Number(port) === 0) throw addressError(url, 'expected tcp://HOST:PORT')
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
}
