import { type Affine, apply, compose } from '../../geometry/affine.ts'
import { at, type Strokes, stroke, strokeCount } from '../../geometry/drawing.ts'
import type { TextLayout } from '../../hershey/index.ts'
import { layoutLettering } from '../draw/lettering.ts'
import { type Entity, has, num, point, systemOf, text } from './document.ts'
import type { Matrix, Vec } from './matrix.ts'
import { plainText, type TextBlock, textBlocks } from './mtext.ts'
import type { Pen } from './pen.ts'

/** Bits of group 71 of a text. */
const BACKWARD = 2
const UPSIDE_DOWN = 4
/** Values of group 72 of a text: its horizontal alignment. */
const CENTER = 1
const RIGHT = 2
const ALIGNED = 3
const MIDDLE = 4
const FIT = 5
/** Values of group 73 of a TEXT, or group 74 of an ATTRIB: its vertical alignment. */
const BOTTOM = 1
const HALF = 2
const TOP = 3
/** Bit of group 70 of an ATTRIB or ATTDEF. */
const INVISIBLE = 1
/** Distance between the baselines of a text, in heights of the text. */
const LINE_DISTANCE = 5 / 3
const RADIANS = Math.PI / 180

/** Draws a line of text: TEXT, ATTRIB or ATTDEF. */
export function drawText(pen: Pen, entity: Entity): void {
  if (entity.type !== 'TEXT' && (num(entity, 70) & INVISIBLE) !== 0) return
  const words = plainText(text(entity, 1))
  const height = num(entity, 40, 1)
  if (words.trim() === '' || !hasHeight(pen, height)) return
  const { font } = pen.reading.options
  const layout = layoutLettering(pen.reading.canvas, words, { font, size: height, slant: slantOf(num(entity, 51)) })
  if (strokeCount(layout.strokes) > 0) noteFont(pen)
  const { anchor, angle, left, widthFactor, heightFactor } = placeOf(entity, layout.width)
  const flags = num(entity, 71)
  const mirror: Affine = [(flags & BACKWARD) !== 0 ? -1 : 1, 0, 0, (flags & UPSIDE_DOWN) !== 0 ? -1 : 1, 0, 0]
  const rise = num(entity, 72) === MIDDLE ? height / 2 : riseOf(verticalOf(entity), height, layout)
  const scaleMatrix: Affine = [widthFactor, 0, 0, -heightFactor, -left * layout.width * widthFactor, -rise]
  const matrix = compose(rotationAt(angle, anchor), compose(mirror, scaleMatrix))
  drawStrokes(pen, layout.strokes, matrix, anchor[2], systemOf(entity))
}

/** Whether the height of a text is above 0. Otherwise the text gets a note. */
function hasHeight(pen: Pen, height: number): boolean {
  if (!(height > 0)) pen.note('a text whose height is not above 0')
  return height > 0
}

const noteFont = ({ reading: { canvas, options } }: Pen): void =>
  canvas.note('text-font', `text is drawn in the stroke font ${options.font}`, 1)

const verticalOf = (entity: Entity): number => num(entity, entity.type === 'TEXT' ? 73 : 74)

/** The place and the size of a line of text. */
interface TextPlace {
  readonly anchor: Vec
  /** Direction of the baseline, radians. */
  readonly angle: number
  /** Share of the width that lies left of the anchor. */
  readonly left: number
  readonly widthFactor: number
  readonly heightFactor: number
}

/** An aligned or fitted text fills the distance between its two points. Other texts stand at one point. */
function placeOf(entity: Entity, width: number): TextPlace {
  const horizontal = num(entity, 72)
  const first = point(entity, 10)
  const second = point(entity, 11)
  const usesSecond = has(entity, 11) && (horizontal !== 0 || verticalOf(entity) !== 0)
  if (usesSecond && (horizontal === ALIGNED || horizontal === FIT)) {
    const dx = second[0] - first[0]
    const dy = second[1] - first[1]
    const widthFactor = width > 0 ? Math.hypot(dx, dy) / width : 1
    const heightFactor = horizontal === ALIGNED ? widthFactor : 1
    return { anchor: first, angle: Math.atan2(dy, dx), left: 0, widthFactor, heightFactor }
  }
  return {
    anchor: usesSecond ? second : first,
    angle: num(entity, 50) * RADIANS,
    left: leftShare(horizontal),
    widthFactor: num(entity, 41, 1) || 1,
    heightFactor: 1,
  }
}

function leftShare(horizontal: number): number {
  if (horizontal === CENTER || horizontal === MIDDLE) return 0.5
  return horizontal === RIGHT ? 1 : 0
}

