/** The columns of a `HostSign`, from the table `host` under the name `h`. */
export const SIGN_COLUMNS = `h.id, h.life, h.beats,
  coalesce((SELECT max(tick) FROM job j WHERE j.token IS NOT NULL AND j.host = h.id), 0) AS tick`

/** The last sign of life of a host, as one query reads it. */
export interface HostSign {
  readonly id: string
  readonly life: string
  /** The count of heartbeats. */
  readonly beats: string
  /** The number of the last write of progress to a job that the host holds. */
  readonly tick: string
}

/**
 * Whether a host has shown a sign of life after `before` and until `now`. A heartbeat, a write of progress and a new
 * life are such signs. So a host that keeps its contact by writes of progress is not lost, even if all its heartbeats
 * fail. A smaller `tick` of a host is no sign, because another host may have ended a claim of that host.
 *
 * @param before  undefined when the host was not there; then it has shown a sign of life
 */
export const livesSince = (before: HostSign | undefined, now: HostSign): boolean =>
  before === undefined ||
  now.life !== before.life ||
  now.beats !== before.beats ||
  Number(now.tick) > Number(before.tick)

interface Observation {
  readonly sign: HostSign
  /** The time at which the observation began, ms by the monotonic clock of the host that queries. */
  readonly since: number
  /** The number of later queries that read no newer sign, each answered in time. */
  queries: number
}

/** Queries in a row, each answered in time, before a host counts as lost. */
const MIN_QUERIES = 3

/**
 * Decides which hosts are lost, without any wall clock. A host is lost when it shows no sign of life for `lossMs` by
 * the monotonic clock of this host. A query that fails or gets a late answer proves nothing, because no host can write
 * to a database that hangs. After such a query, or a long time without a query, every observation begins anew.
 */
export class LostHosts {
  readonly #lossMs: number
  readonly #everyMs: number
  readonly #observations = new Map<string, Observation>()
  #lastQueryAt: number | undefined

  /**
   * @param everyMs  time between two queries
   * @param lossMs   time for which a host must show no sign of life
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
   * @param signs       the signs of life of the other hosts
   * @param sentAt      the time of the query by the monotonic clock, ms
   * @param answeredAt  the time of the answer, ms
   * @returns           the signs of the hosts that are lost
   */
  update(signs: readonly HostSign[], sentAt: number, answeredAt: number): readonly HostSign[] {
    const last = this.#lastQueryAt
    this.#lastQueryAt = sentAt
    const isLate = answeredAt - sentAt > this.#everyMs / 2
    // This host itself was suspended, or sent no query for a while.
    const wasAsleep = last !== undefined && sentAt - last > 3 * this.#everyMs
    if (isLate || wasAsleep) this.#observations.clear()
    const lostSigns: HostSign[] = []
    for (const each of signs) {
      const observation = this.#observations.get(each.id)
      if (observation === undefined || livesSince(observation.sign, each)) {
        this.#observations.set(each.id, { sign: each, since: answeredAt, queries: 0 })
      } else {
        observation.queries++
        if (observation.queries >= MIN_QUERIES && sentAt - observation.since >= this.#lossMs) lostSigns.push(each)
      }
    }
    return lostSigns
  }

  /**
   * Time for which a host had shown no sign of life at the last query, ms. The time after that query proves nothing,
   * because this host itself may have stood still.
   */
  silentMs(id: string): number {
    const observation = this.#observations.get(id)
    if (observation === undefined || this.#lastQueryAt === undefined) return 0
    return Math.max(0, this.#lastQueryAt - observation.since)
  }

  /** The last sign of life of a host. */
  signOf(id: string): HostSign | undefined {
    return this.#observations.get(id)?.sign
  }
}
