import { invalid } from '../draw/canvas.ts'
import { type Matrix, objectSystem } from './matrix.ts'
import { type Tag, tagsOf } from './tags.ts'

/** An entity with its groups, without extended data. */
export interface Entity {
  readonly type: string
  readonly tags: Tag[]
  /** VERTEX of a POLYLINE, ATTRIB of an INSERT. */
  readonly children: Entity[]
  /** Whether a place, length, factor or angle of the entity, or of a vertex of a POLYLINE, is no finite number. */
  isUnreadable?: true
}

/** Entities that an INSERT copies. */
export interface Block {
  /** The block's base point; undefined when plotd cannot read a number of the block's record. */
  readonly base: readonly [x: number, y: number, z: number] | undefined
  readonly entities: readonly Entity[]
  /** Whether the block is an external reference, of which the file has only the name. */
  readonly isExternal: boolean
}

/** A DXF file in parts. Names of layers, line types and blocks are in upper case, since DXF ignores case. */
export interface DxfDocument {
  readonly header: ReadonlyMap<string, Tag>
  readonly layers: ReadonlyMap<string, Entity>
  readonly lineTypes: ReadonlyMap<string, Entity>
  readonly blocks: ReadonlyMap<string, Block>
  readonly entities: readonly Entity[]
}

/** The first value of a group code as a number; the fallback when there is no value, or no finite number. */
export function num({ tags }: Pick<Entity, 'tags'>, code: number, fallback = 0): number {
  for (const tag of tags) {
    if (tag.code !== code) continue
    const value = Number(tag.value)
    return Number.isFinite(value) ? value : fallback
  }
  return fallback
}

/** The first value of a group code as text; the fallback when there is none. */
export function text({ tags }: Pick<Entity, 'tags'>, code: number, fallback = ''): string {
  const tag = tags.find((candidate) => candidate.code === code)
  return tag === undefined ? fallback : String(tag.value)
}

export const has = ({ tags }: Pick<Entity, 'tags'>, code: number): boolean => tags.some((tag) => tag.code === code)

/** A point whose x has this code, and y and z have codes 10 and 20 higher. */
export const point = (entity: Pick<Entity, 'tags'>, code: number): [x: number, y: number, z: number] => [
  num(entity, code),
  num(entity, code + 10),
  num(entity, code + 20),
]

/** All points whose x has this code, in order. */
export function points({ tags }: Pick<Entity, 'tags'>, code: number): [x: number, y: number, z: number][] {
  const list: [number, number, number][] = []
  for (const tag of tags) {
    if (tag.code === code) list.push([Number(tag.value), 0, 0])
    const last = list.at(-1)
    if (last === undefined) continue
    if (tag.code === code + 10) last[1] = Number(tag.value)
    else if (tag.code === code + 20) last[2] = Number(tag.value)
  }
  return list
}

/** The object coordinate system of a plane entity. */
export const systemOf = (entity: Entity): Matrix =>
  objectSystem(has(entity, 210) ? [num(entity, 210), num(entity, 220), num(entity, 230, 1)] : [0, 0, 1])

/** All values of a group code as numbers. */
export const numbers = ({ tags }: Pick<Entity, 'tags'>, code: number): number[] =>
  tags.filter((tag) => tag.code === code).map(({ value }) => Number(value))

/** The name of an entry, a section or a header variable in upper case, without surrounding blanks. */
export const nameOf = (name: string): string => name.trim().toUpperCase()

/**
 * Reads the sections of a DXF file.
 *
 * @throws PlotdError ERR_DOCUMENT for a broken group or a file without sections, ERR_SVG_LIMIT for too many groups
 */
export function readDocument(bytes: Uint8Array): DxfDocument {
  const parts = new PartsReader()
  let section = ''
  let isOpening = false
  for (const tag of tagsOf(bytes)) {
    const value = tag.code === 0 ? String(tag.value).trim() : ''
    if (value === 'SECTION') {
      isOpening = true
      section = ''
    } else if (isOpening && tag.code === 2) {
      section = nameOf(String(tag.value))
      isOpening = false
    } else if (value === 'ENDSEC') section = ''
    else if (value === 'EOF') break
    else parts.take(section, tag)
  }
  if (!parts.hasSections) throw invalid('the DXF file has no section of header, tables, blocks or entities')
  return parts.document()
}

