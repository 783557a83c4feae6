import { type Drawing, type Layer, stroke, strokeCount, x, y } from '../../geometry/drawing.ts'
import { inkLength, travelLength } from '../../geometry/measure.ts'
import { remainder } from '../../geometry/rest-of-stroke.ts'
import type { MotionLimits, Profile } from '../profiles/profile.ts'
import { type Blocks, emptyBlocks, secondsOf } from './blocks.ts'
import { grblSeconds } from './grbl-time.ts'
import { AROUND_PLOT_BYTES, hpglSeconds, selectedSpeed, wireSeconds } from './hpgl-time.ts'
import { clearMs, leadMs, liftAt, liftOf, touchMs } from './lifts.ts'
import { motorSpeedLimit, restToRest } from './limits.ts'
import { KLIPPER_START, printerSeconds, printerTravelSeconds } from './marlin-time.ts'
import { Planner } from './planner.ts'
import { gentleRestToRest } from './s-curve.ts'
import { SILENT_CAUTION, SILENT_PEN_SECONDS, silentSeconds } from './silent-time.ts'

/** The estimate of a drawing on one profile, from home and back. */
export interface Estimate {
  readonly seconds: number
  readonly penDownMm: number
  readonly travelMm: number
  readonly lifts: number
}

/** The time of one layer. */
export interface LayerEstimate {
  readonly name: string
  readonly pen: number
  /**
   * From the first pen-down of the layer to the first pen-down of the next layer with strokes. The first layer's time
   * also contains the start of the plot, and the last layer's time also contains the end of the plot. 0 for an empty
   * layer.
   */
  readonly seconds: number
  readonly strokes: number
}

/** The profile's limits for drawing, with the layer's speed and, except on HP-GL, with the layer's curve pace. */
export function drawingLimits(
  { down, hpgl }: Pick<Profile, 'down' | 'hpgl'>,
  { speedPercent = 100, pace }: Layer['options'],
): MotionLimits {
  if (pace !== undefined && !hpgl) return { ...drawingLimits({ down }, { speedPercent }), curvePace: pace }
  if (speedPercent === 100 || (hpgl && speedPercent > 100)) return down
  if (!hpgl) return { ...down, speed: (down.speed * speedPercent) / 100 }
  const acceleration = hpgl.selectedAcceleration ?? down.acceleration
  return { ...down, speed: selectedSpeed(hpgl, down.speed, speedPercent), acceleration }
}

/** Seconds of a pen-up move by dx, dy mm, from rest to rest. */
export function travelSeconds(profile: Profile, dx: number, dy: number): number {
  const length = Math.hypot(dx, dy)
  if (length === 0) return 0
  if (profile.dialect === 'grbl') {
    const axis = Math.max(Math.abs(dx), Math.abs(dy)) / length // grbl's limits hold for each axis
    return restToRest(length, profile.up.acceleration / axis, profile.up.speed / axis)
  }
  if (profile.dialect === 'marlin') return printerTravelSeconds(profile, dx, dy)
  const { speed: most, acceleration, jerk } = profile.up
  const speed = Math.min(most, motorSpeedLimit(profile, dx / length, dy / length))
  return jerk === undefined
    ? restToRest(length, acceleration, speed)
    : gentleRestToRest(length, { acceleration, jerk }, speed)
}

/**
 * The model of a 3D printer (Marlin or Klipper) divides the long lines of a whole plot into at most about this many
 * parts. In a plot at 50 mm/s with more than 2 km of ink, these parts are longer than the lines that plotd sends to the
 * printer. Without this limit, a very slow plot could need too much memory.
 */
const MOST_PARTS = 2_000_000

/** Computes the time of single strokes with plotd's own planner, or with a model of the board's planner. */
class StrokeClock {
  readonly #profile: Profile
  readonly #planner: Planner
  readonly #blocks: Blocks = emptyBlocks()
  readonly #leastMm: number

  /** @param totalMm  length of all strokes together, mm */
  constructor(profile: Profile, totalMm: number) {
    this.#profile = profile
    this.#leastMm = totalMm / MOST_PARTS
    this.#planner = new Planner(profile)
  }

