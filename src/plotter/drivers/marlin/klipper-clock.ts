import { sleep } from '../../link/clock.ts'
import type { Permission } from '../../link/permission.ts'
import { KLIPPER_LATE, KLIPPER_START } from '../../motion/index.ts'
import type { MarlinTalk } from './talk.ts'

/**
 * Computes when Klipper ends its queued motion. After M400, Klipper checks for the end only every tenth of a second, so
 * plotd sends M400 when the end is due.
 */
export class KlipperClock {
  readonly #talk: MarlinTalk
  /** When Klipper ends the motion that it has begun, ms on the link's clock. */
  #busyUntil = 0
  /** Queued motion that Klipper has not begun, ms. */
  #queuedMs = 0
  /** When plotd sent the first line after the queued motion. Klipper begins then, and may answer only seconds later. */
  #askedAt: number | undefined

  constructor(talk: MarlinTalk) {
    this.#talk = talk
  }

  get queuedMs(): number {
    return this.#queuedMs
  }

  /**
   * Records that motion of `ms` was sent.
   *
   * @param beganAt  when Klipper had received enough motion to begin, ms; undefined when more motion is needed
   */
  recordMotion(ms: number, beganAt: number | undefined): void {
    if (beganAt === undefined) this.#queuedMs += ms
    else this.#began(ms, beganAt)
  }

  /**
   * Sends M400, a dwell, or a line that raises or lowers the pen, and waits for the answer to that line.
   *
   * @param liftMs  duration of a move of the Z axis
   */
  async ask(line: string, liftMs: number, signal?: AbortSignal, permission?: Permission): Promise<void> {
    if (line === 'M400') await this.#untilDue(signal)
    const askedAt = this.#noteAsked()
    await this.#talk.ask(line, signal, permission)
    if (/^G0?[01] ?Z/.test(line)) this.#queuedMs += liftMs
    const dwell = /^G4 ?P(\d+)/.exec(line)?.[1]
    if (dwell !== undefined) this.#began(Number(dwell), askedAt)
  }

  /** Records that Klipper has begun the queued motion, and that Klipper is busy for another `ms` after this motion. */
  #began(ms: number, startMs: number): void {
    this.#busyUntil = Math.max(this.#busyUntil, startMs + 1000 * KLIPPER_START) + this.#queuedMs + ms
    this.#queuedMs = 0
    this.#askedAt = undefined
  }

  #noteAsked(): number {
    const now = this.#talk.link.clock.now()
    if (this.#queuedMs > 0) this.#askedAt ??= now
    return this.#askedAt ?? now
  }

  async #untilDue(signal?: AbortSignal): Promise<void> {
    const { clock } = this.#talk.link
    if (this.#queuedMs > 0) {
      const askedAt = this.#noteAsked()
      await this.#talk.ask('G4 P0', signal) // Klipper plans all queued lines before it answers, which may take long
      this.#began(0, askedAt)
    }
    await sleep(clock, this.#busyUntil + 1000 * KLIPPER_LATE - clock.now(), signal)
  }
}
