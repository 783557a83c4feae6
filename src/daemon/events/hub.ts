import { randomUUID } from 'node:crypto'
import type { Change, Spool, SpoolEvent, Subscription } from '../../spool/spool.ts'
import {
  type NotificationName,
  type Snapshot,
  summary,
  TOPIC,
  type Topic,
  type WireJob,
  type WirePlotter,
} from '../protocol/index.ts'
import { FanOut } from './fan-out.ts'
import { Throttle } from './throttle.ts'

/**
 * The hub keeps this many events for clients that connect again. When the hub holds 1.25 times as many, it keeps
 * only the newest `KEPT_EVENTS`.
 */
const KEPT_EVENTS = 4096
/** Shortest time between two announcements of one job's progress, or of one plotter's position, ms. */
const PROGRESS_MS = 200

/** The numbered stream of events, and the snapshots with which a client begins. */
export class Hub {
  /** Names this process of the daemon. Each process numbers its events from 1. */
  readonly session: string = randomUUID()
  readonly #spool: Spool
  readonly #plotters: () => readonly WirePlotter[]
  readonly #fanOut = new FanOut()
  /** Limits how often progress and positions are announced. */
  readonly #throttle = new Throttle<News>(PROGRESS_MS, (_, news) => this.#publish(news))
  #events: HubEvent[] = []
  #head = 0
  /** The paused queues; undefined until the spool has named them. */
  #paused: readonly string[] | undefined
  #subscription: Subscription | undefined

  constructor(spool: Spool, plotters: () => readonly WirePlotter[]) {
    this.#spool = spool
    this.#plotters = plotters
  }

  async start(): Promise<void> {
    this.#subscription = await this.#spool.subscribe((event) => this.#spoolEvent(event))
    // When an event has set `#paused` meanwhile, the event is newer than `paused` of the subscription.
    this.#paused ??= this.#subscription.paused
  }

  /** Resolves when every follower has been called for all events so far. */
  delivered(): Promise<void> {
    return this.#fanOut.delivered()
  }

  close(): void {
    this.#subscription?.close()
    this.#throttle.close()
    this.#fanOut.close()
  }

  get head(): number {
    return this.#head
  }

  /** The paused queues: '' is the whole queue, any other name is a plotter. */
  get paused(): readonly string[] {
    return this.#paused ?? []
  }

  /**
   * @param follower  called when there are new events; the follower reads them by `event`
   * @returns a function that removes the follower
   */
  follow(follower: () => void): () => void {
    return this.#fanOut.follow(follower)
  }

  /** The event with this number; undefined before it exists, and after the hub has dropped it. */
  event(seq: number): HubEvent | undefined {
    return this.#events[seq - this.#first()]
  }

  /** Whether all events after `seq` are still kept. */
  remembers({ session, seq }: { readonly session: string; readonly seq: number }): boolean {
    return session === this.session && seq <= this.#head && seq >= this.#first() - 1
  }

  /** Announces a plotter: its state at once, its position at most once in `PROGRESS_MS`. */
  plotterChanged(plotter: WirePlotter, onlyMoved: boolean): void {
    const news = { type: 'plotter', plotter, here: true } as const
    if (onlyMoved) this.#throttle.push(`plotter ${plotter.name}`, news)
    else {
      this.#throttle.drop(`plotter ${plotter.name}`)
      this.#publish(news)
    }
  }

  /** Announces a plotter of another host. That host has limited the rate already. */
  otherPlotterChanged(plotter: WirePlotter): void {
    this.#publish({ type: 'plotter', plotter, here: false })
  }

  /** Announces that no other host has the plotter of this name any more. */
  otherPlotterRemoved(name: string): void {
    this.#publish({ type: 'plotterGone', name })
  }

  /** Announces that the fonts of the daemon have changed. @param fonts  their number */
  fontsChanged(fonts: number): void {
    this.#publish({ type: 'fonts', fonts })
  }

