import { randomUUID } from 'node:crypto'
import type { Spool, SpoolEvent, Subscription } from '../../spool/spool.ts'
import type { FeedEntry } from '../methods/handlers.ts'
import {
  type NotificationName,
  type Snapshot,
  summary,
  TOPIC,
  type Topic,
  type WireJob,
  type WirePlotter,
} from '../protocol/index.ts'
import { Frames, type Piece } from '../server/frames.ts'
import { Rounds } from './fan-out.ts'
import { Throttle } from './throttle.ts'

/** How many events are kept for those who come back. */
const KEPT = 4096
const PROGRESS_MS = 200

/** The one numbered stream of everything that happens, and the snapshots to begin it with. */
export class Hub {
  /** Numbers count within one life of the daemon. */
  readonly session: string = randomUUID()
  readonly #spool: Spool
  readonly #plotters: () => readonly WirePlotter[]
  readonly #rounds = new Rounds()
  readonly #frames = new Frames((seq) => this.entry(seq))
  /** Progress and positions, in one beat. */
  readonly #pace = new Throttle<News>(PROGRESS_MS, (_, news) => this.#publish(news))
  #entries: FeedEntry[] = []
  #head = 0
  #paused: readonly string[] = []
  #subscription: Subscription | undefined

  constructor(spool: Spool, plotters: () => readonly WirePlotter[]) {
    this.#spool = spool
    this.#plotters = plotters
  }

  async start(): Promise<void> {
    this.#subscription = await this.#spool.subscribe((event) => this.#spoolEvent(event))
    this.#paused = this.#subscription.paused
  }

  close(): void {
    this.#subscription?.close()
    this.#pace.close()
    this.#rounds.close()
  }

  get head(): number {
    return this.#head
  }

  /** Queues that hand out nothing: '' is all of them, the others are plotters. */
  get paused(): readonly string[] {
    return this.#paused
  }

  /** Called when there are new entries: followers read at their own pace. */
  follow(follower: () => void): () => void {
    return this.#rounds.follow(follower)
  }

  /** Entries after `since` as bytes for the wire, or a first piece of them; undefined when they are no longer kept. */
  framesAfter(since: number, topics: ReadonlySet<Topic>): Piece | undefined {
    return this.#frames.after(since, this.#head, topics)
  }

  /** The entry of that number, or undefined when it is not yet or no longer there. */
  entry(seq: number): FeedEntry | undefined {
    return this.#entries[seq - this.#first()]
  }

  /** Whether everything after `seq` is still there to be told. */
  remembers({ session, seq }: { readonly session: string; readonly seq: number }): boolean {
    return session === this.session && seq <= this.#head && seq >= this.#first() - 1
  }

  /** A plotter changed: its state at once, its position at the pace of progress. */
  plotterChanged(plotter: WirePlotter, onlyMoved: boolean): void {
    if (onlyMoved) this.#pace.push(`plotter ${plotter.name}`, { type: 'plotter', plotter })
    else {
      this.#pace.drop(`plotter ${plotter.name}`)
      this.#publish({ type: 'plotter', plotter })
    }
  }

  /**
   * Everything as it is at `seq`. The spool is asked first; what happened while it answered is laid over its answer,
   * so that nothing which is told later is older than the snapshot.
   */
  async snapshot(limit: number): Promise<{ seq: number; snapshot: Snapshot }> {
    const before = this.#head
    const page = limit > 0 ? await this.#spool.list({ sort: 'queue', limit }) : { jobs: [], total: 0 }
    const jobs = new Map<string, WireJob>(page.jobs.map((job) => [job.id, summary(job)]))
    for (let seq = before + 1; seq <= this.#head; seq++) {
      const entry = this.entry(seq)
      if (entry) overlay(entry, jobs, limit)
    }
    const plotters = this.#plotters()
    const snapshot: Snapshot = { jobs: [...jobs.values()], total: page.total, paused: this.#paused, plotters }
    return { seq: this.#head, snapshot }
  }

  #spoolEvent(event: SpoolEvent): void {
    if (event.type === 'progress') {
      this.#pace.push(`job ${event.id}`, event)
      return
    }
    if (event.type === 'queue') this.#paused = event.paused
    else this.#pace.drop(`job ${event.type === 'changed' ? event.job.id : event.id}`)
    this.#publish(event)
  }

  #publish(news: News): void {
    this.#entries.push(new Entry(++this.#head, news))
    if (this.#entries.length >= 1.25 * KEPT) this.#entries = this.#entries.slice(-KEPT)
    this.#frames.forget()
    this.#rounds.tell()
  }

  #first(): number {
    return this.#entries[0]?.seq ?? this.#head + 1
  }
}

/** Kept as it came, without a word about it: with nobody there, most are never told. */
type News = SpoolEvent | { readonly type: 'plotter'; readonly plotter: WirePlotter }

const NAMES: Readonly<Record<News['type'], NotificationName>> = {
  changed: 'job.changed',
  progress: 'job.progress',
  removed: 'job.removed',
  queue: 'queue.changed',
  plotter: 'plotter.changed',
}

/** What is told of it, under the number that it has here: the spool counts for itself. */
function told(seq: number, news: News): FeedEntry['params'] {
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
  }
}

/** Printed when the first follower asks for it. */
class Entry implements FeedEntry {
  readonly seq: number
  readonly #news: News
  #text: string | undefined

  constructor(seq: number, news: News) {
    this.seq = seq
    this.#news = news
  }

  get name(): NotificationName {
    return NAMES[this.#news.type]
  }

  get topic(): Topic {
    return TOPIC[this.name]
  }

  get params(): FeedEntry['params'] {
    return told(this.seq, this.#news)
  }

  get text(): string {
    this.#text ??= JSON.stringify({ jsonrpc: '2.0', method: this.name, params: this.params })
    return this.#text
  }
}

function overlay({ name, params }: FeedEntry, jobs: Map<string, WireJob>, limit: number): void {
  if (name === 'job.removed') jobs.delete(params['id'] as string)
  if (name === 'job.changed') {
    const job = params['job'] as WireJob
    if (jobs.has(job.id) || jobs.size < limit) jobs.set(job.id, job)
  }
  if (name === 'job.progress') {
    const job = jobs.get(params['id'] as string)
    if (job) jobs.set(job.id, { ...job, progress: params['progress'] as NonNullable<WireJob['progress']> })
  }
}
