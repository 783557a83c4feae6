/**
 * The time of simulators, links and drivers, ms since an arbitrary start. With the virtual clock of a test, a plot of
 * hours takes a second, and a timeout takes no time.
 */
export interface Clock {
  now(): number
  /** Calls `call` once, `ms` from now. The returned function cancels the call. */
  after(ms: number, call: () => void): () => void
  /**
   * Factor on the deadlines for a device; 1 when absent. A fast clock speeds up the simulated plotter, but not the
   * computer and the connection to the simulator.
   */
  readonly deadlineFactor?: number
}

export const realClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, Math.max(0, ms))
    return () => clearTimeout(timer)
  },
}

/**
 * A clock that runs `factor` times as fast as the real one.
 *
 * @param patience factor on the real deadlines for the device
 */
export function scaledClock(factor: number, patience = 1): Clock {
  return {
    now: () => realClock.now() * factor,
    after: (ms, call) => realClock.after(ms / factor, call),
    deadlineFactor: Math.max(1, factor) * patience,
  }
}

/**
 * The clock for a device URL. `speed=20` means a simulated device that runs twenty times as fast as a real one.
 * `patience=10` is for a device that is a process on a busy computer, and whose answers may take ten times as long.
 */
export function clockOf(url: string): Clock {
  const speed = parameterOf(url, 'speed')
  const patience = parameterOf(url, 'patience')
  return speed || patience ? scaledClock(speed || 1, patience || 1) : realClock
}

/** A parameter of a URL as a number; 0 when it is absent or not a number. */
const parameterOf = (url: string, name: string): number =>
  Number(new RegExp(`[?&]${name}=(\\d+(?:\\.\\d+)?)`).exec(url)?.[1] ?? 0)

interface Timer {
  readonly at: number
  readonly call: () => void
}

/**
 * A clock for tests. When the process has nothing else to do, the clock jumps to the next timer. Promises, ticks and
 * in-process streams settle before each jump. The clock does not wait for sockets and files.
 */
export class VirtualClock implements Clock {
  #now = 0
  #timers: Timer[] = []
  #isPumping = false

  now(): number {
    return this.#now
  }

  after(ms: number, call: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), call }
    const place = this.#timers.findIndex(({ at }) => at > timer.at)
    this.#timers.splice(place < 0 ? this.#timers.length : place, 0, timer)
    this.#pump()
    return () => {
      this.#timers = this.#timers.filter((candidate) => candidate !== timer)
    }
  }

  #pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    setImmediate(() => {
      this.#isPumping = false
      const next = this.#timers.shift()
      if (!next) return
      this.#now = next.at
      if (this.#timers.length > 0) this.#pump()
      next.call()
    })
  }
}

/** Resolves after `ms`. Rejects with the signal's reason as soon as the signal is aborted. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = () => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
