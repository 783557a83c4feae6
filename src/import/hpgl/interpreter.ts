import type { Bounds } from '../../geometry/bounds.ts'
import type { FillRule } from '../../geometry/region.ts'
import type { Canvas } from '../draw/canvas.ts'
import { encodedSteps } from './encoded.ts'
import { Labels } from './labels.ts'
import { LineType } from './line-type.ts'
import { Page, type Point } from './page.ts'
import { INSTRUCTIONS, type Instruction } from './parser.ts'
import { type FillType, fill, Polygons } from './polygons.ts'
import { arcAfter, arcThrough, bezierAfter, circleOf, wedgeOf } from './shapes.ts'

export interface InterpreterOptions {
  readonly font: string
  /** Greatest distance of a curve from its chords, plotter units. */
  readonly tolerance: number
  readonly fills: boolean
}

type Handler = (numbers: readonly number[], text: string) => void

/** Lengths of a tick on both sides of its axis, percent of the height (XT) or width (YT) between P1 and P2. */
const TICKS: Point = [0.5, 0.5]

/** Limit on the parts of a line type that UL defines. */
const MAX_PARTS = 20
/** Steps of work for a point of a polygon. */
const POINT = 10
/** Steps of work for a ring of a polygon. */
const RING = 10

/** Executes instructions. Keeps the state of a plotter, and writes strokes to a canvas. */
export class Interpreter {
  readonly #canvas: Canvas
  readonly #page: Page
  readonly #labels: Labels
  readonly #polygons = new Polygons()
  readonly #options: InterpreterOptions
  readonly #ownTypes = new Map<number, readonly number[]>()
  #isRelative = false
  #fill: { number: number; spacing: number; degrees: number } = { number: 1, spacing: 0, degrees: 0 }
  #ticks = TICKS
  #symbol = ''
  #buffer = ''
  readonly #handlers: Readonly<Record<string, Handler>>

  constructor(canvas: Canvas, options: InterpreterOptions) {
    this.#canvas = canvas
    this.#options = options
    this.#page = new Page(canvas)
    this.#labels = new Labels(canvas, this.#page, options.font)
    this.#handlers = { ...this.#settings(), ...this.#moves(), ...this.#shapes(), ...this.#texts() }
  }

  /** Executes one instruction. @throws PlotdError ERR_SVG_LIMIT */
  run({ name, numbers, text }: Instruction): void {
    this.#canvas.spend(2)
    const handler = this.#handlers[name]
    if (handler !== undefined) handler(numbers, text)
    else if (!this.#labels.set(name, numbers) && !INSTRUCTIONS.has(name))
      this.#canvas.note('not-drawn', `the instruction ${name}, which plotd does not know`, 1)
  }

  end(): void {
    this.#page.up()
  }

  #settings(): Record<string, Handler> {
    const page = this.#page
    const { scaling } = page
    return {
      IN: () => this.#reset(true),
      BP: () => this.#reset(true),
      DF: () => this.#reset(false),
      SP: ([pen = 0]) => {
        page.finish()
        page.isDown = false
        page.pen = pen
      },
      IP: (numbers) => this.#setPoints(numbers),
      PS: ([length = 0, width = length]) => {
        page.finish()
        if (length > 0 && width > 0) scaling.paper(length, width)
      },
      SC: (numbers) => {
        page.finish()
        if (!scaling.scale(numbers)) this.#canvas.note('import', 'an invalid scale is ignored (SC)', 1)
      },
      RO: ([degrees = 0]) => {
        page.finish()
        scaling.rotate(degrees)
      },
      IW: ([a, b, c, d]) => {
        page.finish()
        const hasCorners = a !== undefined && b !== undefined && c !== undefined && d !== undefined
        page.window = hasCorners ? boxOf(scaling.place([a, b]), scaling.place([c, d])) : this.#sheet()
      },
      LT: (numbers) => this.#setLineType(numbers),
      UL: ([number, ...parts]) => {
        if (number === undefined) this.#ownTypes.clear()
        else if (parts.length === 0) this.#ownTypes.delete(Math.abs(number))
        else this.#ownTypes.set(Math.abs(number), parts.slice(0, MAX_PARTS).map(Math.abs))
      },
      FT: ([number = 1, spacing = 0, degrees = 0]) => {
        this.#fill = { number, spacing, degrees }
      },
      TL: ([forward, back = 0]) => {
        this.#ticks = forward === undefined ? TICKS : [forward, back]
      },
      PC: ([pen = 0, red = 0, green = 0, blue = 0]) => {
        const color = hexColor([red, green, blue])
        page.colors.set(pen, color === '#ffffff' ? '#000000' : color)
      },
    }
  }

