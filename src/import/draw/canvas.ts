/**
 * The room `draw`: tools that the readers of vector formats share. `canvas` collects strokes by layer and colour and
 * writes the SVG, `curves` flattens curves within a tolerance, `lettering` sets text in a stroke font, `notes` counts
 * equal notes. The room imports no reader.
 */
import { PlotdError } from '../../errors.ts'
import { type Bounds, boundsOf, EMPTY_BOUNDS, isEmpty, unionOfBounds } from '../../geometry/bounds.ts'
import { at, type Strokes } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { SvgBuilder } from '../../svg/index.ts'
import type { ImportNote, ImportResult, Unit } from '../importer.ts'
import { Notes } from './notes.ts'

export interface CanvasLimits {
  /** Vertices of the drawing. */
  readonly points: number
  /** Steps of work: entities, commands, copies of blocks. */
  readonly work: number
}

/** Limits that real drawings stay far below. */
export const DEFAULT_CANVAS_LIMITS: CanvasLimits = { points: 4_000_000, work: 40_000_000 }

/** The page around the ink. */
export interface PageOptions {
  /** Blank border around the ink, mm. */
  readonly margin: number
  /** Whether y of the file grows upwards. */
  readonly isYUp: boolean
  /** mm of one unit of the strokes; 1 when absent. */
  readonly scale?: number
}

/** Limit on the strokes in one element of the SVG, because a long path is slow to edit. */
const STROKES_PER_PATH = 400
/** Limit on the layers that stay separate. Layer numbers in labels end at 1000. */
const MAX_LAYERS = 1000
/** Highest pen that the SVG can name. */
const MAX_PEN = 1e15 - 1
/** Limit on the pairs of layer and colour that stay separate. */
const MAX_COLORS = 4000
/** Longest side of a page, mm. Larger drawings have stray coordinates or another unit. */
const MAX_MM = 1_000_000

interface CanvasLayer {
  readonly name: string
  readonly pen: number | undefined
  readonly colors: Map<string, StrokeWriter>
}

/** Collects strokes by layer and colour, in units of the file, within limits. */
export class Canvas {
  readonly #layers = new Map<string, CanvasLayer>()
  readonly #notes = new Notes()
  readonly #limits: CanvasLimits
  #work = 0
  #points = 0
  #colors = 0

  constructor(limits: CanvasLimits = DEFAULT_CANVAS_LIMITS) {
    this.#limits = limits
  }

