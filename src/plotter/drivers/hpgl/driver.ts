import type { Duplex } from 'node:stream'
import { PlotdError } from '../../../errors.ts'
import { type Layer, strokeCount } from '../../../geometry/drawing.ts'
import { type Clock, realClock } from '../../clock.ts'
import type { DeviceInfo, Driver, PenUp, PlotOptions } from '../../driver.ts'
import type { Plan } from '../../plan.ts'
import type { HpglOptions, Profile } from '../../profile.ts'
import { extent, Frame, strokeProgram, type Units } from './program.ts'
import { HpglTalk } from './talk.ts'

/** Strokes that may be in the plotter before the pen has drawn them: enough for it never to wait, few to be stopped in. */
const AHEAD = 2
/** A vector under way is finished before the plotter stops. */
const STOP_MS = 30_000

type Place = { readonly x: number; readonly y: number }

/**
 * HP-GL plotters on RS-232. They plan their own motion; what we owe them is never a byte too many, and what we owe the
 * paper is to count only strokes whose end the pen has been seen to pass (OA takes its turn in the buffer).
 *
 * Source: Interfacing and Programming Manuals of the HP 7475A and 7550A, chapters on RS-232-C and output.
 */
export class HpglDriver implements Driver {
  readonly #talk: HpglTalk
  readonly #options: HpglOptions
  readonly #profile: Profile
  readonly #frame: Frame
  #limits: readonly number[] = []
  #position: Place | undefined
  #pen = 0

  /** @throws PlotdError ERR_PROFILE_INVALID when the profile has no `hpgl` */
  constructor(port: Duplex, profile: Profile, clock: Clock = realClock) {
    if (!profile.hpgl) throw new PlotdError('ERR_PROFILE_INVALID', `${profile.name} has no hpgl options`)
    this.#options = profile.hpgl
    this.#profile = profile
    this.#frame = new Frame(profile.hpgl)
    this.#talk = new HpglTalk(port, profile.hpgl.bufferBytes, clock)
  }

  get position(): Place | undefined {
    return this.#position
  }

  /** Resolves when the link is gone. */
  get closed(): Promise<PlotdError> {
    return this.#talk.link.closed
  }

  async connect(): Promise<DeviceInfo> {
    const { flow, initialize = '' } = this.#options
    // what an earlier program left in the buffer must not be drawn: first forget it, then lift the pen
    this.#talk.control('(')
    this.#talk.control('K')
    if (flow === 'xon-xoff') this.#talk.link.send('\x1b.I81;;17:\x1b.N;19:')
    await this.#talk.ask('E')
    this.#talk.link.send(`\x03;IN;${initialize}PU;`)
    const model = await this.#talk.output('OI', STOP_MS)
    if (!/^[\w .-]{2,}$/.test(model)) {
      throw new PlotdError(
        'ERR_DEVICE_UNKNOWN',
        `OI was answered ${JSON.stringify(model)}; a model's name was expected`,
      )
    }
    await this.#noError()
    this.#limits = (await this.#talk.output('OH')).split(',').map(Number)
    this.#pen = 0
    this.#noteWhere(await this.#talk.reached())
    return { dialect: 'hpgl', firmware: model }
  }

