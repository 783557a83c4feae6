import Flatbush from 'flatbush'
import { type Bounds, boundsOf } from '../../../geometry/bounds.ts'
import { cutPolyline } from '../../../geometry/cut.ts'
import { at, type Strokes, stroke, strokeCount } from '../../../geometry/drawing.ts'
import type { Region } from '../../../geometry/region.ts'
import { unionOf } from '../../../geometry/region-algebra.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { Budget } from '../document/budget.ts'
import type { SvgElement } from '../document/tree.ts'
import type { LayerKey } from '../reading/reading.ts'
import type { LayerSet } from './layers.ts'

/** Receives strokes in mm and passes them to their layers. */
export interface Ink {
  add(layer: LayerKey, color: string | undefined, lines: StrokeWriter): void
  /** Makes a layer part of the drawing, also if it has no strokes. */
  keep(layer: LayerKey): void
  /** Ends a shape. `HiddenLineInk` hides earlier shapes inside the region of the shape, if there is a region. */
  cover(region: Region | undefined, element: SvgElement): void
  finish(): void
}

/** Passes strokes to the layers immediately. */
export class PlainInk implements Ink {
  readonly #layers: LayerSet

  constructor(layers: LayerSet) {
    this.#layers = layers
  }

  add(layer: LayerKey, color: string | undefined, lines: StrokeWriter): void {
    writeLines(this.#layers, layer, color, lines)
  }

  keep(layer: LayerKey): void {
    this.#layers.keep(layer)
  }

  cover(): void {}

  finish(): void {}
}

/** Strokes of one shape in one layer and colour, or a layer to keep. */
interface Item {
  readonly layer: LayerKey
  readonly color: string | undefined
  /** Undefined for a layer to keep. */
  readonly strokes: Strokes | undefined
  /** Index of the item's shape. The covers of later shapes hide the item. */
  readonly shape: number
}

/** The region of a shape that hides earlier shapes. */
interface Cover {
  readonly region: Region
  readonly shape: number
}

/** Consecutive covers, with a spatial index of their bounds. */
interface Block {
  readonly covers: readonly Cover[]
  readonly index: Flatbush
}

/** Maximum number of covers in the first block, which holds the latest covers. */
const LATEST = 2

/**
 * Removes hidden lines: keeps all strokes until the end, then removes the parts that later shapes cover. Borders count
 * as covered, so the later one of two shapes draws a shared line.
 */
export class HiddenLineInk implements Ink {
  readonly #layers: LayerSet
  readonly #pieces: StrokeWriter
  readonly #items: Item[] = []
  readonly #covers: Cover[] = []
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

  keep(layer: LayerKey): void {
    this.#budget.spend(100)
    this.#items.push({ layer, color: undefined, strokes: undefined, shape: this.#shape })
  }

  cover(region: Region | undefined, element: SvgElement): void {
    this.#elements.push(element)
    if (region !== undefined && region.bounds.minX <= region.bounds.maxX)
      this.#covers.push({ region, shape: this.#shape })
    this.#shape++
  }

  finish(): void {
    const blocks = blocksOf(this.#covers)
    const scratch: readonly [StrokeWriter, StrokeWriter] = [new StrokeWriter(), new StrokeWriter()]
    for (const { layer, color, strokes, shape } of this.#items) {
      this.#budget.at = this.#elements[shape]
      if (strokes === undefined) {
        this.#layers.keep(layer)
        continue
      }
      const pieces = this.#pieces.reset()
      for (let i = 0; i < strokeCount(strokes); i++)
        this.#addVisible(stroke(strokes, i), shape, blocks, scratch, pieces)
      writeLines(this.#layers, layer, color, pieces)
    }
  }

  /** Cuts a line by one block of covers after another, until no visible part is left. */
  #addVisible(
    line: Float64Array<ArrayBuffer>,
    shape: number,
    blocks: readonly Block[],
    scratch: readonly [StrokeWriter, StrokeWriter],
    pieces: StrokeWriter,
  ): void {
    const bounds = boundsOf({ points: line })
    let [from, to] = scratch
    from.reset().add(line)
    for (const block of blocks) {
      const covers = this.#regionsAbove(block, bounds, shape)
      if (covers.length === 0) continue
      const region = unionOf(covers, this.#budget)
      to.reset()
      for (let i = 0; i < from.strokes; i++) cutPolyline(from.line(i), region, to, 'outside', this.#budget)
      ;[from, to] = [to, from]
      if (from.strokes === 0) return
    }
    for (let i = 0; i < from.strokes; i++) pieces.add(from.line(i))
  }

  #regionsAbove({ covers, index }: Block, { minX, minY, maxX, maxY }: Bounds, shape: number): Region[] {
    this.#budget.spend(20)
    if ((covers.at(-1)?.shape ?? shape) <= shape) return []
    const near = index.search(minX, minY, maxX, maxY)
    this.#budget.spend(5 * near.length)
    return near
      .flatMap((i) => covers[i] ?? [])
      .filter((cover) => cover.shape > shape)
      .map(({ region }) => region)
  }
}

/**
 * Blocks of covers, the latest first. The latest covers hide most lines, so the first block is small. Each further
 * block has room for twice as many covers as the block before it.
 */
function blocksOf(covers: readonly Cover[]): Block[] {
  const blocks: Block[] = []
  let size = LATEST
  for (let end = covers.length; end > 0; ) {
    const part = covers.slice(Math.max(0, end - size), end)
    end -= size
    size *= 2
    const index = new Flatbush(part.length)
    for (const { region } of part)
      index.add(region.bounds.minX, region.bounds.minY, region.bounds.maxX, region.bounds.maxY)
    index.finish()
    blocks.push({ covers: part, index })
  }
  return blocks
}

/** Writes strokes without repeated points. A stroke of no length becomes a dot of one vertex. */
function writeLines(layers: LayerSet, layer: LayerKey, color: string | undefined, lines: StrokeWriter): void {
  if (lines.strokes === 0) return
  layers.spend(lines.vertices)
  const writer = layers.writer(layer, color)
  for (let i = 0; i < lines.strokes; i++) writeLine(writer, lines.points, 2 * lines.start(i), 2 * lines.end(i))
}

/** Copies all points up to the next repeated point in one step, because a flattened curve has hundreds of points. */
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
