/** A row of the table `host`, as one query reads it. */
export interface Beat {
  readonly id: string
  readonly life: string
  readonly beats: string
}

interface Observation {
  readonly beat: Beat
  /** When the observation began, ms by the monotonic clock of the host that queries. */
  readonly since: number
  /** The number of later queries that read the same count, each answered in time. */
  queries: number
}

/** Queries in a row, each answered in time, before a host counts as lost. */
const MIN_QUERIES = 3

/**
 * Decides which hosts are lost, without any wall clock. Each host raises its count of heartbeats by 1 at intervals. A
 * host is lost when its count stands still for `lossMs` by the monotonic clock of this host. A query that fails or gets
 * a late answer proves nothing, because a database that hangs stops all counts at once. After such a query every
 * observation begins anew.
 */
export class LostHosts {
  readonly #lossMs: number
  readonly #everyMs: number
  readonly #observations = new Map<string, Observation>()
  #lastQueryAt: number | undefined

  /**
   * @param everyMs  time between two queries
   * @param lossMs   time for which a count must stand still
   */
  constructor(everyMs: number, lossMs: number) {
    this.#everyMs = everyMs
    this.#lossMs = lossMs
  }

  /** Begins every observation anew. Call this when a query has failed. */
  restart(): void {
    this.#observations.clear()
  }

  /**
   * @param beats       the counts of the other hosts
   * @param sentAt      the time of the query by the monotonic clock, ms
   * @param answeredAt  the time of the answer, ms
   * @returns           the counts of the hosts that are lost
   */
  update(beats: readonly Beat[], sentAt: number, answeredAt: number): readonly Beat[] {
    const last = this.#lastQueryAt
    this.#lastQueryAt = sentAt
    const isLate = answeredAt - sentAt > this.#everyMs / 2
    // This host itself was suspended, or sent no query for a while.
    const wasAsleep = last !== undefined && sentAt - last > 3 * this.#everyMs
    if (isLate || wasAsleep) this.#observations.clear()
    const lostBeats: Beat[] = []
    for (const beat of beats) {
      const observation = this.#observations.get(beat.id)
      if (observation === undefined || observation.beat.life !== beat.life || observation.beat.beats !== beat.beats) {
        this.#observations.set(beat.id, { beat, since: answeredAt, queries: 0 })
      } else if (!isLate) {
        observation.queries++
        if (observation.queries >= MIN_QUERIES && sentAt - observation.since >= this.#lossMs) lostBeats.push(beat)
      }
    }
    return lostBeats
  }

  /**
   * Time for which the count of a host had stood still at the last query, ms. The time after that query proves nothing,
   * because this host itself may have stood still.
   */
  silentMs(id: string): number {
    const observation = this.#observations.get(id)
    if (observation === undefined || this.#lastQueryAt === undefined) return 0
    return Math.max(0, this.#lastQueryAt - observation.since)
  }
}
