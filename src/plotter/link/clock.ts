/**
 * Time as the plotter side sees it, in ms since some start. Simulators, links and drivers take theirs from a clock,
 * so that a plot of hours can be tested in a second and a timeout never makes a test wait.
 */
export interface Clock {
  now(): number
  /** Calls back once, `ms` from now; the result calls it off. */
  after(ms: number, call: () => void): () => void
  /**
   * How many times longer than it says a deadline on others should be. A clock that runs fast hurries the plotter,
   * not the cable and the computer at its other end. 1 when absent.
   */
  readonly patience?: number
}

export const realClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

/** A clock that runs `factor` times as fast as the real one. */
export function scaledClock(factor: number): Clock {
  return {
    now: () => realClock.now() * factor,
    after: (ms, call) => realClock.after(ms / factor, call),
    patience: Math.max(1, factor),
  }
}

/** The clock of the device that a URL names: `speed=20` says that it is simulated, twenty times as fast as a real one. */
export function clockOf(url: string): Clock {
  const [, factor] = /[?&]speed=(\d+(?:\.\d+)?)/.exec(url) ?? []
  return Number(factor) > 0 ? scaledClock(Number(factor)) : realClock
}

interface Timer {
  readonly at: number
  readonly call: () => void
}

/**
 * A clock without waiting: whenever the process has nothing else to do, it jumps to the next timer. Promises,
 * ticks and in-process streams settle before each jump; sockets and files do not count as being busy.
 */
export class VirtualClock implements Clock {
  #now = 0
  #timers: Timer[] = []
  #pumping = false

  now(): number {
    return this.#now
  }

  after(ms: number, call: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), call }
    const place = this.#timers.findIndex(({ at }) => at > timer.at)
    this.#timers.splice(place < 0 ? this.#timers.length : place, 0, timer)
    this.#pump()
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    setImmediate(() => {
      this.#pumping = false
      const next = this.#timers.shift()
      if (!next) return
      this.#now = next.at
      if (this.#timers.length > 0) this.#pump()
      next.call()
    })
  }
}

/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const aborted = () => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', aborted)
      resolve()
    })
    signal?.addEventListener('abort', aborted, { once: true })
  })
}
