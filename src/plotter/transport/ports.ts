import { readdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PlotdError } from '../../errors.ts'

/** A serial port. A port that is built into the computer has no USB ids. */
export interface PortInfo {
  readonly path: string
  /** USB ids of vendor and product, four lower-case hex digits each. */
  readonly vendorId?: string
  readonly productId?: string
  readonly serialNumber?: string
  readonly manufacturer?: string
  /** The product's name on USB; known only on Linux, because serialport does not report this name. */
  readonly product?: string
  /** The name that an EBB's owner gave it, from `product`. */
  readonly nickname?: string
  readonly dialect?: 'ebb'
}

const EBB = { vendorId: '04d8', productId: 'fd92' }

/**
 * Serial ports, on USB and built in. On Linux `listPorts` reads /sys, because serialport's own list needs udevadm,
 * which small systems lack. No port is opened.
 */
export async function listPorts(): Promise<PortInfo[]> {
  if (process.platform === 'linux') return portsFromSys()
  const { SerialPort } = await import('serialport')
  const devices = await SerialPort.list()
  return devices.map(({ path, vendorId, productId, serialNumber, manufacturer }) =>
    portInfo({ path, ...knownFields({ vendorId, productId, serialNumber, manufacturer }) }),
  )
}

/** The ports that Linux shows below `sys`. */
export async function portsFromSys(sys = '/sys'): Promise<PortInfo[]> {
  const folder = join(sys, 'class/tty')
  const names = (await readdir(folder).catch(() => [])).sort((a, b) => a.localeCompare(b))
  const portOf = async (name: string): Promise<PortInfo | undefined> => {
    if (/^tty(USB|ACM)\d+$/.test(name)) return usbPort(join(folder, name, 'device'), join('/dev', name))
    return /^tty(S|AMA)\d+$/.test(name) ? builtInPort(join(folder, name), join('/dev', name)) : undefined
  }
  const devices = await Promise.all(names.map(portOf))
  return devices.filter((port) => port !== undefined)
}

/**
 * A port that is built into the computer. Linux also has device files for ports that do not exist. The type of such a
 * port is 0.
 */
async function builtInPort(folder: string, path: string): Promise<PortInfo | undefined> {
  const type = await readFile(join(folder, 'type'), 'utf8').catch(() => '0')
  return type.trim() === '0' ? undefined : { path }
}

/** A port on USB. The first folder with a vendor above the tty is that of the USB device. */
async function usbPort(device: string, path: string): Promise<PortInfo | undefined> {
  let folder = await realpath(device).catch(() => '/')
  for (let level = 0; level < 6 && folder !== '/'; level++, folder = dirname(folder)) {
    const read = async (name: string) =>
      (await readFile(join(folder, name), 'utf8').catch(() => '')).trim() || undefined
    const vendorId = await read('idVendor')
    const productId = await read('idProduct')
    if (vendorId === undefined || productId === undefined) continue
    const words = { serialNumber: await read('serial'), manufacturer: await read('manufacturer') }
    return portInfo({ path, vendorId, productId, ...knownFields({ ...words, product: await read('product') }) })
  }
  return undefined
}

function portInfo(port: PortInfo): PortInfo {
  const ids = knownFields({ vendorId: port.vendorId?.toLowerCase(), productId: port.productId?.toLowerCase() })
  if (ids.vendorId !== EBB.vendorId || ids.productId !== EBB.productId) return { ...port, ...ids }
  const nickname = /^EiBotBoard,(.+)$/.exec(port.product ?? '')?.[1]?.trim()
  return { ...port, ...ids, dialect: 'ebb', ...knownFields({ nickname }) }
}

/**
 * The device path for a name. A path is returned unchanged. `ebb` means the only EBB. Any other name is a USB serial
 * number or a nickname, which stay the same when the port's number changes.
 *
 * @throws PlotdError ERR_TRANSPORT when no port or more than one has the name
 */
export async function findPort(name: string, list: () => Promise<PortInfo[]> = listPorts): Promise<string> {
  if (/^(\/|\.|COM\d)/i.test(name)) return name
  const ports = await list()
  const matching = ports.filter(({ serialNumber, nickname, dialect }) =>
    name === 'ebb' ? dialect === 'ebb' : serialNumber === name || nickname === name,
  )
  const [port] = matching
  if (port && matching.length === 1) return port.path
  const names = ports.map(({ path, serialNumber, nickname }) =>
    [path, nickname, serialNumber].filter(Boolean).join(' '),
  )
  const existing = names.length === 0 ? 'there is no serial port' : `there are ${names.join(', ')}`
  const why = port ? 'more than one port has this name' : 'no port has this name'
  throw new PlotdError('ERR_TRANSPORT', `serial:${name}: ${why}; ${existing}`, { name, ports: names })
}

/** The fields that have a value. */
function knownFields<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string
  }
}
