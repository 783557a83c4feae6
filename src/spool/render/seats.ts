export interface SeatOptions {
  /** Aborting leaves the waiting line. */
  readonly signal?: AbortSignal
  /** Goes to the front of the waiting line. */
  readonly ahead?: boolean
  /** The longest wait. */
  readonly withinMs?: number
}

/** A number of seats and a line of waiting callers. */
export class Seats {
  readonly #size: number
  #taken = 0
  #queue: (() => void)[] = []

  constructor(size: number) {
    this.#size = size
  }

  get free(): number {
    return this.#size - this.#taken
  }

  /** @returns false when there was no seat in time. Call `leave` after true. @throws the signal's reason when aborted */
  async take({ signal, ahead = false, withinMs }: SeatOptions = {}): Promise<boolean> {
    signal?.throwIfAborted()
    if (this.free > 0) this.#taken++
    else if (!(await this.#turn(ahead, withinMs, signal))) return false
    return true
  }

  /** Frees the seat for the next caller. */
  leave(): void {
    const next = this.#queue.shift()
    if (next) next()
    else this.#taken--
  }

  #turn(ahead: boolean, withinMs: number | undefined, signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      }
      const go = (): void => {
        settle()
        resolve(true)
      }
      const giveUp = (): void => {
        settle()
        this.#queue = this.#queue.filter((each) => each !== go)
      }
      const onAbort = (): void => {
        giveUp()
        reject(signal?.reason)
      }
      const onLate = (): void => {
        giveUp()
        resolve(false)
      }
      signal?.addEventListener('abort', onAbort)
      const timer = withinMs === undefined ? undefined : setTimeout(onLate, withinMs)
      if (ahead) this.#queue.unshift(go)
      else this.#queue.push(go)
    })
  }
}