  async *plot(plan: Plan, { from = 0, signal }: PlotOptions): AsyncGenerator<PenUp, void, void> {
    this.#checkReach(plan)
    const of = strokeCount(plan)
    const markers: Promise<unknown>[] = []
    let executed = from
    let finished = false
    try {
      for (let i = from; i < of; i++) {
        const layer = plan.layers.find(({ first, count }) => count > 0 && first === i)
        // before a pen change nothing may move any more; else keep a little ahead
        while (markers.length > (layer ? 0 : AHEAD)) await aborted(markers.shift(), signal)
        yield { stroke: i, of, executed, ...(layer ? { layer } : {}) }
        signal.throwIfAborted()
        if (layer || i === from) await this.#takeUp(layer ?? layerOf(plan, i), signal)
        for (const part of strokeProgram(plan, i, this.#frame)) await this.#talk.send(part, signal)
        const { reached } = await this.#talk.marker(signal)
        markers.push(
          reached.then((where) => {
            executed = i + 1
            this.#noteWhere(where)
          }),
        )
        markers.at(-1)?.catch(() => {})
      }
      for (const marker of markers) await aborted(marker, signal)
      await this.#noError()
      await this.home()
      finished = true
      yield { stroke: of, of, executed }
    } finally {
      if (!finished) await this.stop()
    }
  }

  async jog(dx: number, dy: number): Promise<void> {
    const at = this.#position ?? { x: 0, y: 0 }
    await this.#travel(this.#frame.toUnits(at.x + dx, at.y + dy))
  }

  async pen(to: 'up' | 'down'): Promise<void> {
    await this.#talk.send(to === 'up' ? 'PU;' : 'PD;')
    this.#noteWhere(await this.#talk.reached())
  }

  home(): Promise<void> {
    return this.#travel(this.#frame.toUnits(0, 0))
  }

  async setHome(): Promise<void> {
    this.#frame.setHome(await this.#talk.reached())
    this.#position = { x: 0, y: 0 }
  }

  /** These plotters hold their carriage always: nothing to do. */
  async motors(): Promise<void> {}

  async stop(): Promise<void> {
    if (!this.#talk.link.isOpen) return
    this.#talk.forget(new PlotdError('ERR_DEVICE', 'the plot was stopped'))
    this.#talk.control('K')
    this.#talk.link.send('\x03;PU;')
    const stopped = await this.#talk.reached().catch(() => undefined)
    if (stopped) this.#noteWhere(stopped)
  }

  async close(): Promise<void> {
    await this.stop()
    this.#talk.close()
  }

  async #travel(to: Units): Promise<void> {
    await this.#talk.send(`PU;PU${to.x},${to.y};`)
    this.#noteWhere(await this.#talk.reached())
  }

  /** The pen and speed of a layer. */
  async #takeUp({ pen, options }: Layer, signal: AbortSignal): Promise<void> {
    const wanted = Math.min(this.#options.pens, Math.max(1, pen))
    if (wanted !== this.#pen) await this.#talk.send(`PU;SP${wanted};`, signal)
    this.#pen = wanted
    const cmPerSecond = (this.#profile.down.speed * (options.speedPercent ?? 100)) / 1000
    await this.#talk.send(`VS${Math.max(1, Math.round(cmPerSecond))};`, signal)
  }

  #noteWhere(at: Units): void {
    this.#position = this.#frame.toMm(at)
  }

  /** @throws PlotdError ERR_PLAN_OUT_OF_BOUNDS before anything is sent: the plotter would clip in silence */
  #checkReach(plan: Plan): void {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = this.#limits
    if (strokeCount(plan) === 0 || x2 <= x1) return
    const { min, max } = extent(plan, this.#frame)
    if (min.x >= x1 && min.y >= y1 && max.x <= x2 && max.y <= y2) return
    throw new PlotdError(
      'ERR_PLAN_OUT_OF_BOUNDS',
      `the plan spans ${min.x},${min.y} to ${max.x},${max.y} plotter units; the plotter reaches ${x1},${y1} to ${x2},${y2}`,
      { min, max, limits: this.#limits },
    )
  }

  async #noError(): Promise<void> {
    const error = Number(await this.#talk.output('OE', STOP_MS))
    const wire = await this.#talk.ask('E')
    if (error === 0 && wire === 0) return
    throw new PlotdError('ERR_DEVICE', `the plotter reports HP-GL error ${error} and RS-232 error ${wire}`, {
      error,
      wire,
    })
  }
}

const layerOf = ({ layers }: Plan, stroke: number): Layer =>
  layers.find(({ first, count }) => stroke >= first && stroke < first + count) ?? {
    name: '',
    pen: 1,
    first: 0,
    count: 0,
    options: {},
  }

/** The promise, unless the signal is aborted first. */
async function aborted<T>(promise: Promise<T> | undefined, signal: AbortSignal): Promise<T | undefined> {
  signal.throwIfAborted()
  if (!promise) return undefined
  let stop: () => void = () => {}
  const abort = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, abort])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
