/**
 * The room `export`: a plan as a file for programs that send files to a machine themselves. The file has the plan's
 * strokes in the plan's order. plotd knows no progress of such a plot, and checks no permission for it.
 */
import { PlotdError } from '../../errors.ts'
import { type Layer, stroke, x, y } from '../../geometry/drawing.ts'
import { feedWord, GcodeFrame, moveWords, type Place, penLines, short } from '../drivers/gcode/program.ts'
import { Frame, strokeProgram } from '../drivers/hpgl/program.ts'
import { bedCorner, homeCorner, marlinPenLines } from '../drivers/marlin/program.ts'
import { velocityWord } from '../motion/hpgl-time.ts'
import { curvePaceOf, drawingLimits, liftAt, liftOf, lineSpeed, linesOf, marlinLines } from '../motion/index.ts'
import type { Plan } from '../plan/plan.ts'
import type { GcodeOptions, GrblOptions, MarlinOptions, MotionLimits, PenLift, Profile } from '../profiles/profile.ts'

/** The parts of a G-code file that differ between firmwares. */
interface Language {
  readonly options: GcodeOptions
  /** The first lines of a file, before the lines in the profile's `start`. */
  readonly begin: readonly string[]
  /** The drawing's top-left corner in the file's coordinates, mm. */
  readonly home: Place
  readonly pen: (lift: PenLift, to: 'up' | 'down', percent: number) => string[]
  readonly comment: (text: string) => string
  /** The line that stops the machine until the user continues. */
  readonly pause: string
  /** The line that waits before a layer. */
  readonly dwell: (ms: number) => string
  /** The last lines of a file, after the lines in the profile's `end`. */
  readonly end: readonly string[]
  /** The G-code word for the speed of travel; '' where the board knows the speed. */
  readonly travel: string
  /** The start of a stroke and the ends of its lines, x, y interleaved, mm. */
  readonly lines: (points: Float64Array) => Float64Array
}

function languageOf(profile: Profile): Language | undefined {
  if (profile.grbl) return grblLanguage(profile, profile.grbl)
  return profile.marlin && printerLanguage(profile, profile.marlin)
}

const grblLanguage = ({ stepsPerMm }: Profile, options: GrblOptions): Language => ({
  options,
  begin: [...(options.yUp === false ? [`(${Y_DOWN})`] : []), 'G21', 'G90', 'G94'],
  home: { x: 0, y: 0 },
  pen: (lift, to, percent) => penLines(options, lift, to, percent),
  comment: (text) => `(${text})`,
  pause: 'M0',
  dwell: (ms) => `G4 P${short(ms / 1000)}`,
  end: ['M2'],
  travel: '',
  lines: (points) => linesOf(points, stepsPerMm),
})

/**
 * The language of a 3D printer. A printer with switches homes first. Without switches, the user puts the pen at the
 * drawing's top-left corner, and the file's first lines set the coordinates of that corner.
 */
function printerLanguage(profile: Profile, options: MarlinOptions): Language {
  const { up, stepsPerMm } = profile
  const { firmware, homing, yUp = true } = options
  const isKlipper = firmware === 'klipper'
  const home = homing ? homeCorner(profile, options) : bedCorner(profile, options)
  const isPenOnZ = options.penUp.some((line) => /Z/.test(line))
  const homeLine = isPenOnZ ? 'G28' : 'G28 X Y'
  const placeLine = isKlipper
    ? `SET_KINEMATIC_POSITION X=${short(home.x)} Y=${short(home.y)} Z=0`
    : `G92 X${short(home.x)} Y${short(home.y)}`
  return {
    options,
    begin: [...(yUp ? [] : [`; ${Y_DOWN}`]), 'G21', 'G90', homing ? homeLine : placeLine],
    home,
    pen: (lift, to, percent) => marlinPenLines(options, options, lift, to, percent),
    comment: (text) => `; ${text}`,
    pause: isKlipper ? 'PAUSE' : 'M0',
    dwell: (ms) => `G4 P${ms}`,
    end: ['M400'],
    travel: feedWord(up.speed),
    lines: (points) => {
      const ends = [...marlinLines(points, Number.POSITIVE_INFINITY, { stepsPerMm, firmware })]
      return Float64Array.from(ends.flatMap((end) => [end.x, end.y]))
    },
  }
}

/**
 * G-code for grbl, Marlin or Klipper. The machine pauses, with a comment, for another pen and before a layer that
 * requests a pause. It waits before a layer that requests a delay. On grbl, coordinates are mm from home, which is the
 * drawing's top-left corner. On a printer, coordinates are mm on its bed.
 *
 * @throws PlotdError ERR_PROFILE_INVALID for a machine that speaks no G-code
 */
