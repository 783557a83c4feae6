import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, mailMerge, type PlotdClient } from '../../clients/node/index.ts'
import { envelopeBatch } from '../../clients/node/merge/index.ts'
import { Notifier } from '../../clients/notify/index.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { type Random, randomFrom } from '../../src/tasks/draw/random.ts'
import { DaemonChild } from '../soak/daemon-child.ts'
import { FourPlotters, PLOTTERS } from './four-plotters.ts'
import { cardsOf, doubtfulMm, judge, lengthOf } from './judge.ts'
import { cutSheetsOf, type Mishap, type Mishaps, mishapsOf, USUAL_MISHAPS } from './mishaps.ts'
import { NightOperator } from './night-operator.ts'
import { Receiver } from './receiver.ts'

export interface NightOptions {
  readonly cards: number
  readonly seed: number
  /** Speed of the boards and of the notifier's clock, as a multiple of real time; default 100. */
  readonly speed?: number
  readonly mishaps?: Partial<Mishaps>
  readonly onProgress?: (line: string) => void
}

export interface NightReport {
  /** The errors that the check found, in sentences. */
  readonly wrong: readonly string[]
  readonly counts: Readonly<Record<string, number>>
}

const BATCH = 'night'
const SECRET = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`
/** Metres of ink after which a pen is swapped, and after which its tip is wiped. */
const PEN = { swap: 40, wipe: 15 }
/** The notifier's fast clock starts this long in the past, ms, so that it stays behind the real clock all night. */
const BEHIND_MS = 30 * 86_400_000
/** Interval of checking the progress of the night, ms. */
const LOOK_MS = 200
/** A night without progress for this long counts as stuck, ms. */
const STILL_MS = 240_000
/** Interval of printing the progress, ms. */
const SAY_MS = 10_000

/** A table in the form of an address book's export. */
export function addressBook(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const n = i + 1
    return `Guest ${n},"Thank you, and see you in ${2000 + (n % 40)}.",${n} Main Street,Springfield,${10_000 + n},DE`
  })
  return ['recipient,message,street,town,postcode,country', ...rows].join('\n')
}

/**
 * A night of a workshop. Four plotters draw cards and their envelopes from a table. Feeders jam, pens are worn, and
 * cards are spoiled. By default, the daemon crashes twice, a cable is unplugged, and the receiver of notifications is
 * down for an hour. The boards and the notifier's clock run `speed` times as fast as the real clock. The simulated
 * operator acts only on notifications, so a lost notification can stop the night.
 */
export async function night(options: NightOptions): Promise<NightReport> {
  const shift = await Shift.begin(options)
  try {
    await shift.work()
    return await shift.report()
  } finally {
    await shift.close()
  }
}

interface Settings {
  readonly cards: number
  readonly speed: number
  readonly mishaps: Mishaps
}

class Shift {
  readonly #options: Settings
  readonly #say: (line: string) => void
  readonly #mishaps: Mishap[]
  readonly #chance: Random
  readonly #folder: string
  readonly #plotters: FourPlotters
  readonly #receiver: Receiver
  readonly #counts: Record<string, number> = {}
  readonly #wrong: string[] = []
  readonly #begun: number
  readonly #flags: Record<string, unknown>
  readonly #inspected = new Set<string>()
  #daemon: DaemonChild
  readonly #client: PlotdClient
  #silence: Promise<void> = Promise.resolve()
  #notifier: Notifier
  readonly #operator: NightOperator

  private constructor(parts: {
    options: Settings
    say: (line: string) => void
    seed: number
    folder: string
    plotters: FourPlotters
    receiver: Receiver
    flags: Record<string, unknown>
    daemon: DaemonChild
    client: PlotdClient
    notifier: Notifier
    begun: number
  }) {
    this.#options = parts.options
    this.#begun = parts.begun
    this.#say = parts.say
    this.#mishaps = mishapsOf(parts.options.mishaps, randomFrom(parts.seed))
    this.#chance = randomFrom(parts.seed + 2)
    this.#folder = parts.folder
    this.#plotters = parts.plotters
    this.#receiver = parts.receiver
    this.#flags = parts.flags
    this.#daemon = parts.daemon
    this.#client = parts.client
    this.#notifier = parts.notifier
    this.#operator = new NightOperator(this.#client, this.#plotters)
  }

  static async begin({ onProgress: say = () => {}, speed = 100, cards, seed, ...more }: NightOptions): Promise<Shift> {
    const folder = await mkdtemp(join(tmpdir(), 'plotd-night-'))
    await mkdir(join(folder, 'output'))
    const mishaps = { ...USUAL_MISHAPS, ...more.mishaps }
    const cutSheets = cutSheetsOf(mishaps, 2 * cards, randomFrom(seed + 3))
    const plotters = await FourPlotters.start(speed, randomFrom(seed + 1), { jams: mishaps.jams, cutSheets })
    const receiver = await Receiver.start(SECRET)
    const flags: Record<string, unknown> = {
      port: 0,
      state: join(folder, 'state'),
      output: join(folder, 'output'),
      logLevel: 'warn',
      'retention.jobs': 100_000,
      plotters: PLOTTERS.map(({ name, profile }) => ({
        name,
        url: `${plotters.urlOf(name)}?speed=${speed}`,
        profile: { base: profile, pen: { raiseMs: 60, lowerMs: 60 } },
        between: { command: plotters.feeder, timeout: 60_000 },
      })),
      pens: [
        {
          ...{ name: 'blue', color: 'blue', metres: 10_000 },
          rules: [
            { every: PEN.swap, do: 'swap the pen' },
            { every: PEN.wipe, do: 'wipe the tip' },
          ],
        },
      ],
    }
    const daemon = await DaemonChild.start(flags)
    flags['port'] = Number(new URL(daemon.url).port)
    const dial = () => connect({ url: daemon.url, state: join(folder, 'state') })
    const begun = performance.now()
    const notifier = await notifierOf(await dial(), folder, receiver.url, speed, begun)
    const parts = { say, seed, folder, plotters, receiver, flags, daemon, client: await dial(), notifier, begun }
    return new Shift({ ...parts, options: { cards, speed, mishaps } })
  }

  async work(): Promise<void> {
    const { cards } = this.#options
    await this.#operator.begin()
    const { jobs } = await mailMerge(this.#client, addressBook(cards), {
      params: { template: 'thank-you', size: 'a6' },
      batch: BATCH,
      job: { plot: { plotter: 'any', copies: 1 } },
      envelopes: { params: { size: 'c6', sentFrom: 'DE', flap: 30 }, order: 'beside' },
    })
    this.#counts['jobs'] = jobs.length
    let end = () => {}
    const nightEnd = new Promise<void>((resolve) => {
      end = resolve
    })
    const onDuty = this.#onDuty(nightEnd)
    const mishaps = this.#mishaps
    let [reportedAt, moved, latest] = [performance.now(), performance.now(), '']
    for (let isOver = false; !isOver; await new Promise((resolve) => setTimeout(resolve, LOOK_MS))) {
      const { done, left } = await this.#progress()
      const [mishap] = mishaps
      if (mishap && done >= mishap.at * jobs.length) {
        mishaps.shift()
        this.#say(`${done} done: ${mishap.what}`)
        await this.#cause(mishap.what)
      }
      await this.#inspect()
      const now = `${done} ${left} ${this.#receiver.notifications.length} ${this.#plotters.taken.length} ${mishaps.length}`
      if (now !== latest) [moved, latest] = [performance.now(), now]
      if (left === 0 && mishaps.length === 0) isOver = await this.#isOver()
      if (performance.now() - moved > STILL_MS) {
        this.#wrong.push(`the night makes no progress: ${await this.#state()}`)
        isOver = true
      }
      if (performance.now() - reportedAt < SAY_MS) continue
      reportedAt = performance.now()
      this.#say(`${done} done, ${left} left, ${await this.#state()}`)
    }
    end()
    await onDuty
  }

  /** Inspects the last sheets. @returns whether the night is over */
  async #isOver(): Promise<boolean> {
    await this.#silence
    await this.#inspect()
    if ((await this.#progress()).left > 0 || this.#notifier.waiting.length > 0) return false
    return [BATCH, envelopeBatch(BATCH)].every((batch) => this.#wasNotifiedOfEnd(batch))
  }

  #wasNotifiedOfEnd(batch: string): boolean {
    const last = this.#receiver.notifications.findLast(
      ({ type, title }) => type === 'batch' && title === `Batch ${batch} is done`,
    )
    return last?.text.startsWith(`${this.#options.cards} of`) ?? false
  }

  async #state(): Promise<string> {
    const plotters = await this.#client.call('plotter.list', {})
    const states = plotters.map(({ name, state, interrupted }) => {
      const why = state.is === 'paused' ? ` (${state.prompt ?? state.why})` : ''
      return `${name} ${state.is}${why}${interrupted ? `, job ${interrupted.job} cut` : ''}`
    })
    const { notifications } = this.#receiver
    const last = notifications.at(-1)
    return `${states.join('; ')}; last of ${notifications.length} notifications: ${last?.type} ${last?.plotter ?? ''}; ${this.#notifier.waiting.length} more not sent yet`
  }

  #cause(what: Mishap['what']): Promise<void> {
    if (what === 'crash') return this.#crash()
    this.#silence = this.#beSilent((this.#options.mishaps.downMinutes * 60_000) / this.#options.speed)
    return Promise.resolve()
  }

  async report(): Promise<NightReport> {
    const { cards } = this.#options
    const drawn = new Map<string, number>()
    for (const { name, pens = [] } of await this.#client.call('plotter.list', {}))
      drawn.set(
        name,
        pens.reduce((sum, { drawnMm }) => sum + drawnMm, 0),
      )
    for (const name of this.#plotters.names) this.#plotters.clear(name)
    const { taken } = this.#plotters
    const rows = Array.from({ length: cards }, (_, i) => i + 2)
    for (const batch of [BATCH, envelopeBatch(BATCH)]) {
      const all = await cardsOf(this.#client, batch)
      const verdict = await judge(batch, rows, all, taken, join(this.#folder, 'output'))
      this.#wrong.push(...verdict.wrong)
      this.#counts[`attempts of ${batch} that failed`] = verdict.spoiled
      for (const { job: id, row, status } of all) {
        if (status !== 'finished') continue
        const { params } = await this.#client.call('job.get', { id })
        const { number } = params as { number?: string }
        if (number !== String(row)) this.#wrong.push(`${batch} row ${row} has the number ${number}`)
      }
    }
    const known = new Set<string | undefined>()
    for (const batch of [BATCH, envelopeBatch(BATCH)])
      for (const { job } of await cardsOf(this.#client, batch)) known.add(job)
    for (const sheet of taken)
      if (!known.has(sheet.job)) this.#wrong.push(`${sheet.plotter}: ink of no job (${sheet.job})`)
    for (const name of this.#plotters.names) this.#judgePen(name, drawn.get(name) ?? 0)
    this.#judgeNotifications()
    return {
      wrong: [...this.#wrong, ...this.#plotters.wrong],
      counts: {
        ...this.#counts,
        sheets: taken.length,
        jams: this.#plotters.jams,
        unplugged: this.#plotters.unplugged,
        notifications: this.#receiver.notifications.length,
        'requests that were refused while the receiver was down': this.#receiver.refused,
        'notifications that came twice': this.#receiver.repeats,
        ...prefixed('answered in time: ', this.#operator.met),
        ...prefixed('no longer needed: ', this.#operator.stale),
        seconds: Math.round((performance.now() - this.#begun) / 1000),
      },
    }
  }

  async close(): Promise<void> {
    await this.#notifier.close()
    this.#client.close()
    await this.#daemon.end('SIGTERM')
    await this.#plotters.close()
    await this.#receiver.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #onDuty(end: Promise<void>): Promise<void> {
    for (let n = 0; ; n++) {
      const notification = await this.#receiver.next(n, end)
      if (!notification) return
      await this.#operator.answer(notification)
    }
  }

  async #progress(): Promise<{ done: number; left: number }> {
    const { batches } = await this.#client.call('batch.list', {})
    const sum = (countOf: (batch: (typeof batches)[number]) => number) =>
      batches.reduce((all, batch) => all + countOf(batch), 0)
    return { done: sum((batch) => batch.done), left: sum((batch) => batch.left) }
  }

  /** Inspects each job once after its sheet was taken off, and marks some finished cards as spoiled. */
  async #inspect(): Promise<void> {
    for (const { job } of this.#plotters.taken) {
      if (job === undefined || this.#inspected.has(job)) continue
      this.#inspected.add(job)
      if (this.#chance.next() >= this.#options.mishaps.spoiled) continue
      const { status } = await this.#client.call('job.get', { id: job })
      if (status !== 'finished') continue
      await this.#client.call('job.spoiled', { id: job, why: 'smudged' })
      this.#count('spoiled')
    }
  }

  /** Kills the daemon, closes its notifier, and starts both again. */
  async #crash(): Promise<void> {
    this.#count('crashes')
    await this.#daemon.end('SIGKILL')
    await this.#notifier.close()
    this.#daemon = await DaemonChild.start(this.#flags)
    const client = await connect({ url: this.#daemon.url, state: join(this.#folder, 'state') })
    this.#notifier = await notifierOf(client, this.#folder, this.#receiver.url, this.#options.speed, this.#begun)
  }

  async #beSilent(ms: number): Promise<void> {
    this.#receiver.isDown = true
    await new Promise((resolve) => setTimeout(resolve, ms))
    this.#receiver.isDown = false
  }

  #judgePen(name: string, counted: number): void {
    const ink = this.#plotters.taken
      .filter(({ plotter }) => plotter === name)
      .reduce((sum, sheet) => sum + lengthOf(sheet.ink), 0)
    this.#counts[`ink of ${name}, m`] = Math.round(ink / 10) / 100
    const off = Math.abs(counted - ink) / Math.max(1, ink)
    const doubtMm = doubtfulMm(this.#plotters.taken, name, this.#operator.doubts)
    this.#counts[`count of ${name} is off by, ppm`] = Math.round(off * 1e6)
    if (counted - ink > 0.001 * ink || ink - counted > 0.001 * ink + doubtMm)
      this.#wrong.push(`${name}: the pens count ${counted.toFixed(0)} mm, and ${ink.toFixed(0)} mm are on the sheets`)
    const swaps = this.#operator.swaps.get(name) ?? 0
    const due = Math.floor(counted / 1000 / PEN.swap)
    if (swaps !== due)
      this.#wrong.push(`${name}: ${swaps} pens were changed in ${(counted / 1000).toFixed(1)} m, not ${due}`)
  }

  /**
   * Checks signatures and numbers of notifications. Each jam may cause at most one notification, and the end of each
   * batch must cause one. A crash may make one notification of each plotter out of date. An unplugged cable may make
   * one notification out of date.
   */
  #judgeNotifications(): void {
    const { forged, notifications } = this.#receiver
    if (forged > 0) this.#wrong.push(`${forged} notifications have a wrong signature`)
    const stale = Object.values(this.#operator.stale).reduce((sum, count) => sum + count, 0)
    const mishaps = (this.#counts['crashes'] ?? 0) * PLOTTERS.length + this.#plotters.unplugged
    if (stale > mishaps)
      this.#wrong.push(`${stale} notifications were out of date: ${JSON.stringify(this.#operator.stale)}`)
    const jams = notifications.filter(({ text }) => /jam \d+/.test(text)).map(({ text }) => /jam \d+/.exec(text)?.[0])
    if (new Set(jams).size !== jams.length) this.#wrong.push('the operator was notified twice of one jam')
    for (const batch of [BATCH, envelopeBatch(BATCH)]) {
      if (!this.#wasNotifiedOfEnd(batch)) this.#wrong.push(`no notification said that ${batch} is done`)
    }
  }

  #count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1
  }
}

const prefixed = (prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, value]) => [prefix + name, value]))

/** The notifier of `plotd serve`, with a clock as fast as the boards. */
function notifierOf(
  client: PlotdClient,
  folder: string,
  url: string,
  speed: number,
  startedAt: number,
): Promise<Notifier> {
  const { notify } = configSchema.parse({
    state: folder,
    notify: { channels: [{ name: 'phone', kind: 'webhook', url, secret: SECRET }] },
  })
  // The daemon stamps the end of a job by the real clock, and the notifier stamps the start of its outbox by the fast
  // clock. The notifier ignores jobs that ended before this start, so the fast clock must stay behind the real clock.
  const epoch = Date.now() - performance.now() - BEHIND_MS
  return Notifier.open({
    ...{ client, notify, state: join(folder, 'notify') },
    log: () => {},
    now: () => epoch + startedAt + (performance.now() - startedAt) * speed,
    after: (ms, call) => {
      const timer = setTimeout(call, ms / speed)
      return () => clearTimeout(timer)
    },
  })
}