  /**
   * Seconds for one stroke.
   *
   * @param lead seconds of travel and lowering, during which a slow wire already carries the stroke
   */
  seconds(points: Float64Array, limits: MotionLimits, lead: number): number {
    const { dialect, grbl, hpgl, pen, stepsPerMm } = this.#profile
    if (dialect === 'grbl') return grblSeconds(points, limits, { stepsPerMm, ...grbl }, pen.afterDotMs)
    if (dialect === 'marlin') return printerSeconds(points, limits, this.#profile, this.#leastMm)
    if (hpgl?.silent) return silentSeconds(points, limits, hpgl)
    if (hpgl) return hpglSeconds(points, limits, hpgl, lead)
    this.#planner.start(points, limits)
    let sum = 0
    while (this.#planner.fill(this.#blocks)) sum += secondsOf(this.#blocks)
    return sum
  }
}

/** The times of a plot's N strokes, s from its start. Waits for the operator do not count. */
interface Schedule {
  /** N + 1 entries: the pen-down of each stroke, then the end of the plot at home. */
  readonly times: Float64Array<ArrayBuffer>
  /** N + 2 entries: 0, then the end of the lift after each stroke, then the end of the plot at home. */
  readonly drawn: Float64Array<ArrayBuffer>
  /** Seconds with the pen on the paper. */
  readonly drawing: number
}

/** A stroke of which the first `mm` millimetres are drawn. */
export interface PartialStroke {
  readonly stroke: number
  readonly mm: number
  /**
   * Place of the carriage while the plot is held in the stroke, mm; absent when a plot begins in the stroke. A held
   * plot has already fetched the stroke's pen and waited for the layer's delay.
   */
  readonly at?: Place
}

interface Place {
  readonly x: number
  readonly y: number
}

/** A carriage counts as being at a place within this distance, mm. */
const AT_PLACE_MM = 0.1

/** Seconds from the place at which a plot is held to the rest of its stroke. Without a place, no travel is counted. */
function returnSeconds(profile: Profile, at: Place | undefined, rest: Float64Array): number {
  const [dx, dy] = at ? [x(rest, 0) - at.x, y(rest, 0) - at.y] : [0, 0]
  return Math.hypot(dx, dy) < AT_PLACE_MM ? startSeconds(profile) : travelSeconds(profile, dx, dy)
}

/**
 * Computes the times of a plot.
 *
 * @param partial  the stroke in which the plot is held or begins; only the rest of the stroke counts
 */
function schedule(drawing: Drawing, profile: Profile, partial?: PartialStroke): Schedule {
  const times = new Float64Array(strokeCount(drawing) + 1)
  const drawn = new Float64Array(times.length + 1)
  const clock = new StrokeClock(profile, profile.dialect === 'marlin' ? inkLength(drawing) : 0)
  const { points, starts } = drawing
  const { before, after } = onceSeconds(profile)
  const caution = profile.hpgl?.silent ? SILENT_CAUTION : 1
  let now = before
  let penDownSeconds = 0
  let penX = 0
  let penY = 0
  let heldPen = 0
  for (const layer of drawing.layers) {
    const limits = drawingLimits(profile, layer.options)
    const { penDownPercent: downPercent = profile.pen.downPercent } = layer.options
    const lift = liftOf({ ...profile, pen: liftAt(profile, { downPercent }) }, layer)
    const own = { ...profile, pen: lift }
    const isHeld = partial?.at !== undefined && partial.stroke === layer.first && layer.count > 0
    if (layer.count > 0 && !isHeld) now += (layer.options.delayMs ?? 0) / 1000
    const pen = layer.count === 0 ? heldPen : penOf(profile, layer.pen)
    let fetching = pen === heldPen || isHeld ? 0 : fetchSeconds(profile)
    heldPen = pen
    for (let i = layer.first; i < layer.first + layer.count; i++) {
      const first = starts[i] as number
      const last = (starts[i + 1] as number) - 1
      const isRest = partial?.stroke === i
      const line = isRest ? remainder(stroke(drawing, i), partial.mm) : stroke(drawing, i)
      const travel = isRest
        ? returnSeconds(profile, partial.at, line)
        : travelSeconds(profile, x(points, first) - penX, y(points, first) - penY)
      const lead = caution * (fetching + travel + (touchMs(lift) - leadMs(own, travel)) / 1000)
      fetching = 0
      now += lead
      times[i] = now
      const seconds = clock.seconds(line, limits, lead)
      penDownSeconds += seconds
      now += seconds + (caution * clearMs(lift)) / 1000 + answerSeconds(profile)
      drawn[i + 1] = now
      penX = x(points, last)
      penY = y(points, last)
    }
  }
  times[times.length - 1] = now + caution * travelSeconds(profile, penX, penY) + after
  drawn[times.length] = times[times.length - 1] as number
  return { times, drawn, drawing: penDownSeconds }
}

/** An estimate with its parts. */
export interface Timing {
  readonly estimate: Estimate
  /** Seconds with the pen on the paper. */
  readonly drawingSeconds: number
  readonly layers: readonly LayerEstimate[]
}

/** Estimates a plot on a profile, from home and back, with the times of its layers. */
export function timing(drawing: Drawing, profile: Profile): Timing {
  const { times, drawing: drawingSeconds } = schedule(drawing, profile)
  const estimate: Estimate = {
    seconds: times[times.length - 1] as number,
    penDownMm: inkLength(drawing),
    travelMm: travelLength(drawing),
    lifts: strokeCount(drawing),
  }
  return { estimate, drawingSeconds, layers: byLayer(drawing, times) }
}

/** The user's changes since a plot was planned, and the stroke in which the plot is held or begins. */
export interface PlotNow {
  /** The drawing speed that a user set, percent; as planned when absent. */
  readonly speedPercent?: number | undefined
  /** The height of the lowered pen that a user set, percent; as planned when absent. */
  readonly penDownPercent?: number | undefined
  /** The stroke in which the plot is held or begins. Only the rest of the stroke takes time. */
  readonly begun?: PartialStroke | undefined
}

/**
 * N + 2 entries for N strokes, s from the start of the plot. Entry k ≤ N is the time at which k strokes are drawn and
 * the pen is up again; entry 0 is 0. The last entry is the end at home. Waits for the operator do not count.
 */
export function strokeTimes(
  drawing: Drawing,
  profile: Profile,
  { speedPercent, penDownPercent, begun }: PlotNow = {},
): Float64Array<ArrayBuffer> {
  // `speedPercent` scales a layer's own percentage, but replaces that percentage on HP-GL plotters
  const speedOf = ({ speedPercent: own = 100 }: Layer['options'], percent: number) =>
    (profile.hpgl ? 1 : own / 100) * percent
  const layers = drawing.layers.map((layer) => ({
    ...layer,
    options: {
      ...layer.options,
      ...(speedPercent !== undefined && { speedPercent: speedOf(layer.options, speedPercent) }),
      ...(penDownPercent !== undefined && { penDownPercent }),
    },
  }))
  return schedule({ ...drawing, layers }, profile, begun).drawn
}

/** Estimates a plot on a profile, from home and back. */
export function estimate(drawing: Drawing, profile: Profile): Estimate {
  return timing(drawing, profile).estimate
}

/** Divides the time of a plot among its layers. The seconds of all layers add up to that time. */
function byLayer(drawing: Drawing, times: Float64Array): LayerEstimate[] {
  const end = times[times.length - 1] as number
  return drawing.layers.map(({ name, pen, first, count }) => {
    const from = first === 0 ? 0 : (times[first] as number)
    const until = first + count < times.length - 1 ? (times[first + count] as number) : end
    return { name, pen, strokes: count, seconds: count === 0 ? 0 : until - from }
  })
}

/** The number of the pen, limited to the pens of a plotter that changes pens by itself; 1 on other plotters. */
const penOf = ({ hpgl }: Profile, pen: number): number => Math.min(hpgl?.pens ?? 1, Math.max(1, pen))

/** Seconds to put a pen back and fetch another; 0 when the user changes pens. */
function fetchSeconds({ hpgl }: Profile): number {
  if (hpgl?.silent) return hpgl.pens > 1 ? SILENT_PEN_SECONDS : 0
  return hpgl && hpgl.pens > 1 ? hpgl.penChangeMs / 1000 : 0
}

/** Time of the two answers over USB that confirm each lift of an EBB, s. */
const EBB_ANSWERS = 0.0015

const answerSeconds = ({ dialect }: Profile): number => (dialect === 'ebb' ? EBB_ANSWERS : 0)

/** Seconds until a board at rest lowers the pen. */
const startSeconds = ({ marlin }: Profile): number => (marlin?.firmware === 'klipper' ? KLIPPER_START : 0)

/** Seconds of a plot before the travel to the first stroke, and after the last stroke. The way home is not included. */
function onceSeconds(profile: Profile): { readonly before: number; readonly after: number } {
  const { dialect, hpgl, pen } = profile
  // an EBB does not know where its pen is, so the driver raises the pen before and after the plot
  if (dialect === 'ebb') return { before: pen.raiseMs / 1000, after: pen.raiseMs / 1000 }
  if (!hpgl) return { before: 0, after: (pen.endMs ?? 0) / 1000 }
  if (hpgl.silent) return { before: 0, after: SILENT_CAUTION * fetchSeconds(profile) }
  const { before, after } = AROUND_PLOT_BYTES
  return { before: wireSeconds(before, hpgl), after: wireSeconds(after, hpgl) + fetchSeconds(profile) }
}
