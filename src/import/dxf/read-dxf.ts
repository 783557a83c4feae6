import { DEFAULT_FONT } from '../../hershey/index.ts'
import { Canvas, type CanvasLimits } from '../draw/canvas.ts'
import type { ImportResult } from '../importer.ts'
import { type DxfDocument, type Entity, num, readDocument } from './document.ts'
import { drawHatch } from './hatch.ts'
import { drawInsert, drawPicture } from './insert.ts'
import { IDENTITY, largestStretch } from './matrix.ts'
import { type DxfOptions, type Frame, hiddenReason, isDashed, Pen, type Reading } from './pen.ts'
import { SHAPES } from './shapes.ts'
import { drawParagraphs, drawText } from './text.ts'
import { unitOf } from './units.ts'

export interface ReadDxfOptions extends Partial<DxfOptions> {
  /** mm of one unit, for a file that names no unit. Without this option, `$MEASUREMENT` of the file decides. */
  readonly unitMm?: number
  /** Greatest distance of a polyline from its curve, mm; default 0.01. */
  readonly tolerance?: number
  /** Blank border around the drawing, mm; default 5. */
  readonly margin?: number
  readonly limits?: CanvasLimits
}

/** Entities that the reader skips without a note. */
const SILENT = new Set(['VIEWPORT', 'SEQEND', 'ATTDEF', 'LIGHT', 'SUN', 'ACDBPLACEHOLDER', 'DIMASSOC', 'SECTION'])
/** Code of the group that has the value 1 in an entity of paper space. */
const PAPER = 67
/** Code of the group that has the value 1 in an invisible entity. */
const INVISIBLE = 60

/** Reads a drawing. @throws PlotdError ERR_DOCUMENT, ERR_SVG_LIMIT, ERR_EMPTY, ERR_FONT_UNKNOWN */
export function readDxf(bytes: Uint8Array, options: ReadDxfOptions = {}): ImportResult {
  const { canvas, unitMm } = drawDxf(bytes, options)
  const { margin = 5 } = options
  return canvas.toResult({ margin, isYUp: true, scale: unitMm })
}

/** The strokes of a drawing in units of the file, y up. @throws PlotdError as `readDxf`, but not ERR_EMPTY */
export function drawDxf(bytes: Uint8Array, options: ReadDxfOptions = {}): { canvas: Canvas; unitMm: number } {
  const document = readDocument(bytes)
  const canvas = new Canvas(options.limits)
  const unit = unitOf(document.header, options.unitMm)
  if (unit.note !== undefined) canvas.note('import', unit.note)
  const { font = DEFAULT_FONT, hatches = 'edges', text = true, tolerance = 0.01 } = options
  const reading: Reading = { document, canvas, tolerance: tolerance / unit.mm, options: { font, hatches, text } }
  const drawing = new DrawingReader(reading)
  drawing.draw(modelOf(document, canvas), { matrix: IDENTITY, layer: undefined, color: '#000000', blocks: [] })
  return { canvas, unitMm: unit.mm }
}

/** The entities of the model, or the entities of the layout when the model has none. */
function modelOf({ entities, blocks }: DxfDocument, canvas: Canvas): readonly Entity[] {
  const listed = entities.filter((entity) => num(entity, PAPER) === 0)
  // Some programs write the entities of the model only into the block of the model.
  const model = listed.length > 0 ? listed : (blocks.get('*MODEL_SPACE')?.entities ?? [])
  const paper = entities.filter((entity) => num(entity, PAPER) !== 0 && entity.type !== 'VIEWPORT')
  const isLayout = model.length === 0 && paper.length > 0
  if (isLayout) canvas.note('import', 'the drawing is on a layout (paper space): its viewports are not drawn')
  // The layouts after the first stand among the blocks.
  const layouts = Array.from(blocks).filter(([name]) => /^\*PAPER_SPACE\d+$/.test(name))
  const others = layouts.flatMap(([, block]) => block.entities.filter(({ type }) => type !== 'VIEWPORT'))
  const left = others.length + (isLayout ? 0 : paper.length)
  if (left > 0) {
    const drawn = isLayout ? 'the first layout' : 'the model'
    canvas.note('not-drawn', `an entity of a layout (paper space), because only ${drawn} is drawn`, left)
  }
  return isLayout ? paper : model
}

class DrawingReader {
  readonly #reading: Reading

  constructor(reading: Reading) {
    this.#reading = reading
  }

  draw(entities: readonly Entity[], frame: Frame): void {
    for (const entity of entities) {
      this.#reading.canvas.spend(5)
      if (entity.isUnreadable)
        this.#reading.canvas.note('not-drawn', 'an entity with a number that plotd cannot read', 1)
      else if (num(entity, INVISIBLE) === 1) this.#reading.canvas.note('not-drawn', 'an entity that the file hides', 1)
      else this.#drawEntity(entity, frame)
    }
  }

  #drawEntity(entity: Entity, frame: Frame): void {
    const pen = new Pen(this.#reading, frame, entity)
    const reason = hiddenReason(this.#reading.document, pen.layer)
    if (reason !== undefined && (reason === 'frozen' || entity.type !== 'INSERT')) {
      this.#reading.canvas.note('layer-hidden', `the layer “${pen.layer}” is ${reason} in the file and is not drawn`, 1)
      return
    }
    const draw = (content: readonly Entity[], inner: Frame): void => this.draw(content, inner)
    const shape = SHAPES[entity.type]
    if (largestStretch(frame.matrix) > 1e12) pen.note('an entity that its blocks enlarge about 10^12 times or more')
    else if (shape !== undefined) {
      if (isDashed(pen, entity)) this.#reading.canvas.note('import', 'a line with dashes is drawn as a solid line', 1)
      shape(pen, entity)
    } else if (entity.type === 'INSERT') drawInsert(pen, entity, draw)
    else if (PICTURES.has(entity.type)) drawPicture(pen, entity, draw)
    else if (TEXTS.has(entity.type) || isConstant(entity, frame)) this.#text(pen, entity)
    else if (entity.type === 'HATCH' || entity.type === 'MPOLYGON') drawHatch(pen, entity)
    else if (!SILENT.has(entity.type)) pen.note(`an entity ${entity.type.slice(0, 40)}`)
  }

  #text(pen: Pen, entity: Entity): void {
    if (!this.#reading.options.text) return
    if (entity.type === 'MTEXT') drawParagraphs(pen, entity)
    else drawText(pen, entity)
  }
}

/** Bit of group 70 of an ATTDEF. */
const CONSTANT = 2

/** Whether an entity is a constant attribute. The block holds the text of such an attribute; an INSERT does not. */
const isConstant = (entity: Entity, { blocks }: Frame): boolean =>
  entity.type === 'ATTDEF' && blocks.length > 0 && (num(entity, 70) & CONSTANT) !== 0

const TEXTS = new Set(['TEXT', 'ATTRIB', 'MTEXT'])
const PICTURES = new Set(['DIMENSION', 'ARC_DIMENSION', 'LARGE_RADIAL_DIMENSION', 'ACAD_TABLE'])