/** Height of the anchor above the baseline. */
function riseOf(vertical: number, height: number, { descent }: TextLayout): number {
  if (vertical === TOP) return height
  if (vertical === HALF) return height / 2
  return vertical === BOTTOM ? -descent : 0
}

/** The slant to the right, degrees, limited so that letters stay readable. */
const slantOf = (degrees: number): number => Math.max(-60, Math.min(60, degrees > 180 ? degrees - 360 : degrees))

/** Draws an MTEXT, which has paragraphs of text in a box. */
export function drawParagraphs(pen: Pen, entity: Entity): void {
  const words =
    entity.tags
      .filter(({ code }) => code === 3)
      .map(({ value }) => value)
      .join('') + text(entity, 1)
  const height = num(entity, 40, 1)
  if (words.trim() === '' || !hasHeight(pen, height)) return
  const width = num(entity, 41)
  const attachment = Math.min(9, Math.max(1, num(entity, 71, 1)))
  const column = (attachment - 1) % 3
  const row = Math.floor((attachment - 1) / 3)
  const spacing = LINE_DISTANCE * Math.max(0.25, Math.min(4, num(entity, 44, 1) || 1))
  const blocks = textBlocks(words, height)
  if (blocks.length > MAX_BLOCKS) pen.note(`lines of a text after ${MAX_BLOCKS} changes of height or slant`)
  const placed = blocks
    .slice(0, MAX_BLOCKS)
    .map((block) => ({ block, layout: layoutBlock(pen, block, width, spacing, column) }))
  const [first] = placed
  if (first === undefined || placed.every(({ layout }) => strokeCount(layout.strokes) === 0)) return
  noteFont(pen)
  const last = placed.at(-1) ?? first
  const { baselines, bottom } = baselinesOf(placed, spacing)
  const totalHeight = row === 2 ? bottom + last.layout.descent : bottom
  const box = width > 0 ? width : Math.max(...placed.map(({ layout }) => layout.width))
  const anchor = point(entity, 10)
  const matrix = rotationAt(angleOf(entity), anchor)
  placed.forEach(({ layout }, i) => {
    const slack = width > 0 ? 0 : ((box - layout.width) * column) / 2
    const dx = slack - (box * column) / 2
    const dy = (totalHeight * row) / 2 - (baselines[i] ?? 0)
    drawStrokes(pen, layout.strokes, compose(matrix, [1, 0, 0, -1, dx, dy]), anchor[2], systemOf(entity))
  })
}

interface PlacedBlock {
  readonly block: TextBlock
  readonly layout: TextLayout
}

/** Distances down from the top of the text: to the first baseline of each block, and to the last baseline of all. */
function baselinesOf(placed: readonly PlacedBlock[], spacing: number): { baselines: number[]; bottom: number } {
  let bottom = placed[0]?.block.height ?? 0
  const baselines = placed.map(({ block, layout }, i) => {
    const baseline = i > 0 ? bottom + spacing * block.height : bottom
    bottom = baseline + (layout.lines.length - 1) * spacing * block.height
    return baseline
  })
  return { baselines, bottom }
}

/** Limit on the blocks of one text. */
const MAX_BLOCKS = 5000
const ALIGN = ['left', 'center', 'right'] as const

function layoutBlock(pen: Pen, block: TextBlock, width: number, spacing: number, column: number): TextLayout {
  const { canvas, options } = pen.reading
  const base = { font: options.font, size: block.height, slant: slantOf(block.oblique) }
  const natural = layoutLettering(canvas, 'x', base).lineHeight
  return layoutLettering(canvas, block.text, {
    ...base,
    align: ALIGN[column] ?? 'left',
    lineSpacing: (spacing * block.height) / natural,
    ...(width > 0 && { width }),
  })
}

/** The angle of the text, radians: from its x axis (group 11) if the file gives one, otherwise from group 50. */
function angleOf(entity: Entity): number {
  if (!has(entity, 11)) return num(entity, 50) * RADIANS
  const { x, y } = systemOf(entity)
  const [a, b, c] = point(entity, 11)
  return Math.atan2(a * y[0] + b * y[1] + c * y[2], a * x[0] + b * x[1] + c * x[2])
}

const rotationAt = (angle: number, [x, y]: Vec): Affine => [
  Math.cos(angle),
  Math.sin(angle),
  -Math.sin(angle),
  Math.cos(angle),
  x,
  y,
]

function drawStrokes(pen: Pen, strokes: Strokes, matrix: Affine, z: number, system: Matrix): void {
  for (let i = 0; i < strokeCount(strokes); i++) {
    const points = stroke(strokes, i)
    const line: Vec[] = []
    for (let v = 0; v < points.length; v += 2) line.push([...apply(matrix, at(points, v), at(points, v + 1)), z])
    pen.stroke(line, system)
  }
}
