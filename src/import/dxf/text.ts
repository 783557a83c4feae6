import { type Affine, apply, compose } from '../../geometry/affine.ts'
import { at, type Strokes, stroke, strokeCount } from '../../geometry/drawing.ts'
import type { TextLayout } from '../../hershey/index.ts'
import { layoutLettering } from '../draw/lettering.ts'
import { type Entity, has, num, point, text } from './document.ts'
import type { Matrix, Vec } from './matrix.ts'
import { plainText, type TextBlock, textBlocks } from './mtext.ts'
import type { Pen } from './pen.ts'
import { systemOf } from './shapes.ts'

/** Bits of group 71 of a text. */
const BACKWARD = 2
const UPSIDE_DOWN = 4
/** Values of group 72 of a text: how it stands horizontally. */
const CENTER = 1
const RIGHT = 2
const ALIGNED = 3
const MIDDLE = 4
const FIT = 5
/** Values of group 73 of a text: how it stands vertically. */
const BOTTOM = 1
const HALF = 2
const TOP = 3
const INVISIBLE = 1
/** Baselines of text in lines are this multiple of its height apart. */
const LINE_DISTANCE = 5 / 3
const RADIANS = Math.PI / 180

/** A line of text: TEXT, ATTRIB, and ATTDEF with a constant value. */
export function drawText(pen: Pen, entity: Entity): void {
  if (entity.type === 'ATTRIB' && (num(entity, 70) & INVISIBLE) !== 0) return
  const words = plainText(text(entity, 1))
  const height = num(entity, 40, 1)
  if (words.trim() === '' || !(height > 0)) return
  const { font } = pen.reading.options
  const layout = layoutLettering(pen.reading.canvas, words, { font, size: height, slant: slantOf(num(entity, 51)) })
  const horizontal = num(entity, 72)
  const vertical = num(entity, entity.type === 'TEXT' ? 73 : 74)
  const first = point(entity, 10)
  const second = point(entity, 11)
  const usesSecond = has(entity, 11) && (horizontal !== 0 || vertical !== 0)
  const isSpread = usesSecond && (horizontal === ALIGNED || horizontal === FIT)
  const anchor = usesSecond && !isSpread ? second : first
  const span = Math.hypot(second[0] - first[0], second[1] - first[1])
  const spread = isSpread && layout.width > 0 ? span / layout.width : 1
  const widthFactor = isSpread ? spread : num(entity, 41, 1) || 1
  const heightFactor = horizontal === ALIGNED && isSpread ? spread : 1
  const angle = isSpread ? Math.atan2(second[1] - first[1], second[0] - first[0]) : num(entity, 50) * RADIANS
  const left = isSpread ? 0 : horizontal === CENTER || horizontal === MIDDLE ? 0.5 : horizontal === RIGHT ? 1 : 0
  const flags = num(entity, 71)
  const mirror: Affine = [(flags & BACKWARD) !== 0 ? -1 : 1, 0, 0, (flags & UPSIDE_DOWN) !== 0 ? -1 : 1, 0, 0]
  const rise = horizontal === MIDDLE ? height / 2 : riseOf(vertical, height, layout)
  const scaleMatrix: Affine = [widthFactor, 0, 0, -heightFactor, -left * layout.width * widthFactor, -rise]
  place(
    pen,
    layout.strokes,
    compose(rotationAt(angle, anchor), compose(mirror, scaleMatrix)),
    anchor[2],
    systemOf(entity),
  )
}

/** Height of the anchor above the baseline. */
function riseOf(vertical: number, height: number, { descent }: TextLayout): number {
  if (vertical === TOP) return height
  if (vertical === HALF) return height / 2
  return vertical === BOTTOM ? -descent : 0
}

/** The slant to the right, degrees, limited so that letters stay readable. */
const slantOf = (degrees: number): number => Math.max(-60, Math.min(60, degrees > 180 ? degrees - 360 : degrees))

/** Paragraphs of text in a box: MTEXT. */
export function drawParagraphs(pen: Pen, entity: Entity): void {
  const words =
    entity.tags
      .filter(({ code }) => code === 3)
      .map(({ value }) => value)
      .join('') + text(entity, 1)
  const height = num(entity, 40, 1)
  if (!(height > 0)) return
  const width = num(entity, 41)
  const attachment = Math.min(9, Math.max(1, num(entity, 71, 1)))
  const column = (attachment - 1) % 3
  const row = Math.floor((attachment - 1) / 3)
  const spacing = LINE_DISTANCE * Math.max(0.25, Math.min(4, num(entity, 44, 1) || 1))
  const lines = textBlocks(words, height)
    .slice(0, MOST_BLOCKS)
    .map((block) => ({ block, layout: layoutBlock(pen, block, width, spacing, column) }))
  const [first] = lines
  if (first === undefined || lines.every(({ layout }) => layout.strokes.starts.length === 1)) return
  const last = lines.at(-1) ?? first
  let baseline = first.block.height
  let bottom = 0
  const baselines = lines.map(({ block, layout }, i) => {
    if (i > 0) baseline += spacing * block.height
    const own = baseline
    baseline += (layout.lines.length - 1) * spacing * block.height
    bottom = baseline
    return own
  })
  const totalHeight = row === 2 ? bottom + last.layout.descent : bottom
  const box = width > 0 ? width : Math.max(...lines.map(({ layout }) => layout.width))
  const anchor = point(entity, 10)
  const matrix = rotationAt(angleOf(entity), anchor)
  lines.forEach(({ layout }, i) => {
    const slack = width > 0 ? 0 : ((box - layout.width) * column) / 2
    const dx = slack - (box * column) / 2
    const dy = (totalHeight * row) / 2 - (baselines[i] ?? 0)
    place(pen, layout.strokes, compose(matrix, [1, 0, 0, -1, dx, dy]), anchor[2], systemOf(entity))
  })
}

/** Most paragraphs of one text. */
const MOST_BLOCKS = 5000
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

/** The angle of the text: by the direction of the x axis where the file gives one, otherwise by the angle in the file. */
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

function place(pen: Pen, strokes: Strokes, matrix: Affine, z: number, system: Matrix): void {
  for (let i = 0; i < strokeCount(strokes); i++) {
    const points = stroke(strokes, i)
    const line: Vec[] = []
    for (let v = 0; v < points.length; v += 2) line.push([...apply(matrix, at(points, v), at(points, v + 1)), z])
    pen.stroke(line, system)
  }
}
