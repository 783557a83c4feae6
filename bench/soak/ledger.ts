/** The bench's own record of the daemon's jobs: each acknowledged job until it ends, and the last 100 ended jobs. */
export class Ledger {
  readonly counts: Record<string, number> = { lost: 0, 'inked twice': 0, violations: 0 }
  /** The first 100 violations of the rules since a bench last printed and emptied this list. */
  readonly violations: string[] = []
  /** Called before an operator resumes an interrupted job. */
  onResume: (id: string) => void = () => {}
  /** Drawings that were submitted and not acknowledged. The daemon may have them or not. */
  readonly unanswered = new Set<number>()
  readonly #live = new Map<string, KnownJob>()
  readonly #ended: KnownJob[] = []

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by
  }

  violate(what: string): void {
    if (this.violations.length < 100) this.violations.push(what)
    this.count('violations')
  }

  acknowledged(id: string, drawing?: number): void {
    const known: KnownJob = { id, status: 'queued', ...(drawing === undefined ? {} : { drawing }) }
    this.#live.set(id, known)
    this.count('acknowledged')
  }

  /**
   * Ids of the jobs that must exist: first those that have not ended, then the latest ended ones. A job that ended
   * while the daemon's clock was wrong is left out.
   */
  get expected(): string[] {
    return [...this.#live.keys(), ...this.#ended.filter(({ isKept }) => isKept).map(({ id }) => id)]
  }

  get live(): string[] {
    return [...this.#live.keys()]
  }

  drawingOf(id: string): number | undefined {
    return this.#all().find((job) => job.id === id)?.drawing
  }

  /** The first job whose drawing `looksLike` accepts. */
  jobOf(looksLike: (drawing: number) => boolean): string | undefined {
    return this.#all().find(({ drawing }) => drawing !== undefined && looksLike(drawing))?.id
  }

  #all(): KnownJob[] {
    return [...this.#live.values(), ...this.#ended]
  }

  /** Records that a client retried a job: a job that had ended is live again. */
  reopened(id: string): void {
    const i = this.#ended.findIndex((job) => job.id === id)
    const [known] = i < 0 ? [] : this.#ended.splice(i, 1)
    if (known) this.#live.set(id, known)
  }

  record(
    id: string,
    status: string,
    { code, endedAt }: { readonly code?: string; readonly endedAt?: number } = {},
  ): void {
    const ended = this.#ended.find((job) => job.id === id)
    if (ended && ended.status !== status) this.violate(`job ${id} was ${ended.status} and is ${status} now`)
    const known = this.#live.get(id)
    if (!known) return
    known.status = status
    if (!FINAL.has(status)) return
    this.#live.delete(id)
    // a job that ended while the clock was set back looks old, so the daemon removes it early
    known.isKept = Math.abs((endedAt ?? 0) - Date.now()) < WRONG_CLOCK_MS
    this.#ended.push(known)
    this.count(status === 'failed' ? `failed: ${code}` : status)
    if (this.#ended.length > REMEMBERED) this.#ended.shift()
  }

  missing(id: string): void {
    this.violate(`job ${id} was acknowledged and is lost`)
    this.count('lost')
    this.#live.delete(id)
  }
}

interface KnownJob {
  readonly id: string
  readonly drawing?: number
  status: string
  isKept?: boolean
}

export const FINAL: ReadonlySet<string> = new Set(['finished', 'failed', 'canceled'])
/** Maximum number of ended jobs that are still checked. */
const REMEMBERED = 100
/** If a job's `endedAt` differs from the bench's clock by this or more, ms, the daemon's clock was set wrong. */
const WRONG_CLOCK_MS = 600_000