/** Collects the groups of a file as records. */
class PartsReader {
  hasSections = false
  readonly #header = new Map<string, Tag>()
  #variable = ''
  /** Records of tables, blocks and entities, in order. */
  readonly #records: Readonly<Record<string, Entity[]>> = { TABLES: [], BLOCKS: [], ENTITIES: [] }
  #current: Entity | undefined
  /** Why a group does not belong to the entity: it stands inside `102 {…}`, or after `101 Embedded Object`. */
  #skip: 'no' | 'braces' | 'rest' = 'no'

  take(section: string, tag: Tag): void {
    if (section === 'HEADER') this.#takeHeader(tag)
    const records = this.#records[section]
    if (records === undefined) return
    this.hasSections = true
    if (tag.code === 0) {
      this.#current = { type: String(tag.value).trim().toUpperCase(), tags: [], children: [] }
      this.#skip = 'no'
      records.push(this.#current)
    } else if (tag.code === 102) this.#skip = String(tag.value).trim().startsWith('{') ? 'braces' : 'no'
    else if (tag.code === 101) this.#skip = 'rest'
    else if (this.#skip === 'no' && tag.code < 1000 && this.#current !== undefined) {
      this.#current.tags.push(tag)
      if (isLength(tag.code) && !Number.isFinite(Number(tag.value))) this.#current.isUnreadable = true
    }
  }

  #takeHeader(tag: Tag): void {
    this.hasSections = true
    if (tag.code === 9) this.#variable = nameOf(String(tag.value))
    else if (this.#variable !== '' && !this.#header.has(this.#variable)) this.#header.set(this.#variable, tag)
  }

  document(): DxfDocument {
    const { TABLES = [], BLOCKS = [], ENTITIES = [] } = this.#records
    const recordsByName = (type: string) =>
      new Map(TABLES.filter((record) => record.type === type).map((entry) => [nameOf(text(entry, 2)), entry]))
    return {
      header: this.#header,
      layers: recordsByName('LAYER'),
      lineTypes: recordsByName('LTYPE'),
      blocks: blocksOf(BLOCKS),
      entities: withChildren(ENTITIES),
    }
  }
}

/** Whether a group of this code holds a place, a length, a factor or an angle. */
const isLength = (code: number): boolean => (code >= 10 && code < 60) || (code >= 210 && code < 240)

/**
 * Moves each VERTEX and ATTRIB into the entity that it belongs to. Drops each VERTEX and ATTRIB that belongs to none.
 */
function withChildren(records: readonly Entity[]): Entity[] {
  const entities: Entity[] = []
  let owner: Entity | undefined
  for (const record of records) {
    if (record.type === 'SEQEND') owner = undefined
    else if (record.type === 'VERTEX' || record.type === 'ATTRIB') {
      owner?.children.push(record)
      if (record.isUnreadable && owner?.type === 'POLYLINE') owner.isUnreadable = true
    } else {
      entities.push(record)
      owner = record.type === 'POLYLINE' || record.type === 'INSERT' ? record : undefined
    }
  }
  return entities
}

const XREF = 4

function blocksOf(records: readonly Entity[]): Map<string, Block> {
  const blocks = new Map<string, Block>()
  let head: Entity | undefined
  let content: Entity[] = []
  for (const record of records) {
    if (record.type === 'BLOCK') {
      head = record
      content = []
    } else if (record.type === 'ENDBLK') {
      if (head !== undefined) {
        const isExternal = (num(head, 70) & XREF) !== 0
        const base = head.isUnreadable ? undefined : point(head, 10)
        blocks.set(nameOf(text(head, 2)), { base, entities: withChildren(content), isExternal })
      }
      head = undefined
    } else if (head !== undefined) content.push(record)
  }
  return blocks
}