export function planToGcode(plan: Plan, profile: Profile): string {
  const language = languageOf(profile)
  if (!language)
    throw new PlotdError(
      'ERR_PROFILE_INVALID',
      `${profile.name} speaks no G-code; name a grbl, marlin or klipper machine`,
    )
  const { pen } = profile
  const { options } = language
  const program = new GcodeText(language)
  program.add(...language.begin, ...(options.start ?? []), ...language.pen(pen, 'up', pen.upPercent))
  const layers = plan.layers.filter(({ count }) => count > 0)
  for (const [i, layer] of layers.entries()) {
    const needsPen = i > 0 && layers[i - 1]?.pen !== layer.pen
    if (needsPen || layer.options.pauseBefore) program.add(language.comment(penText(layer)), language.pause)
    if (layer.options.delayMs) program.add(language.dwell(layer.options.delayMs))
    const lift = liftOf({ ...profile, pen: liftAt(profile, { downPercent: layer.options.penDownPercent }) }, layer)
    const down = language.pen(lift, 'down', lift.downPercent)
    const up = language.pen(lift, 'up', lift.upPercent)
    const limits = drawingLimits(profile, layer.options)
    for (let s = layer.first; s < layer.first + layer.count; s++) {
      const points = language.lines(stroke(plan, s))
      program.travel(x(points, 0), y(points, 0))
      program.add(...down)
      program.draw(points, limits)
      program.add(...up)
    }
  }
  program.travel(0, 0)
  program.add(...(options.end ?? []), ...language.end)
  return program.text
}

/** The lines of a G-code file, with the place at which the last one ends. */
class GcodeText {
  readonly #lines: string[] = []
  readonly #frame: GcodeFrame
  readonly #travelWord: string
  #place: Place | undefined

  constructor({ options, home, travel }: Language) {
    this.#frame = new GcodeFrame(options)
    this.#frame.home = home
    this.#travelWord = travel
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`
  }

  add(...lines: readonly string[]): void {
    this.#lines.push(...lines)
  }

  /** Travels to a place of the drawing, mm. */
  travel(mmX: number, mmY: number): void {
    this.#move('G0', { x: mmX, y: mmY }, this.#travelWord)
  }

  /** Draws a stroke from its start, where the pen stands. @param points  as `Language.lines` returns them */
  draw(points: Float64Array, limits: MotionLimits): void {
    const speedOf = speedsOf(points, limits)
    let feed = ''
    for (let v = 1; v < points.length / 2; v++) {
      const next = feedWord(speedOf(v))
      const isWritten = this.#move('G1', { x: x(points, v), y: y(points, v) }, next === feed ? '' : next)
      if (isWritten) feed = next
    }
  }

  /** @returns whether a line was written; a move that is 0 after rounding needs none */
  #move(word: 'G0' | 'G1', drawingPlace: Place, feed: string): boolean {
    const to = this.#frame.toBoard(drawingPlace)
    const words = moveWords(this.#place, to, { x: 0, y: 0 }) // a file uses no work offset
    if (words !== '') this.#lines.push(`${word}${words}${feed}`)
    this.#place = to
    return words !== ''
  }
}

/**
 * Returns a function that gives the speed of the line that ends at a vertex, mm/s. A curve pace in the limits lowers
 * the speed in curves.
 */
function speedsOf(points: Float64Array, { speed, curvePace }: MotionLimits): (vertex: number) => number {
  if (curvePace === undefined) return () => speed
  const vertices = Array.from({ length: points.length / 2 }, (_, v) => v)
  /** Length of the stroke up to each vertex, mm. */
  const lengths = new Float64Array(vertices.length)
  for (let v = 1; v < lengths.length; v++) {
    const step = Math.hypot(x(points, v) - x(points, v - 1), y(points, v) - y(points, v - 1))
    lengths[v] = (lengths[v - 1] ?? 0) + step
  }
  const curves = curvePaceOf(curvePace, points, vertices)
  return (vertex) => lineSpeed(lengths, vertex - 1, speed, curves)
}

/** Readers of G-code expect a y that grows upwards. With this comment, plotd's importer reads y downwards. */
const Y_DOWN = 'plotd: y grows downwards'

/** The text before a pause. A `)` would end a comment, so only plain characters of the layer's name stay. */
function penText({ pen, name }: Layer): string {
  return name === '' ? `pen ${pen}` : `pen ${pen} ${name.replace(/[^A-Za-z0-9 _.-]/g, ' ').slice(0, 40)}`
}

/**
 * HP-GL for a pen plotter, without pauses. Each layer selects its pen. A number above the machine's number of pens
 * selects the last pen, so a machine with one pen does not stop for a pen change.
 *
 * @throws PlotdError ERR_PROFILE_INVALID for a machine that speaks no HP-GL
 */
export function planToHpgl(plan: Plan, profile: Profile): string {
  const { hpgl: options } = profile
  if (!options)
    throw new PlotdError('ERR_PROFILE_INVALID', `${profile.name} speaks no HP-GL; name an hp or roland machine`)
  const frame = new Frame(options)
  const parts = [`IN;${options.initialize ?? ''}PU;`]
  for (const layer of plan.layers) {
    if (layer.count === 0) continue
    const pen = Math.min(options.pens, Math.max(1, layer.pen))
    parts.push(`SP${pen};`, velocityWord(options, profile.down.speed, layer.options.speedPercent ?? 100))
    for (let s = layer.first; s < layer.first + layer.count; s++) {
      for (const part of strokeProgram(stroke(plan, s), frame)) parts.push(part.text)
      parts.push('PU;')
    }
  }
  return `${[...parts, 'SP0;'].join('\n')}\n`
}
