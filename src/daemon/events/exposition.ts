/** The part of Prometheus' text format that the daemon uses (exposition formats, version 0.0.4). */

type Labels = Readonly<Record<string, string>>

const escapeLabel = (text: string) => text.replace(/[\\\n"]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))

function sample(name: string, labels: Labels, value: number): string {
  const inner = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`)
  return `${name}${inner.length === 0 ? '' : `{${inner.join(',')}}`} ${value}`
}

export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** The samples as lines of text. @param extra  further labels of each sample */
  samples(extra: Labels): string[]
}

/** A counter or a gauge, with a number for each set of labels. A counter only grows. */
export class Numbers implements Metric {
  readonly #values = new Map<string, { readonly labels: Labels; value: number }>()
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'

  constructor(type: 'counter' | 'gauge', name: string, help: string) {
    this.type = type
    this.name = name
    this.help = help
  }

  add(by: number, labels: Labels = {}): void {
    this.set((this.#values.get(JSON.stringify(labels))?.value ?? 0) + by, labels)
  }

  set(value: number, labels: Labels = {}): void {
    this.#values.set(JSON.stringify(labels), { labels, value })
  }

  samples(extra: Labels): string[] {
    return [...this.#values.values()].map(({ labels, value }) => sample(this.name, { ...labels, ...extra }, value))
  }
}

/** Durations in seconds, counted in buckets. */
export class Histogram implements Metric {
  readonly type = 'histogram'
  readonly name: string
  readonly help: string
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** @param bounds  upper bounds of the buckets, ascending */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name
    this.help = help
    this.#bounds = bounds
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  observe(seconds: number): void {
    const i = this.#bounds.findIndex((bound) => seconds <= bound)
    const bucket = i < 0 ? this.#bounds.length : i
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += seconds
  }

  samples(extra: Labels): string[] {
    let count = 0
    const buckets = [...this.#bounds.map(String), '+Inf'].map((le, i) => {
      count += this.#counts[i] ?? 0
      return sample(`${this.name}_bucket`, { le, ...extra }, count)
    })
    return [...buckets, sample(`${this.name}_sum`, extra, this.#sum), sample(`${this.name}_count`, extra, count)]
  }
}

/** The metrics in the text format of Prometheus. @param extra  further labels of each sample */
export const exposition = (metrics: readonly Metric[], extra: Labels = {}): string =>
  metrics
    .flatMap((metric) => [
      `# HELP ${metric.name} ${metric.help}`,
      `# TYPE ${metric.name} ${metric.type}`,
      ...metric.samples(extra),
    ])
    .map((line) => `${line}\n`)
    .join('')
