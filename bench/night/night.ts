import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, mailMerge, type PlotdClient } from '../../clients/node/index.ts'
import { envelopeBatch } from '../../clients/node/merge/index.ts'
import { Notifier } from '../../clients/notify/index.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { type Random, randomFrom } from '../../src/tasks/draw/random.ts'
import { DaemonChild } from '../soak/daemon-child.ts'
import { BenchOfFour } from './bench-of-four.ts'
import { cardsOf, judge, lengthOf } from './judge.ts'
import { Person } from './person.ts'
import { Receiver } from './receiver.ts'

export interface NightOptions {
  readonly cards: number
  readonly seed: number
  /** How many times as fast as real boards and clocks. */
  readonly speed?: number
  readonly onProgress?: (line: string) => void
}

export interface NightReport {
  /** What should not be, in sentences. */
  readonly wrong: readonly string[]
  readonly counts: Readonly<Record<string, number>>
}

const PLOTTERS = ['north', 'east', 'south', 'west']
const BATCH = 'night'
const SECRET = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`
/** Shares of feeds that jam, and of cards that somebody finds spoiled. */
const [JAMS, SPOILED] = [0.01, 0.03]
/** A pen is good for this much ink, and its tip is wiped more often, m. */
const PEN = { swap: 40, wipe: 15 }
const DOWN_MS = 3_600_000
/** The clock may be asked this often whether everything is drawn, ms. */
const LOOK_MS = 200

/** A table as an address book gives it. */
export function addressBook(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const n = i + 1
    return `Guest ${n},"Thank you, and see you in ${2000 + (n % 40)}.",${n} Main Street,Springfield,${10_000 + n},DE`
  })
  return ['recipient,message,street,town,postcode,country', ...rows].join('\n')
}

/**
 * A night of a workshop: cards and their envelopes from a table, four plotters with feeders that jam and pens that run dry,
 * spoiled cards, two crashes, an unplugged cable, and a receiver of calls that is down for an hour. Boards and the clock of the
 * calls run `speed` times as fast. A person acts when called and at no other time, so that a call that is lost ends the night.
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

class Shift {
  readonly #options: Required<Omit<NightOptions, 'onProgress'>>
  readonly #say: (line: string) => void
  readonly #random: Random
  readonly #folder: string
  readonly #bench: BenchOfFour
  readonly #receiver: Receiver
  readonly #counts: Record<string, number> = {}
  readonly #wrong: string[] = []
  readonly #begun = performance.now()
  readonly #flags: Record<string, unknown>
  readonly #inspected = new Set<string>()
  #daemon: DaemonChild
  #client: PlotdClient
  #notifier: Notifier
  readonly #person: Person

  private constructor(parts: {
    options: Required<Omit<NightOptions, 'onProgress'>>
    say: (line: string) => void
    random: Random
    folder: string
    bench: BenchOfFour
    receiver: Receiver
    flags: Record<string, unknown>
    daemon: DaemonChild
    client: PlotdClient
    notifier: Notifier
  }) {
    this.#options = parts.options
    this.#say = parts.say
    this.#random = parts.random
    this.#folder = parts.folder
    this.#bench = parts.bench
    this.#receiver = parts.receiver
    this.#flags = parts.flags
    this.#daemon = parts.daemon
    this.#client = parts.client
    this.#notifier = parts.notifier
    this.#person = new Person({ client: this.#client, bench: this.#bench })
  }

  static async begin({ onProgress: say = () => {}, speed = 100, cards, seed }: NightOptions): Promise<Shift> {
    const random = randomFrom(seed)
    const folder = await mkdtemp(join(tmpdir(), 'plotd-night-'))
    await mkdir(join(folder, 'output'))
    const bench = await BenchOfFour.start(PLOTTERS, speed, random, JAMS)
    const receiver = await Receiver.start(SECRET)
    const flags: Record<string, unknown> = {
      port: 0,
      state: join(folder, 'state'),
      output: join(folder, 'output'),
      logLevel: 'warn',
      'retention.jobs': 100_000,
      plotters: PLOTTERS.map((name) => ({
        name,
        url: `${bench.urlOf(name)}?speed=${speed}`,
        profile: { base: 'axidraw-v3', pen: { raiseMs: 60, lowerMs: 60 } },
        between: { command: bench.feeder, timeout: 60_000 },
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
    const options = { cards, seed, speed }
    return new Shift({ options, say, random, folder, bench, receiver, flags, daemon, client: await dial(), notifier })
  }

  async work(): Promise<void> {
    const { cards, speed } = this.#options
    await this.#person.begin()
    const { jobs } = await mailMerge(this.#client, addressBook(cards), {
      params: { template: 'thank-you', size: 'a6' },
      batch: BATCH,
      job: { plot: { plotter: 'any', copies: 1 } },
      envelopes: { params: { size: 'c6', sentFrom: 'DE', flap: 30 }, order: 'beside' },
    })
    this.#counts['jobs'] = jobs.length
    let isOver = false
    let end = () => {}
    const over = new Promise<void>((resolve) => {
      end = () => {
        isOver = true
        resolve()
      }
    })
    const onDuty = this.#onDuty(over)
    const share = (part: number) => Math.max(1, Math.floor(part * jobs.length))
    const events: [number, string, () => Promise<void>][] = [
      [share(0.15), 'a crash', () => this.#crash()],
      [share(0.35), 'a cable is unplugged', () => this.#unplug()],
      [share(0.5), 'the receiver is down for an hour', () => this.#silence(DOWN_MS / speed)],
      [share(0.75), 'a crash', () => this.#crash()],
    ]
    let last = performance.now()
    while (!isOver) {
      const { done, left } = await this.#progress()
      const [next] = events
      if (next && done >= next[0]) {
        events.shift()
        this.#say(`${done} done: ${next[1]}`)
        await next[2]()
      }
      await this.#inspect()
      if (left === 0) {
        await this.#inspect()
        if ((await this.#progress()).left === 0 && this.#notifier.waiting.length === 0) end()
      }
      if (performance.now() - last > 10_000) {
        last = performance.now()
        const plotters = await this.#client.call('plotter.list', {})
        const states = plotters.map(
          ({ name, state }) => `${name} ${'why' in state ? `${state.is} (${state.why})` : state.is}`,
        )
        const latest = this.#receiver.calls.at(-1)
        this.#say(
          `${done} done, ${left} left, ${states.join(', ')}; call ${this.#receiver.calls.length}: ${latest?.text}`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    await onDuty
  }

  async report(): Promise<NightReport> {
    const { cards } = this.#options
    const drawn = new Map<string, number>()
    for (const { name, pens = [] } of await this.#client.call('plotter.list', {}))
      drawn.set(
        name,
        pens.reduce((sum, { drawnMm }) => sum + drawnMm, 0),
      )
    for (const name of this.#bench.names) this.#bench.clear(name)
    const { taken } = this.#bench
    const rows = Array.from({ length: cards }, (_, i) => i + 2)
    for (const batch of [BATCH, envelopeBatch(BATCH)]) {
      const all = await cardsOf(this.#client, batch)
      const verdict = await judge(batch, rows, all, taken, join(this.#folder, 'output'))
      this.#wrong.push(...verdict.wrong)
      this.#counts[`attempts of ${batch} that were no good`] = verdict.spoiled
      for (const { job: id, row, status } of all) {
        if (status !== 'finished') continue
        const { params } = await this.#client.call('job.get', { id })
        const { number } = params as { number?: string }
        if (number !== String(row)) this.#wrong.push(`${batch} row ${row} bears the number ${number}`)
      }
    }
    const known = new Set<string | undefined>()
    for (const batch of [BATCH, envelopeBatch(BATCH)])
      for (const { job } of await cardsOf(this.#client, batch)) known.add(job)
    for (const sheet of taken)
      if (!known.has(sheet.job)) this.#wrong.push(`${sheet.plotter}: ink of no job (${sheet.job})`)
    for (const name of this.#bench.names) this.#judgePen(name, drawn.get(name) ?? 0)
    this.#judgeCalls()
    return {
      wrong: [...this.#wrong, ...this.#bench.wrong],
      counts: {
        ...this.#counts,
        sheets: taken.length,
        jams: this.#bench.jams,
        calls: this.#receiver.calls.length,
        'calls while the receiver was down': this.#receiver.refused,
        'calls that came twice': this.#receiver.repeats,
        ...prefixed('met: ', this.#person.met),
        ...prefixed('no longer needed: ', this.#person.stale),
        seconds: Math.round((performance.now() - this.#begun) / 1000),
      },
    }
  }

  async close(): Promise<void> {
    await this.#notifier.close()
    this.#client.close()
    await this.#daemon.end('SIGTERM')
    await this.#bench.close()
    await this.#receiver.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #onDuty(over: Promise<void>): Promise<void> {
    for (let n = 0; ; n++) {
      const call = await this.#receiver.next(n, over)
      if (!call) return
      await this.#person.answer(call)
    }
  }

  async #progress(): Promise<{ done: number; left: number }> {
    const { batches } = await this.#client.call('batch.list', {})
    const sum = (of: (batch: (typeof batches)[number]) => number) => batches.reduce((all, batch) => all + of(batch), 0)
    return { done: sum((batch) => batch.done), left: sum((batch) => batch.left) }
  }

  /** Somebody looks through the sheets that were taken off, each once, and finds some of them spoiled. */
  async #inspect(): Promise<void> {
    for (const { job } of this.#bench.taken) {
      if (job === undefined || this.#inspected.has(job)) continue
      this.#inspected.add(job)
      if (this.#random.next() >= SPOILED) continue
      const { status } = await this.#client.call('job.get', { id: job })
      if (status !== 'finished') continue
      await this.#client.call('job.spoiled', { id: job, why: 'smudged' })
      this.#count('spoiled')
    }
  }

  /** The daemon is killed, and the one that tells people dies with it. */
  async #crash(): Promise<void> {
    this.#count('crashes')
    await this.#daemon.end('SIGKILL')
    await this.#notifier.close()
    this.#daemon = await DaemonChild.start(this.#flags)
    const client = await connect({ url: this.#daemon.url, state: join(this.#folder, 'state') })
    this.#notifier = await notifierOf(client, this.#folder, this.#receiver.url, this.#options.speed, this.#begun)
  }

  /** In the middle of a stroke. */
  async #unplug(): Promise<void> {
    for (;;) {
      const name = this.#bench.names.find((each) => this.#bench.isDrawing(each))
      if (name !== undefined) {
        this.#count('unplugged')
        return this.#bench.unplug(name)
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  async #silence(ms: number): Promise<void> {
    this.#receiver.isDown = true
    await new Promise((resolve) => setTimeout(resolve, ms))
    this.#receiver.isDown = false
  }

  #judgePen(name: string, counted: number): void {
    const ink = this.#bench.taken
      .filter(({ plotter }) => plotter === name)
      .reduce((sum, sheet) => sum + lengthOf(sheet.ink), 0)
    this.#counts[`ink of ${name}, m`] = Math.round(ink / 10) / 100
    const off = Math.abs(counted - ink) / Math.max(1, ink)
    this.#counts[`count of ${name} is off by, ppm`] = Math.round(off * 1e6)
    if (off > 0.001)
      this.#wrong.push(`${name}: the pens count ${counted.toFixed(0)} mm, and ${ink.toFixed(0)} mm are on the sheets`)
    const swaps = this.#person.swaps.get(name) ?? 0
    const due = Math.floor(counted / 1000 / PEN.swap)
    if (swaps !== due)
      this.#wrong.push(`${name}: ${swaps} pens were changed in ${(counted / 1000).toFixed(1)} m, not ${due}`)
  }

  /** Every call is of use when the person comes, unless something happened to the plotter on the way. */
  #judgeCalls(): void {
    const { forged, calls } = this.#receiver
    if (forged > 0) this.#wrong.push(`${forged} calls bear a wrong signature`)
    const stale = Object.values(this.#person.stale).reduce((sum, each) => sum + each, 0)
    const mishaps = (this.#counts['crashes'] ?? 0) * PLOTTERS.length + (this.#counts['unplugged'] ?? 0)
    if (stale > mishaps) this.#wrong.push(`${stale} calls were of no use: ${JSON.stringify(this.#person.stale)}`)
    const jams = calls.filter(({ text }) => /jam \d+/.test(text)).map(({ text }) => /jam \d+/.exec(text)?.[0])
    if (new Set(jams).size !== jams.length) this.#wrong.push('somebody was called twice for one jam')
    for (const batch of [BATCH, envelopeBatch(BATCH)]) {
      if (!calls.some(({ type, text }) => type === 'batch' && text.startsWith(`${this.#options.cards} of`)))
        this.#wrong.push(`nobody heard that ${batch} is done`)
    }
  }

  #count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1
  }
}

const prefixed = (prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, value]) => [prefix + name, value]))

/** The notifier as `plotd serve` runs it, by a clock that is as fast as the boards. */
function notifierOf(client: PlotdClient, folder: string, url: string, speed: number, begun: number): Promise<Notifier> {
  const { notify } = configSchema.parse({
    state: folder,
    notify: { channels: [{ name: 'phone', kind: 'webhook', url, secret: SECRET }] },
  })
  const epoch = Date.now() - performance.now()
  return Notifier.open({
    ...{ client, notify, state: join(folder, 'notify') },
    log: () => {},
    now: () => epoch + begun + (performance.now() - begun) * speed,
    after: (ms, call) => {
      const timer = setTimeout(call, ms / speed)
      return () => clearTimeout(timer)
    },
  })
}
