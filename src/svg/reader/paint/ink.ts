import Flatbush from 'flatbush'
import { type Bounds, boundsOf } from '../../../geometry/bounds.ts'
import { cutPolyline } from '../../../geometry/cut.ts'
import { at, type Strokes, stroke, strokeCount } from '../../../geometry/drawing.ts'
import type { Region } from '../../../geometry/region.ts'
import { unionOf } from '../../../geometry/region-algebra.ts'
import type { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Budget } from '../document/budget.ts'
import type { SvgElement } from '../document/tree.ts'
import type { LayerKey } from '../reading/reading.ts'
import type { LayerSet } from './layers.ts'

/** Receives strokes in mm and passes them to their layers. */
export interface Ink {
  add(layer: LayerKey, color: string | undefined, lines: StrokeWriter): void
  /** Ends a shape. Its region, if any, hides all earlier shapes. */
  cover(region: Region | undefined, element: SvgElement): void
  finish(): void
}

/** Passes strokes to the layers at once. */
export class PlainInk implements Ink {
  readonly #layers: LayerSet

  constructor(layers: LayerSet) {
    this.#layers = layers
  }

  add(layer: LayerKey, color: string | undefined, lines: StrokeWriter): void {
    writeLines(this.#layers, layer, color, lines)
  }

  cover(): void {}

  finish(): void {}
}

interface Item {
  readonly layer: LayerKey
  readonly color: string | undefined
  readonly strokes: Strokes
  /** Index of its shape: covers of later shapes hide it. */
  readonly shape: number
}

/**
 * Hidden-line removal: keeps all strokes until the end, then removes the parts that later shapes cover. Borders count as
 * covered, so the later one of two shapes draws a shared line.
 */
export class HiddenLineInk implements Ink {
  readonly #layers: LayerSet
  readonly #pieces: StrokeWriter
  readonly #items: Item[] = []
  readonly #covers: { readonly region: Region; readonly shape: number }[] = []
  readonly #elements: SvgElement[] = []
  readonly #budget: Budget
  #shape = 0

  constructor(layers: LayerSet, pieces: StrokeWriter, budget: Budget) {
    this.#budget = budget
    this.#layers = layers
    this.#pieces = pieces
  }

  add(layer: LayerKey, color: string | undefined, lines: StrokeWriter): void {
    this.#budget.spend(4 * lines.vertices + 100)
    this.#items.push({ layer, color, strokes: lines.take(), shape: this.#shape })
  }

  cover(region: Region | undefined, element: SvgElement): void {
    this.#elements.push(element)
    if (region !== undefined && region.bounds.minX <= region.bounds.maxX)
      this.#covers.push({ region, shape: this.#shape })
    this.#shape++
  }

  finish(): void {
    const covers = this.#covers
    const index = covers.length === 0 ? undefined : new Flatbush(covers.length)
    for (const { region } of covers)
      index?.add(region.bounds.minX, region.bounds.minY, region.bounds.maxX, region.bounds.maxY)
    index?.finish()
    for (const item of this.#items) {
      this.#budget.at = this.#elements[item.shape]
      const pieces = this.#pieces.reset()
      for (let i = 0; i < strokeCount(item.strokes); i++) {
        const line = stroke(item.strokes, i)
        const above = index === undefined ? [] : this.#above(index, lineBounds(line), item.shape)
        if (above.length > 0) cutPolyline(line, unionOf(above, this.#budget), pieces, 'outside', this.#budget)
        else pieces.add(line)
      }
      writeLines(this.#layers, item.layer, item.color, pieces)
    }
  }

  #above(index: Flatbush, { minX, minY, maxX, maxY }: Bounds, shape: number): Region[] {
    const found = index.search(minX, minY, maxX, maxY)
    this.#budget.spend(20 + 5 * found.length)
    return found
      .flatMap((i) => this.#covers[i] ?? [])
      .filter((cover) => cover.shape > shape)
      .map(({ region }) => region)
  }
}

const lineBounds = (points: Float64Array<ArrayBuffer>): Bounds => boundsOf({ points })

/** Writes strokes without repeated points; a stroke of no length becomes a dot of one vertex. */
function writeLines(layers: LayerSet, layer: LayerKey, color: string | undefined, lines: StrokeWriter): void {
  if (lines.strokes === 0) return
  layers.spend(lines.vertices)
  const writer = layers.writer(layer, color)
  for (let i = 0; i < lines.strokes; i++) writeLine(writer, lines.points, 2 * lines.start(i), 2 * lines.end(i))
}

/** Copies all points between two repeats at once: a flattened curve has hundreds of points without repeats. */
function writeLine(writer: StrokeWriter, points: Float64Array, first: number, end: number): void {
  writer.moveTo(at(points, first), at(points, first + 1))
  let from = first + 2
  for (let i = first + 2; i < end; i += 2) {
    if (points[i] !== points[i - 2] || points[i + 1] !== points[i - 1]) continue
    writer.extend(points, from, i)
    from = i + 2
  }
  writer.extend(points, from, end)
}