  /** Counts steps of work. @throws PlotdError ERR_SVG_LIMIT when the file needs more than the limit */
  spend(steps: number): void {
    this.#work += steps
    if (this.#work > this.#limits.work) throw limit('steps of work', this.#limits.work, 'work')
  }

  /**
   * Adds a stroke: x, y interleaved, in units of the file. Points that are not finite are left out, with a note.
   *
   * @param pen  pen number of a new layer; by default the next number
   * @throws PlotdError ERR_SVG_LIMIT for too many points
   */
  add(layer: string, color: string, line: readonly number[], pen?: number): void {
    const finite = line.every(Number.isFinite) ? line : finitePoints(line)
    const lost = (line.length - finite.length) / 2
    if (lost > 0) this.note('not-drawn', 'a point whose coordinates are too large', lost)
    if (finite.length < 2) return
    this.#points += finite.length / 2
    if (this.#points > this.#limits.points) throw limit('points', this.#limits.points, 'points')
    this.#writer(layer, color, pen).add(finite)
  }

  /** Forgets strokes and notes. The count of work continues. */
  clear(): void {
    this.#layers.clear()
    this.#notes.clear()
    this.#colors = 0
    this.#points = 0
  }

  /** @param count  number of parts of the file that the note is about; absent for a note about the whole file */
  note(code: ImportNote['code'], message: string, count?: number): void {
    this.#notes.add(code, message, count)
  }

  /** All strokes, in units of the file. */
  strokes(): Strokes {
    const all = new StrokeWriter()
    for (const { colors } of this.#layers.values())
      for (const writer of colors.values()) for (let i = 0; i < writer.strokes; i++) all.add(writer.line(i))
    return all.take()
  }

  /** Box around all strokes, in units of the file. */
  bounds(): Bounds {
    let box = EMPTY_BOUNDS
    for (const { colors } of this.#layers.values())
      for (const writer of colors.values())
        box = unionOfBounds(box, boundsOf({ points: writer.points.subarray(0, 2 * writer.vertices) }))
    return box
  }

  notes(): ImportNote[] {
    return this.#notes.list()
  }

  /**
   * The SVG: a page around the ink, a layer for each layer of the file. Beyond `MAX_LAYERS`, strokes go to the first
   * layer; beyond `MAX_COLORS`, to the first colour of their layer.
   *
   * @throws PlotdError ERR_EMPTY without strokes, ERR_SVG_LIMIT for a side of more than a kilometre
   */
  toResult({ margin, isYUp, scale = 1 }: PageOptions): ImportResult {
    const box = this.bounds()
    if (isEmpty(box)) throw new PlotdError('ERR_EMPTY', emptyMessage(this.notes()))
    const width = (box.maxX - box.minX) * scale + 2 * margin
    const height = (box.maxY - box.minY) * scale + 2 * margin
    if (!(width <= MAX_MM && height <= MAX_MM)) throw tooWide(width, height)
    const svg = new SvgBuilder(Math.max(width, 0.1), Math.max(height, 0.1))
    const map = (strokes: Strokes): Strokes => {
      const points = new Float64Array(strokes.points.length)
      for (let i = 0; i < points.length; i += 2) {
        points[i] = (at(strokes.points, i) - box.minX) * scale + margin
        const y = at(strokes.points, i + 1)
        points[i + 1] = (isYUp ? box.maxY - y : y - box.minY) * scale + margin
      }
      return { points, starts: strokes.starts }
    }
    let next = 1
    for (const { name, pen, colors } of this.#layers.values()) {
      const number = Math.min(pen ?? next, MAX_PEN)
      next = number + 1
      const [first = 'black'] = colors.keys()
      svg.layer(name, undefined, { pen: number, color: first })
      for (const [color, writer] of colors)
        for (const part of parts(map(writer.take()))) svg.strokes(part, undefined, color === first ? undefined : color)
      svg.end()
    }
    return { svg: svg.toString(), notes: this.notes() }
  }

  #writer(name: string, color: string, pen: number | undefined): StrokeWriter {
    let layer = this.#layers.get(name)
    if (layer === undefined && this.#layers.size >= MAX_LAYERS) {
      ;[layer] = this.#layers.values()
      this.note('import', `a stroke of a layer after the first ${MAX_LAYERS} is drawn in the first layer`, 1)
    }
    if (layer === undefined) {
      layer = { name, pen, colors: new Map() }
      this.#layers.set(name, layer)
    }
    let writer = layer.colors.get(color)
    if (writer === undefined && this.#colors >= MAX_COLORS) {
      ;[writer] = layer.colors.values()
      if (writer !== undefined)
        this.note(
          'import',
          `a stroke of a colour after the first ${MAX_COLORS} is drawn in the layer’s first colour`,
          1,
        )
    }
    if (writer === undefined) {
      writer = new StrokeWriter()
      layer.colors.set(color, writer)
      this.#colors++
    }
    return writer
  }
}

/** The strokes in groups of `STROKES_PER_PATH`. */
function* parts({ points, starts }: Strokes): Generator<Strokes> {
  for (let i = 0; i + 1 < starts.length; i += STROKES_PER_PATH) {
    const offsets = starts.slice(i, Math.min(i + STROKES_PER_PATH, starts.length - 1) + 1)
    const from = offsets[0] ?? 0
    const to = offsets.at(-1) ?? 0
    yield { points: points.slice(2 * from, 2 * to), starts: offsets.map((start) => start - from) }
  }
}

function finitePoints(line: readonly number[]): number[] {
  const vertices: number[] = []
  for (let i = 0; i + 1 < line.length; i += 2) {
    const x = line[i] ?? Number.NaN
    const y = line[i + 1] ?? Number.NaN
    if (Number.isFinite(x) && Number.isFinite(y)) vertices.push(x, y)
  }
  return vertices
}

function emptyMessage(notes: readonly ImportNote[]): string {
  const reasons = notes.slice(0, 5).map(({ message }) => message)
  return `the file has nothing to draw${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`
}

function tooWide(width: number, height: number): PlotdError {
  const size = `${(width / 1000).toPrecision(4)} × ${(height / 1000).toPrecision(4)} m`
  return new PlotdError('ERR_SVG_LIMIT', `the drawing is ${size}; expected at most ${MAX_MM / 1000} m a side`, {
    limit: 'size',
    most: MAX_MM,
  })
}

/** The error for a file that needs more than a limit. */
export const limit = (what: string, most: number, name: string): PlotdError =>
  new PlotdError('ERR_SVG_LIMIT', `the file needs more than ${most} ${what}`, { limit: name, most })

/** The error for a file that a reader cannot read. */
export const invalid = (message: string): PlotdError => new PlotdError('ERR_DOCUMENT', message)

/** Length of one unit, mm; a pixel is that of CSS. */
export const unitMm = (unit: Unit): number =>
  ({ mm: 1, cm: 10, m: 1000, in: 25.4, ft: 304.8, pt: 25.4 / 72, px: 25.4 / 96 })[unit]
