import { type Entity, nameOf, num, point, systemOf, text } from './document.ts'
import { compose, type Matrix, rotation, scaling, translation } from './matrix.ts'
import type { Frame, Pen } from './pen.ts'

/** Deepest nesting of blocks. */
const MAX_DEPTH = 40
/** Limit on the copies of one INSERT with rows and columns. */
const MAX_COPIES = 100_000
/** Steps of work for one copy, which takes several matrices. */
const COPY = 40

type DrawEntities = (entities: readonly Entity[], frame: Frame) => void

/** Draws the copies of a block, and the attributes of the insertion. */
export function drawInsert(pen: Pen, entity: Entity, drawAll: DrawEntities): void {
  const block = blockFor(pen, text(entity, 2))
  const system = compose(pen.frame.matrix, compose(systemOf(entity), translation(point(entity, 10))))
  const toParent = compose(system, rotation(num(entity, 50)))
  const scaleMatrix = scaling(num(entity, 41, 1), num(entity, 42, 1), num(entity, 43, 1))
  if (block?.base !== undefined) {
    const [x, y, z] = block.base
    const inner = compose(scaleMatrix, translation([-x, -y, -z]))
    for (const offset of copiesOf(pen, entity))
      drawAll(block.entities, frameInside(pen, entity, compose(toParent, compose(offset, inner))))
  } else if (block !== undefined) pen.note(`a copy of the block ${text(entity, 2)}, whose base point plotd cannot read`)
  drawAll(entity.children, pen.frame)
}

/** Draws the picture of a dimension or a table. The picture is a block in the coordinates of the entity. */
export function drawPicture(pen: Pen, entity: Entity, drawAll: DrawEntities): void {
  const name = text(entity, 2)
  if (name === '') pen.note(`an entity ${entity.type} without its picture`)
  const block = name === '' ? undefined : blockFor(pen, name)
  if (block === undefined) return
  const isTable = entity.type === 'ACAD_TABLE'
  const origin = isTable ? point(entity, 10) : point(entity, 12)
  const matrix = compose(pen.frame.matrix, compose(systemOf(entity), translation(origin)))
  drawAll(block.entities, frameInside(pen, entity, matrix))
}

function blockFor(pen: Pen, name: string) {
  const block = pen.reading.document.blocks.get(nameOf(name))
  if (block === undefined) pen.note(`a copy of the block ${name}, which the file lacks`)
  else if (block.isExternal) pen.note(`a copy of the drawing ${name}, which is in another file`)
  else if (pen.frame.blocks.includes(nameOf(name))) pen.note(`a copy of the block ${name} in itself`)
  else if (pen.frame.blocks.length >= MAX_DEPTH) pen.note(`blocks nested more than ${MAX_DEPTH} deep`)
  else return block
  return undefined
}

function* copiesOf(pen: Pen, entity: Entity): Generator<Matrix> {
  const columns = Math.max(1, num(entity, 70, 1))
  const rows = Math.max(1, num(entity, 71, 1))
  const dx = num(entity, 44)
  const dy = num(entity, 45)
  let copiesLeft = MAX_COPIES
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (copiesLeft-- <= 0) {
        pen.note(`copies of a block after the first ${MAX_COPIES}`)
        return
      }
      pen.reading.canvas.spend(COPY)
      yield translation([column * dx, row * dy, 0])
    }
  }
}

const frameInside = (pen: Pen, entity: Entity, matrix: Matrix): Frame => ({
  matrix,
  layer: pen.layer,
  color: pen.color,
  blocks: [...pen.frame.blocks, nameOf(text(entity, 2))],
})
