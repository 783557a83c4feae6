import { readdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PlotdError } from '../errors.ts'

/** A serial port with a USB device behind it. */
export interface PortInfo {
  readonly path: string
  /** Four lower-case hex digits each. */
  readonly vendorId: string
  readonly productId: string
  readonly serialNumber?: string
  readonly manufacturer?: string
  readonly product?: string
  /** An EBB carries the name that its owner gave it in its product string. */
  readonly nickname?: string
  readonly dialect?: 'ebb'
}

const EBB = { vendorId: '04d8', productId: 'fd92' }

/**
 * USB serial ports. On Linux they are read from /sys, because serialport's own list needs udevadm, which small
 * systems lack. Nothing is opened.
 */
export async function listPorts(): Promise<PortInfo[]> {
  if (process.platform === 'linux') return portsFromSys()
  const { SerialPort } = await import('serialport')
  const found = await SerialPort.list()
  return found.flatMap(({ path, vendorId, productId, serialNumber, manufacturer }) =>
    vendorId === undefined
      ? []
      : [described({ path, vendorId, productId: productId ?? '', ...some({ serialNumber, manufacturer }) })],
  )
}

/** The ports that Linux shows below `sys`. */
export async function portsFromSys(sys = '/sys', dev = '/dev'): Promise<PortInfo[]> {
  const folder = join(sys, 'class/tty')
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^tty(USB|ACM)\d+$/.test(name)).sort()
  const found = await Promise.all(names.map((name) => usbPort(join(folder, name, 'device'), join(dev, name))))
  return found.filter((port) => port !== undefined)
}

/** The USB device is a few folders above the tty: the first one that has a vendor. */
async function usbPort(device: string, path: string): Promise<PortInfo | undefined> {
  let folder = await realpath(device).catch(() => '/')
  for (let level = 0; level < 6 && folder !== '/'; level++, folder = dirname(folder)) {
    const read = async (name: string) =>
      (await readFile(join(folder, name), 'utf8').catch(() => '')).trim() || undefined
    const [vendorId, productId] = [await read('idVendor'), await read('idProduct')]
    if (vendorId === undefined || productId === undefined) continue
    const words = { serialNumber: await read('serial'), manufacturer: await read('manufacturer') }
    return described({ path, vendorId, productId, ...some({ ...words, product: await read('product') }) })
  }
  return undefined
}

function described(port: PortInfo): PortInfo {
  const [vendorId, productId] = [port.vendorId.toLowerCase(), port.productId.toLowerCase()]
  if (vendorId !== EBB.vendorId || productId !== EBB.productId) return { ...port, vendorId, productId }
  const nickname = /^EiBotBoard,(.+)$/.exec(port.product ?? '')?.[1]?.trim()
  return { ...port, vendorId, productId, dialect: 'ebb', ...some({ nickname }) }
}

/**
 * The device path that a name means: a path is taken as it is; `ebb` is the one EBB there is; anything else is a
 * USB serial number or a nickname, which stay when the port's number changes.
 *
 * @throws PlotdError ERR_TRANSPORT when nothing, or more than one thing, answers to the name
 */
export async function findPort(name: string, list: () => Promise<PortInfo[]> = listPorts): Promise<string> {
  if (/^(\/|\.|COM\d)/i.test(name)) return name
  const ports = await list()
  const matching = ports.filter(({ serialNumber, nickname, dialect }) =>
    name === 'ebb' ? dialect === 'ebb' : serialNumber === name || nickname === name,
  )
  const [port] = matching
  if (port && matching.length === 1) return port.path
  const seen = ports.map(({ path, serialNumber, nickname }) => [path, nickname, serialNumber].filter(Boolean).join(' '))
  const there = seen.length === 0 ? 'there is no USB serial port' : `there are ${seen.join(', ')}`
  const why = port ? 'answers to more than one' : 'answers to none'
  throw new PlotdError('ERR_TRANSPORT', `serial:${name} ${why} of the ports: ${there}`, { name, ports: seen })
}

/** Without the fields that are not known. */
function some<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string
  }
}
