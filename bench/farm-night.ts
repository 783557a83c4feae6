import { isBefore } from '../src/spool/order.ts'
import { Heap } from '../src/spool/queue/heap.ts'
import { seeded } from './planning/seeded.ts'

/*
 * npm run bench farm-night -- [PLOTTERS [CARDS]]
 *
 * The defaults are 1000 plotters and 100000 cards.
 *
 * One night of a large studio in virtual time. The jobs have the spool's own order. Prints the waits of jobs, and the
 * requests to the database. Durations are assumptions. The numbers of requests are those of src/daemon.
 */

const NIGHT_S = 10 * 3600
const MEAN_S = 240
/**
 * Number of commits that one card needs. Each commit holds the lock of the queue. Rendering needs a claim and a
 * completion, and so does plotting. One submit queues a hundred cards.
 */
const LOCKED_A_CARD = 4 + 1 / 100
/**
 * Number of writes a second that a plot makes without the lock. About every 0.4 s, a plot writes a permission for the
 * next strokes. A plot writes the number of executed strokes at most once in 0.2 s.
 */
const WRITES_A_SECOND = 1 / 0.4 + 1 / 0.2

interface Card {
  readonly priority: number
  readonly order: number
  readonly customer: number
  readonly at: number
  readonly seconds: number
}

/** The end of a plot. */
interface Moment {
  readonly at: number
  readonly plotter: number
}

/**
 * Each of four customers submits a fifth of the cards at the start. The last fifth arrives during the night. About a
 * tenth of these late cards is urgent.
 */
function cardsOf(count: number, random: () => number): Card[] {
  return Array.from({ length: count }, (_, order) => {
    const isLate = order >= 0.8 * count
    const seconds = MEAN_S * Math.exp(0.5 * normal(random) - 0.125)
    return {
      priority: isLate && random() < 0.1 ? 75 : 50,
      order,
      customer: isLate ? 4 : Math.floor((4 * order) / (0.8 * count)),
      at: isLate ? ((order - 0.8 * count) / (0.2 * count)) * 0.9 * NIGHT_S : 0,
      seconds,
    }
  })
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

/** A queue on the spool's heap. `pop` only marks an entry as taken, and the heap then drops the entry by itself. */
class Queue<T extends object> {
  readonly #taken = new WeakSet<T>()
  readonly #heap: Heap<T>

  constructor(before: (a: T, b: T) => boolean) {
    this.#heap = new Heap(before, (item) => !this.#taken.has(item))
  }

  push(item: T): void {
    this.#heap.push(item)
  }

  peek(): T | undefined {
    return this.#heap.peek()
  }

  pop(): T | undefined {
    const first = this.#heap.peek()
    if (first) this.#taken.add(first)
    return first
  }
}

/**
 * @param feeders  fraction of the plotters that have a feeder; a feeder changes a sheet in 5 s
 * @param operators  the number of people who change the sheets of the other plotters; each sheet takes one person 20 s
 */
function night(plotters: number, count: number, feeders: number, operators: number) {
  const random = seeded(7475)
  const cards = cardsOf(count, random)
  const arriving = [...cards].sort((a, b) => a.at - b.at)
  const queue = new Queue<Card>((a, b) => isBefore(a as never, b as never))
  const moments = new Queue<Moment>((a, b) => a.at < b.at)
  const free: number[] = []
  /** The time from which each operator is free, s. */
  const freeAt = Array.from({ length: operators }, () => 0)
  /** The time from the submit of each card to its first ink. */
  const waits: { readonly card: Card; readonly seconds: number }[] = []
  let busy = 0
  let drawn = 0
  let end = 0
  let next = 0
  for (let plotter = 0; plotter < plotters; plotter++) free.push(plotter)
  const begin = (plotter: number, now: number): void => {
    const card = queue.pop()
    if (!card) return void free.push(plotter)
    let ready = now + 5
    if (plotter >= feeders * plotters) {
      const first = freeAt.indexOf(Math.min(...freeAt))
      freeAt[first] = Math.max(now, freeAt[first] ?? 0) + 20
      ready = freeAt[first] ?? now
    }
    waits.push({ card, seconds: ready - card.at })
    busy += card.seconds
    moments.push({ at: ready + card.seconds, plotter })
  }
  for (;;) {
    const card = arriving[next]
    const moment = moments.peek()
    if (!card && !moment) break
    if (card && (!moment || card.at <= moment.at)) {
      next++
      queue.push(card)
      const plotter = free.pop()
      if (plotter !== undefined) begin(plotter, card.at)
      continue
    }
    const { at, plotter } = moments.pop() ?? { at: 0, plotter: 0 }
    end = at
    if (at <= NIGHT_S) drawn++
    begin(plotter, at)
  }
  const urgent = waits.filter(({ card }) => card.priority > 50).map(({ seconds }) => seconds)
  const lateWaits = waits
    .filter(({ card }) => card.customer === 4 && card.priority === 50)
    .map(({ seconds }) => seconds)
  for (const list of [urgent, lateWaits]) list.sort((a, b) => a - b)
  return { drawn, end, busy, urgent, late: lateWaits }
}

export async function run(args: readonly string[]): Promise<void> {
  const [plotters = 1000, count = 100_000] = args.map(Number)
  console.log(`${plotters} plotters, ${count} cards of ${MEAN_S} s on average, a night of ${NIGHT_S / 3600} h\n`)
  console.log(
    '| sheets | drawn by morning | all drawn after | pens idle | urgent: first ink p50, p99 | other late cards: p50, p99 |',
  )
  console.log('| --- | --- | --- | --- | --- | --- |')
  const minutes = (seconds: number) => `${(seconds / 60).toFixed(1)} min`
  for (const [feeders, operators] of [
    [1, 1],
    [0.8, 10],
    [0, 20],
    [0, 60],
  ] as const) {
    const { drawn, end, busy, urgent, late } = night(plotters, count, feeders, operators)
    const idle = 100 * (1 - busy / (plotters * end))
    const cells = [
      `${100 * feeders} % feeders, ${operators} people`,
      `${drawn}`,
      `${(end / 3600).toFixed(1)} h`,
      `${idle.toFixed(0)} %`,
      `${minutes(quantile(urgent, 0.5))}, ${minutes(quantile(urgent, 0.99))}`,
      `${minutes(quantile(late, 0.5))}, ${minutes(quantile(late, 0.99))}`,
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
  const perSecond = (count / NIGHT_S) * LOCKED_A_CARD
  console.log(`\ndatabase: ${perSecond.toFixed(1)} commits/s under the lock on average`)
  console.log(
    `          ${(plotters * WRITES_A_SECOND).toFixed(0)} progress writes/s at most, while all ${plotters} pens draw`,
  )
}
