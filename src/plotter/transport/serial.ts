import { stat } from 'node:fs/promises'
import type { Duplex } from 'node:stream'
import { SerialPort } from 'serialport'
import { PlotdError } from '../../errors.ts'

const WATCH_MS = 250

/**
 * serialport's stream with a `destroy` that closes the device: without it, the file stays open (and locked) behind
 * a stream that looks dead.
 */
class DestroyableSerialPort extends SerialPort {
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.isOpen) this.close(() => done(error))
    else done(error)
  }
}

/** How the device may ask this computer to wait. */
export interface FlowControl {
  /** By its RTS and CTS lines. */
  readonly rtscts?: boolean
  /** By the bytes XOFF and XON, which the operating system then takes out. */
  readonly xonxoff?: boolean
}

/**
 * Open a serial device. The stream is destroyed when the device goes away.
 *
 * @throws PlotdError ERR_TRANSPORT naming the path: missing, in use by another program, or not permitted
 */
export async function openSerial(path: string, baudRate: number, flow: FlowControl = {}): Promise<Duplex> {
  const { rtscts = false, xonxoff = false } = flow
  const software = { xon: xonxoff, xoff: xonxoff }
  const port = new DestroyableSerialPort({ path, baudRate, rtscts, ...software, autoOpen: false, lock: true })
  // a write that is pending when the port closes fails with 'Canceled'; unheard, that would end the process
  port.on('error', () => {})
  await new Promise<void>((opened, failed) => {
    port.open((error) => (error ? failed(openFailure(path, error)) : opened()))
  })
  port.once('close', () => port.destroy())
  watch(port, path)
  return port
}

/**
 * Close the port when its device file is gone. A device that leaves while a read is under way makes the native
 * reader spin on empty reads, without an event of any kind; only a write would notice.
 */
function watch(port: SerialPort, path: string): void {
  if (process.platform === 'win32') return
  const identity = () =>
    stat(path).then(
      ({ ino, rdev }) => `${ino}:${rdev}`,
      () => 'gone',
    )
  const opened = identity()
  const timer = setInterval(async () => {
    if ((await identity()) === (await opened)) return
    clearInterval(timer)
    port.destroy()
  }, WATCH_MS)
  timer.unref()
  port.once('close', () => clearInterval(timer))
}

function openFailure(path: string, error: Error): PlotdError {
  const hint = HINTS.find(([pattern]) => pattern.test(error.message))?.[1] ?? error.message
  return new PlotdError('ERR_TRANSPORT', `${path} could not be opened: ${hint}`, { path }, error)
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/no such file|ENOENT/i, 'there is no such device; is the plotter plugged in and switched on?'],
  [/permission denied|EACCES/i, 'permission denied; add yourself to the group that owns it (often dialout or uucp)'],
  [/lock|busy|EBUSY|temporarily unavailable/i, 'another program has it open'],
]
