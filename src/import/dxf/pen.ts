import type { Canvas } from '../draw/canvas.ts'
import type { Hatches } from '../importer.ts'
import { indexedColor, trueColor } from './colors.ts'
import { type DxfDocument, type Entity, has, nameOf, num, text } from './document.ts'
import { apply, largestStretch, type Matrix, type Vec } from './matrix.ts'

/** The choices of a user about a drawing. */
export interface DxfOptions {
  readonly font: string
  /** The drawn part of hatches: their edges, the lines of their patterns, or nothing. */
  readonly hatches: Hatches
  readonly text: boolean
}

/** The place of an entity: in the drawing, or in inserted blocks. */
export interface Frame {
  readonly matrix: Matrix
  /** Layer of the innermost INSERT; undefined outside blocks. Entities of layer 0 in the block take this layer. */
  readonly layer: string | undefined
  /** Colour of the innermost INSERT, for BYBLOCK. */
  readonly color: string
  /** Names of the blocks around the entity, outermost first. */
  readonly blocks: readonly string[]
}

export interface Reading {
  readonly document: DxfDocument
  readonly canvas: Canvas
  /** Greatest distance of a polyline from its curve, units of the file. */
  readonly tolerance: number
  readonly options: DxfOptions
}

const BYBLOCK = 0
const BYLAYER = 256

/** Draws one entity with its layer and colour, in its frame. */
export class Pen {
  readonly reading: Reading
  readonly frame: Frame
  readonly layer: string
  readonly color: string
  /** Greatest distance of a polyline from its curve, units of the entity. */
  readonly tolerance: number

  constructor(reading: Reading, frame: Frame, entity: Entity) {
    this.reading = reading
    this.frame = frame
    const own = text(entity, 8, '0').trim()
    this.layer = own === '0' && frame.layer !== undefined ? frame.layer : own
    this.color = this.#colorOf(entity)
    this.tolerance = reading.tolerance / largestStretch(frame.matrix)
  }

  /**
   * Adds a stroke through points in the coordinates of the entity, which `system` maps to the coordinates of the frame.
   */
  stroke(line: readonly Vec[], system?: Matrix): void {
    const flat: number[] = []
    for (const point of line) {
      const [x, y] = apply(this.frame.matrix, system === undefined ? point : apply(system, point))
      flat.push(x, y)
    }
    this.reading.canvas.spend(line.length)
    this.reading.canvas.add(this.layer, this.color, flat)
  }

  /** Counts steps of work. @throws PlotdError ERR_SVG_LIMIT */
  readonly spend = (steps: number): void => this.reading.canvas.spend(steps)

  note(message: string): void {
    this.reading.canvas.note('not-drawn', message, 1)
  }

  #colorOf(entity: Entity): string {
    if (has(entity, 420)) return trueColor(num(entity, 420))
    const index = Math.abs(num(entity, 62, BYLAYER))
    if (index === BYBLOCK) return this.frame.color
    return index === BYLAYER ? layerColor(this.reading.document, this.layer) : indexedColor(index)
  }
}

function layerColor({ layers }: DxfDocument, name: string): string {
  const layer = layers.get(nameOf(name))
  if (layer === undefined) return indexedColor(7)
  return has(layer, 420) ? trueColor(num(layer, 420)) : indexedColor(Math.abs(num(layer, 62, 7)))
}

/** Whether the line type of an entity, or of its layer, has dashes. The line type of an INSERT (BYBLOCK) is ignored. */
export function isDashed({ reading: { document }, layer }: Pen, entity: Entity): boolean {
  if (entity.type === 'POINT' || entity.type === 'SOLID' || entity.type === 'TRACE') return false
  const own = nameOf(text(entity, 6, 'BYLAYER'))
  const { layers, lineTypes } = document
  const ofLayer = layers.get(nameOf(layer))
  const name = own === 'BYLAYER' && ofLayer !== undefined ? nameOf(text(ofLayer, 6)) : own
  const lineType = lineTypes.get(name)
  return lineType !== undefined && num(lineType, 73) > 0
}

const FROZEN = 1

/** The reason why a layer is not drawn; undefined for a layer that is drawn. */
export function hiddenReason({ layers }: DxfDocument, name: string): 'off' | 'frozen' | 'not plotted' | undefined {
  const layer = layers.get(nameOf(name))
  if (layer === undefined) return nameOf(name) === 'DEFPOINTS' ? 'not plotted' : undefined
  if ((num(layer, 70) & FROZEN) !== 0) return 'frozen'
  if (num(layer, 62, 7) < 0) return 'off'
  return nameOf(name) === 'DEFPOINTS' || num(layer, 290, 1) === 0 ? 'not plotted' : undefined
}
