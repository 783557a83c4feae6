/**
 * The room `export`: a frozen plan as a file for programs that send files themselves. plotd draws the same strokes in the same
 * order. A file has no permissions, no progress and no pauses.
 */
import { PlotdError } from '../../errors.ts'
import { stroke, x, y } from '../../geometry/drawing.ts'
import { GcodeFrame, moveWords, type Place, penLines, short } from '../drivers/gcode/program.ts'
import { Frame, strokeProgram } from '../drivers/hpgl/program.ts'
import { marlinPenLines } from '../drivers/marlin/program.ts'
import { velocityWord } from '../motion/hpgl-time.ts'
import { drawingLimits, lineSpeed, linesOf, marlinLines, paceOf } from '../motion/index.ts'
import type { Plan } from '../plan/plan.ts'
import type { GcodeOptions, GrblOptions, MarlinOptions, MotionLimits, Profile } from '../profiles/profile.ts'

/** The parts of G-code that differ between firmwares, besides the moves. */
interface Language {
  readonly options: GcodeOptions
  readonly begin: readonly string[]
  /** The drawing's top left corner in the file's coordinates, mm. */
  readonly home: Place
  readonly pen: (to: 'up' | 'down', percent: number) => string[]
  readonly comment: (text: string) => string
  readonly pause: string
  readonly end: readonly string[]
  /** The speed of travel as a word; '' where the board knows it. */
  readonly travel: string
  /** The ends of the lines of a stroke, x, y interleaved, mm. */
  readonly lines: (points: Float64Array) => Float64Array
}

function languageOf(profile: Profile): Language | undefined {
  if (profile.grbl) return grblLanguage(profile, profile.grbl)
  return profile.marlin && printerLanguage(profile, profile.marlin)
}

const grblLanguage = ({ pen, stepsPerMm }: Profile, options: GrblOptions): Language => ({
  options,
  begin: [...yNote(options), 'G21', 'G90', 'G94'],
  home: { x: 0, y: 0 },
  pen: (to, percent) => penLines(options, pen, to, percent),
  comment: (text) => `(${text})`,
  pause: 'M0',
  end: ['M2'],
  travel: '',
  lines: (points) => linesOf(points, stepsPerMm),
})

/**
 * A printer with switches homes first. A printer without switches stands at the drawing's corner, which gets a place on its
 * bed.
 */
function printerLanguage({ pen, up, height, stepsPerMm }: Profile, options: MarlinOptions): Language {
  const { firmware, homing, homeAt, yUp = true } = options
  const isKlipper = firmware === 'klipper'
  const corner = { x: 0, y: yUp ? height : 0 }
  const home = (homing ? homeAt : undefined) ?? corner
  const isOnAxis = options.penUp.some((line) => /Z/.test(line))
  const set = isKlipper ? 'SET_KINEMATIC_POSITION X=' : 'G92 X'
  const here = `${set}${short(home.x)} ${isKlipper ? 'Y=' : 'Y'}${short(home.y)}${isKlipper ? ' Z=0' : ''}`
  return {
    options,
    begin: ['G21', 'G90', homing ? (isOnAxis ? 'G28' : 'G28 X Y') : here],
    home,
    pen: (to, percent) => marlinPenLines(options, options, pen, to, percent),
    comment: (text) => `; ${text}`,
    pause: isKlipper ? 'PAUSE' : 'M0',
    end: ['M400'],
    travel: `F${(up.speed * 60).toFixed(0)}`,
    lines: (points) => {
      const ends = [...marlinLines(points, Number.POSITIVE_INFINITY, { stepsPerMm, firmware })]
      return Float64Array.from(ends.flatMap((end) => [end.x, end.y]))
    },
  }
}

/**
 * G-code for grbl, Marlin or Klipper. A change of pen is a pause with a comment. On grbl, coordinates are mm from home, which is
 * the drawing's top-left corner. On a printer they are those of its bed.
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
  const { options, travel } = language
  const frame = new GcodeFrame(options)
  frame.home = language.home
  const up = language.pen('up', pen.upPercent)
  const lines = [...language.begin, ...(options.start ?? []), ...up]
  let place: Place | undefined
  const move = (word: string, to: Place, more = ''): void => {
    const words = moveWords(place, to, { x: 0, y: 0 })
    if (words !== '') lines.push(`${word}${words}${more}`)
    place = to
  }
  for (const [i, layer] of plan.layers.entries()) {
    if (layer.count === 0) continue
    const percent = layer.options.penDownPercent ?? pen.downPercent
    const down = language.pen('down', percent)
    const limits = drawingLimits(profile, layer.options)
    const changesPen = plan.layers[i - 1] !== undefined && plan.layers[i - 1]?.pen !== layer.pen
    if (changesPen) {
      const name = layer.name === '' ? '' : ` ${harmless(layer.name)}`
      lines.push(language.comment(`pen ${layer.pen}${name}`), language.pause)
    }
    for (let s = layer.first; s < layer.first + layer.count; s++) {
      const points = language.lines(stroke(plan, s))
      move('G0', frame.toBoard({ x: x(points, 0), y: y(points, 0) }), travel)
      lines.push(...down)
      const speedOf = speedsOf(points, limits)
      let feed = ''
      for (let v = 1; v < points.length / 2; v++) {
        const next = `F${(speedOf(v) * 60).toFixed(0)}`
        move('G1', frame.toBoard({ x: x(points, v), y: y(points, v) }), next === feed ? '' : next)
        feed = next
      }
      lines.push(...up)
    }
  }
  move('G0', frame.toBoard({ x: 0, y: 0 }), travel)
  return `${[...lines, ...(options.end ?? []), ...language.end].join('\n')}\n`
}

/** The speed of the line that ends at a vertex, mm/s. */
function speedsOf(points: Float64Array, { speed, pace }: MotionLimits): (vertex: number) => number {
  if (pace === undefined) return () => speed
  const ends = Array.from({ length: points.length / 2 }, (_, v) => v)
  const lengths = new Float64Array(ends.length)
  for (let v = 1; v < lengths.length; v++) {
    const step = Math.hypot(x(points, v) - x(points, v - 1), y(points, v) - y(points, v - 1))
    lengths[v] = (lengths[v - 1] ?? 0) + step
  }
  const curves = paceOf(pace, points, ends)
  return (vertex) => lineSpeed(lengths, vertex - 1, speed, curves)
}

/** Readers of G-code, the importer among them, expect a y that grows upwards unless the file says otherwise. */
const yNote = ({ yUp = true }: GrblOptions): string[] => (yUp ? [] : ['(plotd: y grows downwards)'])

/** Brackets end a comment, and a program must not find words of its own in one. */
const harmless = (name: string): string => name.replace(/[^A-Za-z0-9 _.-]/g, ' ').slice(0, 40)

/**
 * HP-GL for a pen plotter. Each layer selects its pen; a machine with one pen gets the same instructions and never stops.
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
