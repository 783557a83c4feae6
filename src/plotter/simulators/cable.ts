import { Duplex } from 'node:stream'
import type { Clock } from '../link/clock.ts'

/** The board's end of a cable, which a simulator implements. */
export interface Board {
  /** Called when bytes from the host arrive. */
  receive(bytes: Uint8Array): void
  /** Called when a host opens the port, because some boards then greet or reset. */
  opened?(): void
}

/** The host's end: a pty, a socket or a stream in this process. */
export interface Host {
  send(bytes: Uint8Array): void
  /** Called when the device is gone, for example unplugged. */
  hangUp(): void
}

/** Size of a packet of full-speed USB, bytes. */
const PACKET_BYTES = 64

/** Faults of the wire. All may be changed while the cable is in use. */
export interface CableFaults {
  /** Cuts the cable after this many more bytes from the host. */
  cutAfterBytes?: number
  /** Cuts the cable after this many more line ends (each CR or LF) from the host. */
  cutAfterLines?: number
  /** Cuts the cable after this many more packets of USB from the host. Each write begins a packet. */
  cutAfterPackets?: number
  /** Delay on every answer, ms. */
  lateMs?: number
  /** Whether the board's answers are lost. */
  mute?: boolean
  /** Whether the board's answers arrive as noise. */
  garble?: boolean
  /** Whether the host's bytes are lost. */
  deaf?: boolean
}

/**
 * The wire between a host and a simulated board. A new host replaces the present host. A cut cable stays cut until a
 * host plugs in again.
 */
export class Cable {
  readonly faults: CableFaults = {}
  /** Bytes that have passed from the host, also those that `deaf` loses. */
  received = 0
  /** Bytes that the board has sent, without those that `mute` loses. */
  sent = 0
  readonly #board: Board
  readonly #clock: Clock
  #host: Host | undefined
  #lastDelivery = 0

  constructor(board: Board, clock: Clock) {
    this.#board = board
    this.#clock = clock
  }

  get isPluggedIn(): boolean {
    return this.#host !== undefined
  }

  /** Connects a host. @returns its functions to send and to unplug */
  plug(host: Host): { send(bytes: Uint8Array): void; unplug(): void } {
    this.#host = host
    this.#board.opened?.()
    return {
      send: (bytes) => {
        if (this.#host === host) this.#toBoard(bytes)
      },
      unplug: () => {
        if (this.#host === host) this.#host = undefined
      },
    }
  }

  /** Cuts the cable, as if it were unplugged or the board left the bus. */
  cut(): void {
    const host = this.#host
    this.#host = undefined
    host?.hangUp()
  }

  /**
   * Sends text from the board to the host.
   *
   * @param wireMs  transmission time on a slow wire, ms
   */
  toHost(text: string, wireMs = 0): void {
    const { mute, garble, lateMs = 0 } = this.faults
    if (mute) return
    const bytes = Buffer.from(garble ? toNoise(text) : text, 'latin1')
    this.sent += bytes.length
    if (lateMs + wireMs === 0) this.#host?.send(bytes)
    else this.#deliverLate(bytes, lateMs, wireMs)
  }

  #deliverLate(bytes: Uint8Array, lateMs: number, wireMs: number): void {
    const host = this.#host
    this.#lastDelivery = Math.max(this.#lastDelivery, this.#clock.now() + lateMs) + wireMs
    this.#clock.after(this.#lastDelivery - this.#clock.now(), () => {
      if (this.#host === host) host?.send(bytes)
    })
  }

  #toBoard(bytes: Uint8Array): void {
    const beforeCut = this.#untilCut(bytes)
    this.received += beforeCut.length
    if (!this.faults.deaf && beforeCut.length > 0) this.#board.receive(beforeCut)
    const { cutAfterBytes, cutAfterLines, cutAfterPackets } = this.faults
    if (cutAfterBytes === 0 || cutAfterLines === 0 || cutAfterPackets === 0) {
      delete this.faults.cutAfterBytes
      delete this.faults.cutAfterLines
      delete this.faults.cutAfterPackets
      this.cut()
    }
  }

  /** The bytes that pass before the cable is cut. Subtracts these bytes, their lines and packets from `faults`. */
  #untilCut(bytes: Uint8Array): Uint8Array {
    const { faults } = this
    let length = bytes.length
    if (faults.cutAfterLines !== undefined) {
      for (let i = 0; i < length; i++) {
        if (bytes[i] === 10 || bytes[i] === 13) faults.cutAfterLines--
        if (faults.cutAfterLines === 0) length = i + 1
      }
    }
    if (faults.cutAfterPackets !== undefined) {
      const packets = Math.min(Math.ceil(length / PACKET_BYTES), faults.cutAfterPackets)
      faults.cutAfterPackets -= packets
      length = Math.min(length, packets * PACKET_BYTES)
    }
    if (faults.cutAfterBytes !== undefined) {
      length = Math.min(length, faults.cutAfterBytes)
      faults.cutAfterBytes -= length
    }
    return bytes.subarray(0, length)
  }
}

/** Replaces all but the line ends with printable noise. */
const toNoise = (text: string): string =>
  text.replace(/[^\r\n]/g, (c) => String.fromCharCode(((c.charCodeAt(0) * 7 + 13) % 94) + 33))

/** A host's end of a simulator's cable inside this process, as `sim:ebb` opens it. */
export function simulatorPort(cable: Cable): Duplex {
  const port: Duplex = new Duplex({
    read() {},
    write(bytes: Buffer, _encoding, done) {
      plug.send(bytes)
      done()
    },
    destroy(error, done) {
      plug.unplug()
      done(error)
    },
  })
  // without a listener the error of a cut port would end the process
  port.on('error', () => {})
  const plug = cable.plug({
    send: (bytes) => port.push(bytes),
    hangUp: () => port.destroy(new Error('the simulated device was unplugged')),
  })
  return port
}