  /**
   * A snapshot of the state, and the number `seq` of the last event in it. The snapshot includes the events that come
   * while the spool answers.
   */
  async snapshot(limit: number): Promise<{ seq: number; snapshot: Snapshot }> {
    const before = this.#head
    // The spool takes a limit below 1 as 1.
    const page = await this.#spool.list({ sort: 'queue', limit: Math.max(1, limit) })
    // When the hub has dropped events meanwhile, the page may lack their changes.
    if (!this.remembers({ session: this.session, seq: before })) return this.snapshot(limit)
    const jobs = new Map<string, WireJob>(page.jobs.slice(0, limit).map((job) => [job.id, summary(job)]))
    for (let seq = before + 1; seq <= this.#head; seq++) {
      const event = this.event(seq)
      if (event) overlay(event, jobs, limit)
    }
    const plotters = this.#plotters()
    const snapshot: Snapshot = { jobs: [...jobs.values()], total: page.total, paused: this.paused, plotters }
    return { seq: this.#head, snapshot }
  }

  #spoolEvent(event: SpoolEvent): void {
    if (event.type === 'progress') {
      this.#throttle.push(`job ${event.id}`, event)
      return
    }
    if (event.type === 'reset') {
      this.#reset(event.paused)
      return
    }
    if (event.type === 'queue') this.#paused = event.paused
    else this.#throttle.drop(`job ${event.type === 'changed' ? event.job.id : event.id}`)
    this.#publish(event)
  }

  /** Drops all events, because some are missing. The WebSockets then end, and their clients return for a snapshot. */
  #reset(paused: readonly string[]): void {
    this.#paused = paused
    this.#events = []
    this.#head++
    this.#fanOut.announce()
  }

  #publish(news: News): void {
    this.#events.push(new HubEvent(++this.#head, news))
    if (this.#events.length >= 1.25 * KEPT_EVENTS) this.#events = this.#events.slice(-KEPT_EVENTS)
    this.#fanOut.announce()
  }

  #first(): number {
    return this.#events[0]?.seq ?? this.#head + 1
  }
}

/** An event before the hub numbers it. */
type News =
  | Change
  | { readonly type: 'plotter'; readonly plotter: WirePlotter; readonly here: boolean }
  | { readonly type: 'plotterGone'; readonly name: string }
  | { readonly type: 'fonts'; readonly fonts: number }

const NAMES: Readonly<Record<News['type'], NotificationName>> = {
  changed: 'job.changed',
  progress: 'job.progress',
  removed: 'job.removed',
  queue: 'queue.changed',
  plotter: 'plotter.changed',
  plotterGone: 'plotter.removed',
  fonts: 'fonts.changed',
}

function paramsOf(seq: number, news: News): HubEvent['params'] {
  switch (news.type) {
    case 'changed':
      return { seq, job: summary(news.job) }
    case 'progress':
      return { seq, id: news.id, progress: news.progress }
    case 'removed':
      return { seq, id: news.id }
    case 'queue':
      return { seq, paused: news.paused }
    case 'plotter':
      return { seq, plotter: news.plotter }
    case 'plotterGone':
      return { seq, name: news.name }
    case 'fonts':
      return { seq, fonts: news.fonts }
  }
}

/** A numbered event, and its notification to clients. The first use of `bytes` encodes the notification. */
export class HubEvent {
  readonly seq: number
  readonly news: News
  #bytes: Buffer | undefined

  constructor(seq: number, news: News) {
    this.seq = seq
    this.news = news
  }

  get name(): NotificationName {
    return NAMES[this.news.type]
  }

  /** Whether a client that follows these topics gets the event. The topic 'here' has only the plotters of this host. */
  isOf(topics: ReadonlySet<Topic>): boolean {
    return topics.has(TOPIC[this.name]) || (topics.has('here') && this.news.type === 'plotter' && this.news.here)
  }

  get params(): Readonly<Record<string, unknown>> {
    return paramsOf(this.seq, this.news)
  }

  /** The notification in JSON: one buffer for all followers. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(JSON.stringify({ jsonrpc: '2.0', method: this.name, params: this.params }))
    return this.#bytes
  }
}

/** Applies an event to the jobs of a snapshot. */
function overlay({ news }: HubEvent, jobs: Map<string, WireJob>, limit: number): void {
  if (news.type === 'removed') jobs.delete(news.id)
  if (news.type === 'changed' && (jobs.has(news.job.id) || jobs.size < limit)) {
    jobs.set(news.job.id, summary(news.job))
  }
  if (news.type === 'progress') {
    const job = jobs.get(news.id)
    if (job) jobs.set(job.id, { ...job, progress: news.progress })
  }
}
