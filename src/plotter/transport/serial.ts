import { stat } from 'node:fs/promises'
import type { Duplex } from 'node:stream'
import { SerialPort } from 'serialport'
import { PlotdError } from '../../errors.ts'
import { listPorts } from './ports.ts'

/** Interval between checks of a device file, ms. */
const WATCH_MS = 250

/**
 * serialport's stream with a `destroy` that closes the device. Otherwise the file would stay open and locked behind a
 * dead stream.
 */
class DestroyableSerialPort extends SerialPort {
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.isOpen) this.close(() => done(error))
    else done(error)
  }
}

/** The signals with which the device asks this computer to wait. */
export interface FlowControl {
  /** The RTS and CTS lines. */
  readonly rtscts?: boolean
  /** XOFF and XON bytes, which the operating system removes from the data. */
  readonly xonxoff?: boolean
}

/**
 * Opens a serial device. The stream is destroyed when the device goes away.
 *
 * @throws PlotdError ERR_TRANSPORT that names the path and the reason, such as a missing device
 */
export async function openSerial(path: string, baudRate: number, flow: FlowControl = {}): Promise<Duplex> {
  const { rtscts = false, xonxoff = false } = flow
  const software = { xon: xonxoff, xoff: xonxoff }
  const port = new DestroyableSerialPort({ path, baudRate, rtscts, ...software, autoOpen: false, lock: true })
  // a write that is pending at close fails with 'Canceled'; without a listener this error would end the process
  port.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(error) : resolve()))
  }).catch(async (error: Error) => {
    throw await openFailure(path, error)
  })
  port.once('close', () => port.destroy())
  watch(port, path)
  return port
}

/**
 * Closes the port when its device file is gone or belongs to another device. If the device leaves during a read, the
 * native reader spins on empty reads and emits no event. Only a write would notice the loss.
 */
function watch(port: SerialPort, path: string): void {
  if (process.platform === 'win32') return
  const identity = () =>
    stat(path).then(
      ({ ino, rdev }) => `${ino}:${rdev}`,
      () => 'gone',
    )
  const identityAtOpen = identity()
  const timer = setInterval(async () => {
    if ((await identity()) === (await identityAtOpen)) return
    clearInterval(timer)
    port.destroy()
  }, WATCH_MS)
  timer.unref()
  port.once('close', () => clearInterval(timer))
}

async function openFailure(path: string, error: Error): Promise<PlotdError> {
  const hint = HINTS.find(([pattern]) => pattern.test(error.message))?.[1] ?? error.message
  const ports = MISSING.test(error.message) ? ` ${await presentPorts()}` : ''
  return new PlotdError('ERR_TRANSPORT', `${path} could not be opened: ${hint}${ports}`, { path }, error)
}

/**
 * A sentence that lists the present ports, without its full stop. Helps a user who mistyped a port or whose board is at
 * another port now.
 */
async function presentPorts(): Promise<string> {
  const ports = await listPorts().catch(() => [])
  if (ports.length === 0) return 'There is no serial port now'
  const names = ports.slice(0, MAX_PORTS).map(({ path, nickname, product }) => {
    const name = nickname ?? product
    return name === undefined ? path : `${path} (${name})`
  })
  return `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}${ports.length > MAX_PORTS ? ' …' : ''}`
}

const MAX_PORTS = 8
const MISSING = /no such file|ENOENT/i

const HINTS: readonly (readonly [RegExp, string])[] = [
  [MISSING, 'there is no such device; is the plotter plugged in and switched on?'],
  [/permission denied|EACCES/i, 'permission denied; add yourself to the group that owns it (often dialout or uucp)'],
  [/lock|busy|EBUSY|temporarily unavailable/i, 'another program has it open'],
]
