import { readFile, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Result, WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'
import { PlotdError, toPlotdError } from '../../src/errors.ts'
import { Turns } from '../../src/turns.ts'
import { allJobs } from '../node/all-jobs.ts'
import type { FeedEvent, PlotdClient } from '../node/index.ts'
import { OPEN } from '../node/job.ts'
import { writeSafely } from '../node/write-safely.ts'
import { type Channel, DeliveryError } from './channels/channel.ts'
import { MqttBridge, testBroker } from './mqtt.ts'
import { isHiddenIn, isMetIn, type Need, needsOf } from './needs.ts'
import {
  afterClock,
  afterCrash,
  afterDelivery,
  afterFailure,
  type ChannelWants,
  type Delivery,
  emptyOutbox,
  firstSendableOf,
  isSame,
  LONGEST_WAIT,
  type Outbox,
  takeUp,
  withDoubt,
  without,
} from './outbox.ts'
import { brokerPassword, channelOf, hasIds, type Notify } from './settings.ts'

export interface NotifierOptions {
  readonly client: PlotdClient
  readonly notify: Notify
  /** Folder of the outbox. */
  readonly state: string
  readonly log: (message: string) => void
  /** Address of the page, for links in messages. */
  readonly page?: string
  readonly now?: () => number
  /** Calls `call` once, after `ms` milliseconds of the clock `now`. Returns a function that cancels the call. */
  readonly after?: (ms: number, call: () => void) => () => void
}

/** The notifier waits this long after a change, so that several changes in a row cost one computation. */
const UPDATE_MS = 250
/** Interval between two checks of the free space of the disk. */
const DISK_MS = 60_000
/** Wait after a failed write of the outbox, before the channel's messages are tried again. */
const RETRY_MS = 5000
/** Minimum interval between two MQTT publications that progress alone causes. */
const LEFT_MS = 5000

/** A channel, and the delivery of its messages one after another. Channels do not wait for each other. */
interface Line {
  readonly name: string
  readonly channel: Channel
  /** Resolves when the present or last run of `#deliver` has ended. Never rejects. */
  delivery: Promise<void>
  isBusy: boolean
  /** Time before which the receiver wants no message, ms since 1970. */
  notBefore: number
  cancelNext: () => void
}

/**
 * Sends messages when plotd needs its operator. The notifier computes the needs from the state, so that a restart
 * misses no need. The notifier keeps the handled needs on the disk, so that a restart repeats no message. After a crash
 * the notifier may repeat a message whose arrival is in doubt.
 */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #now: () => number
  readonly #plotters = new Map<string, WirePlotter>()
  readonly #jobs = new Map<string, WireJob>()
  #outbox: Outbox
  /**
   * Keys (`keyOf`) of messages that arrived, but are still in the outbox on the disk. plotd sends none of them again.
   */
  readonly #arrived = new Set<string>()
  #present: ReadonlySet<string> = new Set()
  readonly #lines: Line[] = []
  readonly #wants: ChannelWants[] = []
  #bridge: MqttBridge | undefined
  #batches: Result<'batch.list'>['batches'] = []
  #diskFree: number | undefined
  #updateTimer: NodeJS.Timeout | undefined
  #diskTimer: NodeJS.Timeout | undefined
  #subscription: { close(): void } | undefined
  readonly #turns = new Turns()
  readonly #saving = new Turns()
  #isClosed = false
  #shownAt = Number.NEGATIVE_INFINITY

  private constructor(options: NotifierOptions, outbox: Outbox) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#outbox = outbox
  }

  /**
   * @throws PlotdError ERR_CONFIG when the secret or the address of a channel cannot be used, ERR_FILE when notify.json
   *   cannot be read or is damaged; an error of the file system when notify.json cannot be written; the errors of
   *   `client`
   */
  static async open(options: NotifierOptions): Promise<Notifier> {
    let notifier: Notifier | undefined
    try {
      notifier = new Notifier(options, await readOutbox(options))
      await notifier.#start()
      return notifier
    } catch (thrown) {
      await notifier?.close()
      // An open client looks for the daemon again and again, and would keep the process from ending.
      options.client.close()
      throw thrown
    }
  }

  /** Messages that have not arrived yet. */
  get waiting(): readonly Delivery[] {
    return this.#outbox.waiting
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const timer of [this.#updateTimer, this.#diskTimer]) clearTimeout(timer)
    for (const line of this.#lines) line.cancelNext()
    this.#subscription?.close()
    // The client closes first. Otherwise a call in `#turns` would wait for the daemon after a loss of the connection.
    this.#options.client.close()
    await this.#turns.end()
    await Promise.all(this.#lines.map(({ delivery }) => delivery))
    await this.#bridge?.close()
  }

  async #start(): Promise<void> {
    const { notify, client, log, page } = this.#options
    for (const config of notify.channels) {
      const channel = await channelOf(config)
      const idle = { delivery: Promise.resolve(), isBusy: false, notBefore: 0, cancelNext: () => {} }
      this.#lines.push({ name: config.name, channel, ...idle })
      this.#wants.push({ name: config.name, events: config.events, hasIds: hasIds(config) })
    }
    await this.#change((outbox) => afterCrash(outbox, this.#wants))
    if (notify.mqtt) {
      const { password, ...mqtt } = notify.mqtt
      const { version } = await client.call('server.info', {})
      const ready = async (name: string, job: string) => void (await client.call('plotter.ready', { name, job }))
      this.#bridge = new MqttBridge(
        { ...mqtt, password: await brokerPassword(password), version, page },
        { ready, log },
      )
      await this.#bridge.open()
    }
    await this.#readDisk()
    this.#subscription = await client.subscribe((event) => this.#take(event))
    this.#updateLater()
  }

  #take(event: FeedEvent): void {
    switch (event.type) {
      case 'snapshot':
        this.#plotters.clear()
        this.#jobs.clear()
        for (const plotter of event.plotters) this.#plotters.set(plotter.name, plotter)
        for (const job of event.jobs) this.#jobs.set(job.id, job)
        if (event.total > event.jobs.length) this.#inTurn(() => this.#readOtherJobs())
        break
      case 'job.changed':
        this.#jobs.set(event.job.id, event.job)
        break
      case 'job.removed':
        this.#jobs.delete(event.id)
        break
      case 'plotter.changed':
        this.#plotters.set(event.plotter.name, event.plotter)
        break
      case 'plotter.removed':
        this.#plotters.delete(event.name)
        break
      case 'job.progress':
        if (!this.#takeProgress(event.id, event.progress)) return
        break
      default:
        return
    }
    this.#updateLater()
  }

  /** Reads the jobs that may cause needs and that the snapshot does not list. */
  async #readOtherJobs(): Promise<void> {
    for await (const job of allJobs(this.#options.client, { status: [...OPEN, 'failed'] }))
      if (!this.#jobs.has(job.id)) this.#jobs.set(job.id, job)
  }

  /** Stores the progress of a job. @returns whether MQTT is to publish the progress now */
  #takeProgress(id: string, progress: NonNullable<WireJob['progress']>): boolean {
    const job = this.#jobs.get(id)
    if (job) this.#jobs.set(id, { ...job, progress })
    const now = this.#now()
    const passed = now - this.#shownAt // less than 0 after the clock was set back
    if (!this.#bridge || (passed >= 0 && passed < LEFT_MS)) return false
    this.#shownAt = now
    return true
  }

  #updateLater(): void {
    if (this.#isClosed) return
    this.#updateTimer ??= setTimeout(() => {
      this.#updateTimer = undefined
      this.#inTurn(() => this.#update())
    }, UPDATE_MS)
  }

  async #update(): Promise<void> {
    const now = this.#now()
    // After the clock was set back, a channel must not wait too long: see `afterClock`.
    for (const line of this.#lines) if (line.notBefore > now + LONGEST_WAIT) line.notBefore = now
    const jobs = [...this.#jobs.values()].sort(byPlace)
    if (jobs.some(({ batch }) => batch !== undefined)) {
      this.#batches = (await this.#options.client.call('batch.list', {})).batches
    }
    const plotters = [...this.#plotters.values()]
    const disk = this.#diskFree === undefined ? {} : { diskFree: this.#diskFree }
    const situation = { plotters, jobs, batches: this.#batches, since: afterClock(this.#outbox, now).since, ...disk }
    const needs = needsOf(situation)
    const known = new Set(this.#outbox.known)
    const fresh = needs.filter(({ key }) => !known.has(key))
    this.#present = new Set(needs.map(({ key }) => key))
    const [isMet, isHidden] = [isMetIn(situation), isHiddenIn(situation)]
    // The bridge comes before the outbox: so the broker shows the state even while the outbox cannot be written.
    this.#bridge?.show(
      plotters.map((plotter) => plotterSummary(plotter, jobs)),
      needs,
    )
    await this.#change((outbox) => takeUp(afterClock(outbox, now), needs, this.#wants, now, isMet, isHidden))
    for (const need of fresh) this.#bridge?.publishEvent(need)
    for (const line of this.#lines) this.#deliverOn(line)
  }

  /** Begins to send the due messages of a channel. A run of `#deliver` that is under way finds new messages. */
  #deliverOn(line: Line): void {
    if (line.isBusy || this.#isClosed) return
    line.isBusy = true
    line.delivery = this.#deliver(line)
      .catch((error: unknown) => {
        this.#options.log(toPlotdError(error).message)
        return RETRY_MS
      })
      .then((retryMs) => {
        line.isBusy = false
        line.cancelNext()
        const first = firstSendableOf(this.#outbox, line.name, this.#present)
        if (first === undefined || this.#isClosed) return
        const wait = retryMs ?? Math.min(Math.max(0, Math.max(first.next, line.notBefore) - this.#now()), 3_600_000)
        const { after = afterMs } = this.#options
        line.cancelNext = after(wait, () => this.#deliverOn(line))
      })
  }

  /** Sends the due messages of a channel. @throws an error of the file system when the outbox cannot be written */
  async #deliver(line: Line): Promise<undefined> {
    const first = () => firstSendableOf(this.#outbox, line.name, this.#present)
    const isDue = ({ next }: Delivery) => Math.max(next, line.notBefore) <= this.#now()
    for (let due = first(); due && isDue(due) && !this.#isClosed; due = first()) await this.#try(due, line)
  }

  async #try(delivery: Delivery, line: Line): Promise<void> {
    const { need, id, channel: name } = delivery
    await this.#change((outbox) => withDoubt(outbox, delivery))
    // The need may have been met while the file was written for another change.
    if (!this.#outbox.waiting.some((entry) => isSame(entry, delivery))) return
    try {
      const { page } = this.#options
      const message = { id, at: this.#now(), need, ...(page !== undefined && { link: page }) }
      if (!this.#arrived.has(keyOf(delivery))) await line.channel.send(message)
    } catch (thrown) {
      const { message } = toPlotdError(thrown)
      const { isFinal = false, retryAfterMs = 0 } = thrown instanceof DeliveryError ? thrown : {}
      line.notBefore = this.#now() + retryAfterMs
      this.#options.log(`${name}: the message “${need.kind}” was not delivered (${message})`)
      await this.#change((outbox) =>
        isFinal ? without(outbox, delivery) : afterFailure(outbox, delivery, this.#now(), Math.random(), retryAfterMs),
      )
      // If the need was met during the try, the update drops the message.
      this.#updateLater()
      return
    }
    this.#arrived.add(keyOf(delivery))
    await this.#change((outbox) => afterDelivery(outbox, delivery, this.#now()))
    this.#arrived.delete(keyOf(delivery))
  }

  async #readDisk(): Promise<void> {
    const before = this.#diskFree
    const stats = await statfs(this.#options.state).catch(() => undefined)
    this.#diskFree = stats && stats.bavail / stats.blocks
    if (before !== undefined) this.#updateLater()
    if (!this.#isClosed) this.#diskTimer = setTimeout(() => void this.#readDisk(), DISK_MS).unref()
  }

  #inTurn(step: () => Promise<void>): void {
    this.#turns.run(step).catch((error: unknown) => this.#options.log(toPlotdError(error).message))
  }

  /** Changes the outbox, on the disk first. One change begins when the one before it is on the disk. */
  #change(change: (outbox: Outbox) => Outbox): Promise<void> {
    return this.#saving.run(async () => {
      const outbox = change(this.#outbox)
      if (outbox === this.#outbox) return
      await writeSafely(join(this.#options.state, FILE), JSON.stringify(outbox))
      this.#outbox = outbox
    })
  }
}

const FILE = 'notify.json'

const keyOf = ({ channel, id }: Delivery): string => `${channel}\n${id}`

async function readOutbox({ state, now = Date.now }: NotifierOptions): Promise<Outbox> {
  const path = join(state, FILE)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new PlotdError('ERR_FILE', `${path} cannot be read: ${error.message}`, { path }, error)
  })
  if (text === undefined) return emptyOutbox(now())
  try {
    const outbox = JSON.parse(text) as Outbox
    if (Array.isArray(outbox.waiting) && Array.isArray(outbox.known)) return outbox
  } catch {
    // The error below names the file.
  }
  throw new PlotdError('ERR_FILE', `${path} is damaged: remove it, and present needs are sent again`, { path })
}

function afterMs(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms)
  return () => clearTimeout(timer)
}

const byPlace = (a: WireJob, b: WireJob): number => b.priority - a.priority || a.order - b.order

/** States of a job that waits to be drawn. */
const WAITING: ReadonlySet<WireJob['status']> = new Set(['scheduled', 'held', 'queued', 'started', 'rendered'])

/** A plotter, the number of jobs that wait for it, and the time left of the job that it draws. */
export function plotterSummary(plotter: WirePlotter, jobs: readonly WireJob[]) {
  const own = jobs.filter(
    ({ status, plot }) => WAITING.has(status) && (plot?.plotter === plotter.name || plot?.plotter === 'any'),
  )
  const { state } = plotter
  const now = 'job' in state ? jobs.find(({ id }) => id === state.job) : undefined
  return { plotter, queue: own.length, secondsLeft: now?.progress?.secondsLeft ?? 0 }
}

/**
 * Sends a test message through each channel, without the outbox.
 *
 * @param only  the name of one channel, or 'mqtt'; undefined: all
 * @returns the error of each channel, '' when the channel took the message
 * @throws PlotdError ERR_CONFIG when a secret or an address cannot be used
 */
export async function testChannels(
  notify: Notify,
  only: string | undefined,
  id: string,
): Promise<ReadonlyMap<string, string>> {
  const results = new Map<string, string>()
  const need: Need = {
    key: 'test',
    kind: 'sheet',
    title: 'plotd: a test',
    text: 'This channel works. No action is needed.',
  }
  for (const config of notify.channels) {
    if (only !== undefined && config.name !== only) continue
    const channel = await channelOf(config)
    results.set(config.name, await failureOf(channel.send({ id, at: Date.now(), need })))
  }
  if (notify.mqtt && (only === undefined || only === 'mqtt')) {
    const { password, ...broker } = notify.mqtt
    results.set('mqtt', await failureOf(testBroker({ ...broker, password: await brokerPassword(password) })))
  }
  return results
}

/** The message of a failure, '' when there is none. */
const failureOf = (test: Promise<void>): Promise<string> =>
  test.then(
    () => '',
    (error: unknown) => toPlotdError(error).message,
  )
