/** A row of the table `host`, as one query reads it. */
export interface Beat {
  readonly id: string
  readonly life: string
  readonly beats: string
}

interface Observation {
  readonly beat: Beat
  /** By the monotonic clock of the host that looks, ms. */
  readonly since: number
  /** Queries that read the same count. */
  looks: number
}

/** Queries in a row, each answered in time, before a host counts as lost. */
const LOOKS = 3

/**
 * Decides which hosts are lost, without any wall clock. Each host adds 1 to its count of beats at intervals. A host is lost
 * when its count stands still for `lossMs` by the monotonic clock of this host. A query that fails or is answered late proves
 * nothing, since a database that hangs stops all counts at once. After such a query every observation begins anew.
 */
export class LostHosts {
  readonly #lossMs: number
  readonly #everyMs: number
  readonly #observations = new Map<string, Observation>()
  #lastLook: number | undefined

  /** @param everyMs  between two queries @param lossMs  how long a count must stand still */
  constructor(everyMs: number, lossMs: number) {
    this.#everyMs = everyMs
    this.#lossMs = lossMs
  }

  /** Call this when a query failed. */
  missed(): void {
    this.#observations.clear()
  }

  /**
   * @param beats  the other hosts
   * @param sentAt  when the query was sent, by the monotonic clock, ms
   * @param answeredAt  when it was answered
   * @returns  those that are lost
   */
  look(beats: readonly Beat[], sentAt: number, answeredAt: number): readonly Beat[] {
    const last = this.#lastLook
    this.#lastLook = sentAt
    const isLate = answeredAt - sentAt > this.#everyMs / 2
    // This host itself stood still, or sent no query for a while.
    const wasAsleep = last !== undefined && sentAt - last > 3 * this.#everyMs
    if (isLate || wasAsleep) this.#observations.clear()
    const lostBeats: Beat[] = []
    for (const beat of beats) {
      const known = this.#observations.get(beat.id)
      if (known === undefined || known.beat.life !== beat.life || known.beat.beats !== beat.beats) {
        this.#observations.set(beat.id, { beat, since: answeredAt, looks: 0 })
      } else if (!isLate) {
        known.looks++
        if (known.looks >= LOOKS && sentAt - known.since >= this.#lossMs) lostBeats.push(beat)
      }
    }
    return lostBeats
  }

  /** ms for which the count of a host has stood still. */
  silentMs(id: string, now: number): number {
    const known = this.#observations.get(id)
    return known === undefined ? 0 : Math.max(0, now - known.since)
  }
}
