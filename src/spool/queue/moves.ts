import { comparePlaces, type OrderedJob, type Place, placeInQueue } from '../order.ts'

/**
 * Number of the latest moves that are kept: enough for five minutes at 100 jobs a second, each with two moves. When
 * the list has a quarter more moves than this, the older moves are removed.
 */
const KEPT_MOVES = 65_536

interface Move {
  /** The number of the event. */
  readonly seq: number
  readonly id: string
  /** The job's place before the event; undefined when the job was not listed. */
  readonly from: Place | undefined
}

/**
 * The latest changes of place in the queue. A client reads a list page by page while jobs move. Every page keeps the
 * order of jobs as it was at the first page, so that no job comes twice.
 */
export class Moves {
  #moves: Move[] = []
  /** The number of the earliest event after which all places are known. */
  #since: number
  #newestId = ''

  /** @param seq  the number of the last event so far */
  constructor(seq: number) {
    this.#since = seq
  }

  /** Records an event, if it moved the job. @param old  the job before; undefined for a new or an imported job */
  note(seq: number, id: string, old: OrderedJob | undefined, job: OrderedJob): void {
    const isNew = old === undefined && id > this.#newestId
    if (id > this.#newestId) this.#newestId = id
    if (isNew) return
    const from = old && placeInQueue(old)
    if (from !== undefined && comparePlaces(from, placeInQueue(job)) === 0) return
    this.#moves.push({ seq, id, from })
    if (this.#moves.length < 1.25 * KEPT_MOVES) return
    this.#since = this.#moves[this.#moves.length - KEPT_MOVES - 1]?.seq ?? this.#since
    this.#moves = this.#moves.slice(-KEPT_MOVES)
  }

  /**
   * The places of moved jobs as they were just after an event.
   *
   * @returns undefined when the moves just after the event are no longer kept
   */
  placesAt(seq: number): ReadonlyMap<string, Place | undefined> | undefined {
    if (seq < this.#since) return undefined
    const places = new Map<string, Place | undefined>()
    // The loop runs backwards, so that the first of several moves of a job wins.
    for (let i = this.#moves.length - 1; i >= 0; i--) {
      const move = this.#moves[i]
      if (move === undefined || move.seq <= seq) break
      places.set(move.id, move.from)
    }
    return places
  }
}
