/** A host in the table, as one look at it finds it. */
export interface Beat {
  readonly id: string
  readonly life: string
  readonly beats: string
}

interface Seen {
  readonly beat: Beat
  /** By the monotonic clock of the host that looks, ms. */
  readonly since: number
  /** Looks at the same count. */
  looks: number
}

/** Looks in a row, each answered in time, before a host counts as lost. */
const LOOKS = 3

/**
 * Tells which hosts are lost. No wall clock decides: a host adds 1 to its count of beats now and then, and one whose
 * count stands still while this host's own clock goes on is lost. A look that fails or comes late proves nothing, since a
 * database that hangs stops all counts at once: then every count begins anew.
 */
export class LostHosts {
  readonly #lossMs: number
  readonly #everyMs: number
  readonly #seen = new Map<string, Seen>()
  #lastLook: number | undefined

  /** @param everyMs  between two looks @param lossMs  how long a count must stand still */
  constructor(everyMs: number, lossMs: number) {
    this.#everyMs = everyMs
    this.#lossMs = lossMs
  }

  /** A look failed. */
  missed(): void {
    this.#seen.clear()
  }

  /**
   * @param beats  the other hosts
   * @param sentAt  when the look was sent, by the monotonic clock, ms
   * @param answeredAt  when it was answered
   * @returns  those that are lost
   */
  look(beats: readonly Beat[], sentAt: number, answeredAt: number): readonly Beat[] {
    const last = this.#lastLook
    this.#lastLook = sentAt
    const isLate = answeredAt - sentAt > this.#everyMs / 2
    // This host itself stood still, or could not look for a while.
    const wasAsleep = last !== undefined && sentAt - last > 3 * this.#everyMs
    if (isLate || wasAsleep) this.#seen.clear()
    const lost: Beat[] = []
    for (const beat of beats) {
      const seen = this.#seen.get(beat.id)
      if (seen === undefined || seen.beat.life !== beat.life || seen.beat.beats !== beat.beats) {
        this.#seen.set(beat.id, { beat, since: answeredAt, looks: 0 })
      } else if (!isLate) {
        seen.looks++
        if (seen.looks >= LOOKS && sentAt - seen.since >= this.#lossMs) lost.push(beat)
      }
    }
    return lost
  }

  /** ms for which the count of a host has stood still. */
  silentMs(id: string, now: number): number {
    const seen = this.#seen.get(id)
    return seen === undefined ? 0 : Math.max(0, now - seen.since)
  }
}
