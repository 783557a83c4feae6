import type { PieceSink } from '../../geometry/cut.ts'
import { type Strokes, strokesOf } from '../../geometry/drawing.ts'
import { hatch } from '../../geometry/hatch.ts'
import type { FillRule } from '../../geometry/region.ts'
import type { Canvas } from '../draw/canvas.ts'
import type { Page, Point } from './page.ts'

/** The fill of areas: FT. */
export interface FillType {
  readonly number: number
  /** Plotter units between lines. */
  readonly spacing: number
  readonly degrees: number
}

/** A ring of x, y interleaved. */
interface Ring {
  readonly points: number[]
  /** For each point, whether the pen was down on the way to it. */
  readonly isDrawn: boolean[]
  /** Whether the ring ends with the pen down, so that an edge closes it. */
  isClosed: boolean
}

/** The polygon buffer. PM and the closed shapes fill the buffer; EP and FP draw the contents of the buffer. */
export class Polygons {
  #rings: Ring[] = []
  isOpen = false
  /** Number of points and rings. */
  size = 0
  #wasDown = false

  /** PM0 empties the buffer and begins a ring at the pen. */
  begin({ at, isDown }: Page): void {
    this.isOpen = true
    this.#wasDown = isDown
    this.#rings = [{ points: [...at], isDrawn: [false], isClosed: false }]
    this.size = 2
  }

  /** PM1 ends a ring. The next points begin another ring. */
  next(isDown: boolean): void {
    this.#endRing(isDown)
    this.#rings.push({ points: [], isDrawn: [], isClosed: false })
    this.size++
  }

  add([x, y]: Point, isDrawn: boolean): void {
    const ring = this.#rings.at(-1)
    ring?.points.push(x, y)
    ring?.isDrawn.push(isDrawn)
    this.size++
  }

  /** PM2 ends the polygon. The pen stays at the last point, and is up or down again as before PM0. */
  end(page: Page): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.#endRing(page.isDown)
    page.isDown = this.#wasDown
  }

  #endRing(isDown: boolean): void {
    const ring = this.#rings.at(-1)
    if (ring !== undefined) ring.isClosed = isDown
  }

  /** Replaces the polygon by one ring. */
  set(ring: readonly number[]): void {
    this.#rings = [{ points: [...ring], isDrawn: Array<boolean>(ring.length / 2).fill(true), isClosed: true }]
    this.size = 1 + ring.length / 2
  }

  /** The rings of at least three points, closed. */
  get closedRings(): Strokes {
    return strokesOf(
      ...this.#rings.filter(({ points }) => points.length >= 6).map(({ points }) => [...points, ...points.slice(0, 2)]),
    )
  }

  /**
   * Draws the edges along which the pen was down, in the line type. When a ring ends with the pen down, a last edge
   * leads to the place where the pen was lowered last.
   */
  edges(page: Page): void {
    for (const { points, isDrawn, isClosed } of this.#rings) {
      let line = points.slice(0, 2)
      for (let i = 1; i < isDrawn.length; i++) {
        const point = points.slice(2 * i, 2 * i + 2)
        if (isDrawn[i] === true) line.push(...point)
        else {
          if (line.length > 2) page.typedStroke(line)
          line = point
        }
      }
      if (line.length > 2) page.typedStroke(isClosed ? [...line, ...line.slice(0, 2)] : line)
    }
  }
}

/**
 * Limit on the largest coordinate divided by the spacing. In one direction, a fill has at most about three times as
 * many lines.
 */
const MAX_LINES = 20_000
/** Type of a fill with parallel lines. */
const PARALLEL = 3
/** Type of a fill with lines in two directions. */
const CROSSED = 4

/** Fills rings with the lines of a hatch, in the line type. Solid fills, shades and too many lines become outlines. */
export function fill(canvas: Canvas, page: Page, rings: Strokes, rule: FillRule, type: FillType): void {
  if (rings.points.length === 0) return
  const isHatch = type.number === PARALLEL || type.number === CROSSED
  if (!isHatch) {
    canvas.note('import', 'a filled area is drawn as its outline', 1)
    outline(page, rings)
    return
  }
  const extent = rings.points.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (!(type.spacing > 0) || extent / type.spacing > MAX_LINES) {
    canvas.note('import', 'an area with too many lines is drawn as its outline', 1)
    outline(page, rings)
    return
  }
  const sink = new Lines(page)
  const work = { spend: (steps: number): void => canvas.spend(steps) }
  hatch(rings, rule, type.spacing, type.degrees, sink, work)
  if (type.number === CROSSED) hatch(rings, rule, type.spacing, type.degrees + 90, sink, work)
  sink.end()
}

function outline(page: Page, { points, starts }: Strokes): void {
  for (let i = 0; i + 1 < starts.length; i++)
    page.stroke([...points.subarray(2 * (starts[i] ?? 0), 2 * (starts[i + 1] ?? 0))])
}

class Lines implements PieceSink {
  readonly #page: Page
  #line: number[] = []

  constructor(page: Page) {
    this.#page = page
  }

  moveTo(x: number, y: number): void {
    this.end()
    this.#line = [x, y]
  }

  lineTo(x: number, y: number): void {
    this.#line.push(x, y)
  }

  end(): void {
    if (this.#line.length > 2) this.#page.typedStroke(this.#line)
    this.#line = []
  }
}