  #setPoints([a, b, c, d]: readonly number[]): void {
    const { scaling } = this.#page
    this.#page.finish()
    if (a === undefined || b === undefined) {
      scaling.defaultPoints()
      return
    }
    const [width, height] = scaling.size
    scaling.points([a, b], c === undefined || d === undefined ? [a + width, b + height] : [c, d])
  }

  /** LT sets the line type. The number 99 restores the line type before the present one. */
  #setLineType(numbers: readonly number[]): void {
    const page = this.#page
    page.finish()
    const [number] = numbers
    if (number === 99) {
      page.lineType = page.lastLineType
      return
    }
    page.lastLineType = page.lineType
    page.lineType = number === undefined ? undefined : LineType.of(numbers, this.#ownTypes)
  }

  #moves(): Record<string, Handler> {
    return {
      PA: (numbers) => this.#go(numbers, false),
      PR: (numbers) => this.#go(numbers, true),
      PU: (numbers) => {
        if (!this.#polygons.isOpen) this.#page.up()
        this.#page.isDown = false
        this.#go(numbers)
      },
      PD: (numbers) => {
        if (this.#polygons.isOpen) this.#page.isDown = true
        else this.#page.down()
        this.#go(numbers)
      },
      PE: (_, text) => this.#runEncoded(text),
      AA: ([x = 0, y = 0, degrees = 0, chord]) => this.#arc(this.#page.scaling.place([x, y]), degrees, chord),
      AR: ([x = 0, y = 0, degrees = 0, chord]) => this.#arc(this.#from([x, y]), degrees, chord),
      AT: ([a = 0, b = 0, c = 0, d = 0, chord]) => this.#arcThrough(this.#place([a, b]), this.#place([c, d]), chord),
      RT: ([a = 0, b = 0, c = 0, d = 0, chord]) => this.#arcThrough(this.#from([a, b]), this.#from([c, d]), chord),
      BZ: (numbers) => this.#beziers(numbers, false),
      BR: (numbers) => this.#beziers(numbers, true),
    }
  }

  #shapes(): Record<string, Handler> {
    const polygons = this.#polygons
    const page = this.#page
    return {
      CI: ([radius = 0, chord]) => {
        const center = page.scaling.unitsAt(page.at)
        const points = circleOf(center, radius, chord, this.#tolerance()).map((point) => this.#place(point))
        if (polygons.isOpen) {
          this.#canvas.spend(RING + POINT * points.length)
          polygons.next(page.isDown)
          for (const point of points.slice(0, -1)) polygons.add(point, true)
          polygons.next(true)
        } else this.#drawClosed(points)
      },
      EA: ([x = 0, y = 0]) => this.#drawClosed(this.#rectangle([x, y], false)),
      ER: ([x = 0, y = 0]) => this.#drawClosed(this.#rectangle([x, y], true)),
      RA: ([x = 0, y = 0]) => this.#drawFilled(this.#rectangle([x, y], false)),
      RR: ([x = 0, y = 0]) => this.#drawFilled(this.#rectangle([x, y], true)),
      EW: (numbers) => this.#drawClosed(this.#wedge(numbers)),
      WG: (numbers) => this.#drawFilled(this.#wedge(numbers)),
      PM: ([mode = 0]) => {
        this.#canvas.spend(RING)
        if (mode === 0) {
          page.finish()
          polygons.begin(page)
        } else if (mode === 1) polygons.next(page.isDown)
        else polygons.end(page)
      },
      EP: () => {
        polygons.end(page)
        this.#canvas.spend(polygons.size)
        polygons.edges(page)
      },
      FP: ([method]) => {
        polygons.end(page)
        this.#fillPolygons(method === 1 ? 'nonzero' : 'evenodd')
      },
      XT: () => this.#tick([0, 1]),
      YT: () => this.#tick([1, 0]),
    }
  }

  #texts(): Record<string, Handler> {
    return {
      LB: (_, text) => this.#labels.write(text),
      BL: (_, text) => {
        this.#buffer = text
      },
      PB: () => this.#labels.write(this.#buffer),
      CP: (numbers) => this.#labels.move(numbers),
      UC: (numbers) => this.#labels.userDefined(numbers),
      SM: (_, text) => {
        this.#symbol = text
      },
    }
  }

  #reset(isWhole: boolean): void {
    const page = this.#page
    this.#polygons.end(page)
    page.up()
    if (isWhole) {
      page.scaling.reset()
      page.at = [0, 0]
    } else page.scaling.scale([])
    page.window = undefined
    page.lineType = undefined
    page.lastLineType = undefined
    this.#ticks = TICKS
    this.#isRelative = false
    this.#fill = { number: 1, spacing: 0, degrees: 0 }
    this.#symbol = ''
    this.#ownTypes.clear()
    this.#labels.reset()
  }

  /** Converts a place in the units of the file to plotter units. */
  #place(point: Point): Point {
    return this.#page.scaling.place(point)
  }

  /** The place at a step from the pen, plotter units. */
  #from(step: Point): Point {
    const [dx, dy] = this.#page.scaling.difference(step)
    return [this.#page.at[0] + dx, this.#page.at[1] + dy]
  }

  #go(numbers: readonly number[], isRelative?: boolean): void {
    if (isRelative !== undefined) this.#isRelative = isRelative
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      const step: Point = [numbers[i] ?? 0, numbers[i + 1] ?? 0]
      this.#move(this.#isRelative ? this.#from(step) : this.#place(step))
      if (this.#symbol !== '' && !this.#polygons.isOpen) this.#labels.symbol(this.#symbol)
    }
  }

  #move(to: Point, isDrawn = this.#page.isDown): void {
    if (this.#polygons.isOpen) {
      this.#canvas.spend(POINT)
      this.#polygons.add(to, isDrawn)
      this.#page.at = to
    } else this.#page.to(to, isDrawn)
  }

  #runEncoded(text: string): void {
    const page = this.#page
    if (!this.#polygons.isOpen) page.finish()
    for (const step of encodedSteps(text)) {
      if (step.is === 'pen') {
        page.finish()
        page.pen = step.pen
        continue
      }
      const place = step.isAbsolute ? this.#place([step.x, step.y]) : this.#from([step.x, step.y])
      if (step.isUp) {
        if (!this.#polygons.isOpen) page.up()
        page.isDown = false
        this.#move(place, false)
      } else {
        page.isDown = true
        this.#move(place)
      }
    }
  }

  /** The tolerance in the units of the file. */
  #tolerance(): number {
    return this.#options.tolerance / Math.max(this.#page.scaling.factor, 1e-9)
  }

  #arc(center: Point, degrees: number, chord: number | undefined): void {
    const { scaling, at } = this.#page
    const start = scaling.unitsAt(at)
    const middle = scaling.unitsAt(center)
    for (const point of arcAfter(start, middle, degrees, chord, this.#tolerance())) this.#move(this.#place(point))
  }

  #arcThrough(through: Point, end: Point, chord: number | undefined): void {
    for (const point of arcThrough(this.#page.at, through, end, chord, this.#options.tolerance)) this.#move(point)
  }

  #beziers(numbers: readonly number[], isRelative: boolean): void {
    for (let i = 0; i + 5 < numbers.length; i += 6) {
      const pointAt = (k: number): Point => {
        const step: Point = [numbers[k] ?? 0, numbers[k + 1] ?? 0]
        return isRelative ? this.#from(step) : this.#place(step)
      }
      const curve = bezierAfter(this.#page.at, pointAt(i), pointAt(i + 2), pointAt(i + 4), this.#options.tolerance)
      for (const point of curve) this.#move(point)
    }
  }

  /**
   * Draws the edges of a closed shape, which replaces the contents of the polygon buffer. The pen and its place stay as
   * they were.
   */
  #drawClosed(points: readonly Point[]): void {
    const page = this.#page
    const at = page.at
    const wasDown = page.isDown
    page.up()
    const [first, ...rest] = points
    if (first !== undefined) page.to(first, false)
    for (const point of rest) page.to(point, true)
    page.finish()
    page.at = at
    page.isDown = wasDown
    this.#polygons.set(points.slice(0, -1).flat())
  }

  #drawFilled(points: readonly Point[]): void {
    this.#page.finish()
    this.#polygons.set(points.slice(0, -1).flat())
    this.#fillPolygons()
  }

  /** The sheet that PS describes. IW without numbers sets the window to that sheet. */
  #sheet(): Bounds | undefined {
    const { sheet } = this.#page.scaling
    return sheet && boxOf(this.#page.scaling.rotatePoint([0, 0]), this.#page.scaling.rotatePoint(sheet))
  }

  #fillPolygons(rule: FillRule = 'evenodd'): void {
    this.#canvas.spend(this.#polygons.size)
    if (this.#options.fills) fill(this.#canvas, this.#page, this.#polygons.closedRings, rule, this.#fillType())
  }

  #rectangle([x, y]: Point, isRelative: boolean): Point[] {
    const { scaling, at } = this.#page
    const [x0, y0] = scaling.unitsAt(at)
    const [x1, y1] = isRelative ? [x0 + x, y0 + y] : [x, y]
    const corners: Point[] = [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
      [x0, y0],
    ]
    return corners.map((corner) => this.#place(corner))
  }

  #wedge([radius = 0, from = 0, sweep = 0, chord]: readonly number[]): Point[] {
    const center = this.#page.scaling.unitsAt(this.#page.at)
    return wedgeOf(center, radius, from, sweep, chord, this.#tolerance()).map((point) => this.#place(point))
  }

  #fillType(): FillType {
    const { number, spacing, degrees } = this.#fill
    const { scaling } = this.#page
    const own = Math.abs(scaling.difference([spacing, 0])[0]) || Math.abs(scaling.difference([spacing, 0])[1])
    return { number, spacing: own || scaling.diagonal / 100, degrees }
  }

  #tick([x, y]: Point): void {
    const { scaling, at } = this.#page
    const [width, height] = scaling.size
    const side = x === 1 ? width : height
    const forward = (this.#ticks[0] / 100) * side
    const back = (this.#ticks[1] / 100) * side
    const [ux, uy] = scaling.rotatePoint([x, y])
    this.#page.stroke([at[0] - ux * back, at[1] - uy * back, at[0] + ux * forward, at[1] + uy * forward])
  }
}

const hexColor = (channels: readonly number[]): string =>
  `#${channels.map((value) => hexByte(Math.max(0, Math.min(255, Math.round(value))))).join('')}`

const hexByte = (value: number): string => value.toString(16).padStart(2, '0')

const boxOf = ([x0, y0]: Point, [x1, y1]: Point): Bounds => ({
  minX: Math.min(x0, x1),
  minY: Math.min(y0, y1),
  maxX: Math.max(x0, x1),
  maxY: Math.max(y0, y1),
})
