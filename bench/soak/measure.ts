type Sample<What extends string> = Readonly<Record<What | 'seconds', number>>

/** The trend of one figure, in its unit. */
export interface Trend {
  /** Lowest values of the first and of the last window of `Usages.trend`. */
  readonly first: number
  readonly last: number
  /** Growth per hour. */
  readonly slope: number
  /** Half of the 95 % interval about the slope. */
  readonly error: number
}

/** Whether the growth is within the noise: the interval about the slope reaches down to 0. */
export const isFlat = ({ slope, error }: Trend): boolean => slope - error <= 0

export class Usages<What extends string> {
  readonly #samples: Sample<What>[] = []

  add(seconds: number, usage: Readonly<Record<What, number>>): void {
    this.#samples.push({ ...usage, seconds })
  }

  get latest(): Sample<What> | undefined {
    return this.#samples.at(-1)
  }

  /**
   * The trend of the lowest value in each of up to 60 windows. The first half of the time is warm-up and is left out.
   * The lowest value excludes garbage that is not collected yet.
   */
  trend(figure: What): Trend {
    const [start, end] = [this.#samples[0]?.seconds ?? 0, this.#samples.at(-1)?.seconds ?? 0]
    const warm = this.#samples.filter(({ seconds }) => seconds >= (start + end) / 2)
    const size = Math.max(1, Math.ceil(warm.length / 60))
    const lows = Array.from({ length: Math.ceil(warm.length / size) }, (_, i) => warm.slice(i * size, (i + 1) * size))
      .map((window) => window.reduce((low, sample) => (sample[figure] < low[figure] ? sample : low)))
      .map((sample) => [sample.seconds / 3600, sample[figure]] as const)
    return { first: lows[0]?.[1] ?? 0, last: lows.at(-1)?.[1] ?? 0, ...line(lows) }
  }
}

/** 95 % of a normal distribution lie within this many standard deviations of its mean. */
const WITHIN_95 = 1.96

/**
 * A line by least squares. Memory is autocorrelated: a high window is likely to follow a high window. Plain least
 * squares assumes independent points and would find a trend in most random walks. So the error is widened by the
 * autocorrelation of the residuals.
 */
function line(points: readonly (readonly [x: number, y: number])[]): { slope: number; error: number } {
  const n = points.length
  const mean = (i: 0 | 1) => points.reduce((sum, point) => sum + point[i], 0) / n
  const [mx, my] = [mean(0), mean(1)]
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
  if (n < 3 || sxx === 0) return { slope: 0, error: Infinity }
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx
  const residuals = points.map(([x, y]) => y - my - slope * (x - mx))
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0)
  const pairs = residuals.slice(1).reduce((sum, residual, i) => sum + residual * (residuals[i] ?? 0), 0)
  const autocorrelation = squares === 0 ? 0 : Math.min(MAX_AUTOCORRELATION, Math.max(0, pairs / squares))
  const widened = Math.sqrt((1 + autocorrelation) / (1 - autocorrelation))
  return { slope, error: WITHIN_95 * widened * Math.sqrt(squares / (n - 2) / sxx) }
}

const MAX_AUTOCORRELATION = 0.95
