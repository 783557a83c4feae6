type Sample<What extends string> = Readonly<Record<What | 'seconds', number>>

export interface Trend {
  readonly first: number
  readonly last: number
  /** Per hour, with its standard error. */
  readonly slope: number
  readonly error: number
}

/** What one daemon holds, over time. */
export class Usages<What extends string> {
  readonly #samples: Sample<What>[] = []

  add(seconds: number, usage: Readonly<Record<What, number>>): void {
    this.#samples.push({ ...usage, seconds })
  }

  get latest(): Sample<What> | undefined {
    return this.#samples.at(-1)
  }

  /**
   * The trend of the lowest value in each of up to 60 windows, after a warm-up of a quarter of the time: what the
   * garbage collector has not yet come to is not what is held.
   */
  trend(of: What): Trend {
    const [start, end] = [this.#samples[0]?.seconds ?? 0, this.#samples.at(-1)?.seconds ?? 0]
    const warm = this.#samples.filter(({ seconds }) => seconds >= start + (end - start) / 4)
    const size = Math.max(1, Math.ceil(warm.length / 60))
    const lows = Array.from({ length: Math.ceil(warm.length / size) }, (_, i) => warm.slice(i * size, (i + 1) * size))
      .map((window) => window.reduce((low, each) => (each[of] < low[of] ? each : low)))
      .map((each) => [each.seconds / 3600, each[of]] as const)
    return { first: lows[0]?.[1] ?? 0, last: lows.at(-1)?.[1] ?? 0, ...line(lows) }
  }
}

/** Least squares. */
function line(points: readonly (readonly [x: number, y: number])[]): { slope: number; error: number } {
  const n = points.length
  const mean = (i: 0 | 1) => points.reduce((sum, point) => sum + point[i], 0) / n
  const [mx, my] = [mean(0), mean(1)]
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
  if (n < 3 || sxx === 0) return { slope: 0, error: Infinity }
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx
  const rest = points.reduce((sum, [x, y]) => sum + (y - my - slope * (x - mx)) ** 2, 0)
  return { slope, error: Math.sqrt(rest / (n - 2) / sxx) }
}
