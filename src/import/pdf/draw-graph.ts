import { PlotdError } from '../../errors.ts'
import { limit } from '../draw/canvas.ts'
import { everyObject, type RawObject } from './raw-objects.ts'
import { isRawDictionary, type RawDictionary, type RawValue, Reference, rawName, rawValue } from './raw-values.ts'
import { strongGroups } from './strong-groups.ts'

/** Deepest nesting of forms, patterns and glyphs. pdf.js recurses for each level. */
const DEEPEST = 100
/** Limit on the forms, patterns and glyphs that one of them draws, directly or through others. Each use counts. */
const MAX_DRAWN = 200_000
/** Limit on the bytes of content streams that are searched for names. */
const MAX_CONTENT = 256 << 20
const MAX_WORK = 20_000_000

/** The categories of resources in which the names in a content stream are looked up. */
const CATEGORIES = ['/XObject', '/Pattern', '/Font', '/ExtGState']

/** How often an object draws other objects, by their numbers. */
type DrawCounts = ReadonlyMap<number, number>

/**
 * Refuses a PDF whose forms, patterns and glyphs draw each other too deep or too often, or whose patterns draw
 * themselves. pdf.js has no bound on patterns, so a pattern that draws itself fills the memory. A long chain of
 * patterns, each of which draws the next one twice, also fills the memory. A long chain of forms overflows the stack of
 * pdf.js. When plotd cannot read a content stream, all its resources count as drawn.
 *
 * @throws PlotdError ERR_SVG_LIMIT
 */
export function requireFiniteDrawing(bytes: Uint8Array): void {
  const file = new DrawingObjects(bytes)
  /** For each object, how many forms, patterns and glyphs it draws, itself included, and how deep they are nested. */
  const weights = new Map<number, { readonly times: number; readonly depth: number }>()
  for (const group of strongGroups(file.drawers, (id) => file.drawnBy(id).keys())) {
    const members = new Set(group)
    const isLoop = group.length > 1 || group.some((id) => file.drawnBy(id).has(id))
    const pattern = isLoop ? group.find((id) => file.isPattern(id)) : undefined
    if (pattern !== undefined) throw loopError(pattern)
    // Through forms that draw each other, pdf.js follows each path until a form repeats. So n such forms count as n!.
    let times = group.reduce((ways, _, i) => Math.min(MAX_DRAWN + 1, ways * (i + 1)), 1)
    let depth = group.length
    for (const [child, count] of group.flatMap((id) => [...file.drawnBy(id)])) {
      if (members.has(child)) continue
      const weight = weights.get(child) ?? { times: 0, depth: 0 }
      times += count * weight.times
      depth = Math.max(depth, group.length + weight.depth)
    }
    if (depth > DEEPEST) throw limit('levels of forms and patterns in each other', DEEPEST, 'depth')
    if (times > MAX_DRAWN) throw limit('forms and patterns to be drawn', MAX_DRAWN, 'instructions')
    for (const id of group) weights.set(id, { times, depth })
  }
}

function loopError(pattern: number): PlotdError {
  const detail = { limit: 'depth', most: DEEPEST, object: pattern }
  return new PlotdError('ERR_SVG_LIMIT', `the pattern in object ${pattern} of the PDF draws itself without end`, detail)
}

/** A content stream, and the resources in which its names are looked up. */
interface Content {
  readonly resources: RawValue | undefined
  readonly stream: RawObject
}

/** Deepest nesting of resources, and of references to references, that is followed. */
const MAX_NESTED = 4

/** Whether an object may be a form, a pattern or a Type 3 font. The kind may be escaped, or in another object. */
const mayDraw = ({ text }: RawObject): boolean => /\/(?:PatternType|Form|Type3)\b|\/Subtype(?!\s*\/)|#/.test(text)
/**
 * Matches each object that is only a reference to another one, perhaps after comments. It also matches numbers and some
 * other objects.
 */
const REFERENCE = /^\s*(?:\d|%)/
const MAY_HAVE_RESOURCES = /\/(?:XObject|Pattern|Font|ExtGState)\s*(?:<<|\d|%)|#/

/** The forms, patterns and Type 3 fonts of a PDF. When the file has two versions of an object, both count. */
class DrawingObjects {
  readonly #objects = new Map<number, RawObject[]>()
  readonly #values = new Map<RawObject, RawValue | undefined>()
  readonly #drawn = new Map<number, DrawCounts>()
  /**
   * All resources of the file by their names, for the names that a content stream's own resources lack. A content
   * stream without own resources uses those of the object that draws it, and plotd does not search for that object.
   */
  #resourcesByName: Map<string, RawValue[]> | undefined
  readonly #inherited = new Map<string, readonly number[]>()
  readonly #isEncrypted: boolean
  #room = MAX_CONTENT
  #work = 0

  constructor(bytes: Uint8Array) {
    const objects = everyObject(bytes)
    for (const [id, object] of objects) {
      const versions = this.#objects.get(id)
      if (versions) versions.push(object)
      else this.#objects.set(id, [object])
    }
    this.#isEncrypted = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('/Encrypt')
  }

  /**
   * The numbers of the objects that may be forms, patterns or Type 3 fonts. A PDF of a long text consists mostly of
   * other objects.
   */
  get drawers(): number[] {
    return [...this.#objects].filter(([, versions]) => versions.some(mayDraw)).map(([id]) => id)
  }

  isPattern(id: number): boolean {
    return this.#versions(id).some(({ value }) => isRawDictionary(value) && this.#is(value, '/PatternType', '1'))
  }

  drawnBy(id: number): DrawCounts {
    const cached = this.#drawn.get(id)
    if (cached) return cached
    const drawn = new Map<number, number>()
    const isRelevant = this.#objects.get(id)?.some((object) => mayDraw(object) || REFERENCE.test(object.text))
    for (const { object, value } of isRelevant ? this.#versions(id) : []) {
      if (value instanceof Reference) drawn.set(value.to, 1)
      if (isRawDictionary(value)) for (const content of this.#contentsOf(value, object)) this.#addDrawn(content, drawn)
    }
    this.#drawn.set(id, drawn)
    return drawn
  }

  /** The content streams of an object. A form or a pattern has one, a Type 3 font has one for each glyph. */
  #contentsOf(value: RawDictionary, stream?: RawObject): Content[] {
    const resources = value.get('/Resources')
    if (stream && (this.#is(value, '/PatternType', '1') || this.#is(value, '/Subtype', '/Form'))) {
      return [{ resources, stream }]
    }
    if (!this.#is(value, '/Subtype', '/Type3')) return []
    return this.#dictionaries(value.get('/CharProcs')).flatMap((glyphs) =>
      [...glyphs.values()].flatMap((glyph) =>
        glyph instanceof Reference ? this.#versions(glyph.to).map(({ object }) => ({ resources, stream: object })) : [],
      ),
    )
  }

  #addDrawn({ resources, stream }: Content, drawn: Map<number, number>, depth = 0): void {
    const categories = this.#dictionaries(resources).flatMap((dictionary) =>
      CATEGORIES.flatMap((category) => this.#dictionaries(dictionary.get(category))),
    )
    const add = (id: number, count: number): void => void drawn.set(id, (drawn.get(id) ?? 0) + count)
    const names = this.#namesIn(stream)
    if (names === undefined) {
      for (const category of categories) {
        for (const value of category.values()) for (const id of this.#drawersIn(value, depth)) add(id, 1)
      }
    }
    for (const [name, count] of names ?? []) {
      const own = categories.map((category) => category.get(name)).filter((value) => value !== undefined)
      const ids = own.length > 0 ? own.flatMap((value) => this.#drawersIn(value, depth)) : this.#inheritedBy(name)
      for (const id of ids) add(id, count)
    }
  }

  #inheritedBy(name: string): readonly number[] {
    const cached = this.#inherited.get(name)
    if (cached) return cached
    this.#inherited.set(name, []) // stops a loop, because a font in the resources may name itself
    this.#resourcesByName ??= this.#allResources()
    const ids = [...new Set((this.#resourcesByName.get(name) ?? []).flatMap((value) => this.#drawersIn(value)))]
    this.#inherited.set(name, ids)
    return ids
  }

  /** The forms, patterns and Type 3 fonts of a resource. A graphics state may have a form as its mask, and a font. */
  #drawersIn(value: RawValue | undefined, depth = 0): number[] {
    if (depth > MAX_NESTED || value === undefined) return []
    const inner = this.#dictionaries(value).flatMap((entry) => [
      ...this.#dictionaries(entry.get('/SMask')).map((mask) => mask.get('/G')),
      ...this.#arrays(entry.get('/Font')).map(([font]) => font),
    ])
    const ids = inner.flatMap((inner) => this.#drawersIn(inner, depth + 1))
    if (value instanceof Reference) return [value.to, ...ids]
    if (!isRawDictionary(value)) return ids
    // A Type 3 font may be written in the resources themselves.
    const drawn = new Map<number, number>()
    for (const content of this.#contentsOf(value)) this.#addDrawn(content, drawn, depth + 1)
    return [...ids, ...drawn.keys()]
  }

  /** Counts each name in a content stream; undefined when the stream cannot be read. */
  #namesIn({ data }: RawObject): ReadonlyMap<string, number> | undefined {
    if (this.#isEncrypted || this.#room < 0) return undefined
    const bytes = data?.()
    if (bytes === undefined) return undefined
    this.#room -= bytes.length
    const names = new Map<string, number>()
    for (const [word] of Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/\/[^\s<>[\](){}/%]+/g)) {
      const name = rawName(word)
      names.set(name, (names.get(name) ?? 0) + 1)
    }
    return names
  }

  #allResources(): Map<string, RawValue[]> {
    const all = new Map<string, RawValue[]>()
    for (const versions of this.#objects.values())
      for (const object of versions)
        if (MAY_HAVE_RESOURCES.test(object.text)) this.#recordNames(this.#valueOf(object), all)
    return all
  }

  /** Adds the resources that a value names, at any depth, to `all`. */
  #recordNames(value: RawValue | undefined, all: Map<string, RawValue[]>): void {
    if (Array.isArray(value)) for (const item of value as readonly RawValue[]) this.#recordNames(item, all)
    if (!isRawDictionary(value)) return
    for (const category of CATEGORIES) {
      for (const entries of this.#dictionaries(value.get(category))) {
        for (const [name, entry] of entries) {
          const values = all.get(name)
          if (values) values.push(entry)
          else all.set(name, [entry])
        }
      }
    }
    for (const item of value.values()) this.#recordNames(item, all)
  }

  #is(value: RawDictionary, key: string, expected: string): boolean {
    return this.#resolve(value.get(key)).includes(expected)
  }

  #dictionaries(value: RawValue | undefined): RawDictionary[] {
    return this.#resolve(value).filter(isRawDictionary)
  }

  #arrays(value: RawValue | undefined): (readonly RawValue[])[] {
    return this.#resolve(value).filter((item): item is readonly RawValue[] => Array.isArray(item))
  }

  /**
   * The value, or the values that a reference leads to. An object with several versions in the file gives several
   * values.
   */
  #resolve(value: RawValue | undefined, depth = 0): RawValue[] {
    if (!(value instanceof Reference)) return value === undefined ? [] : [value]
    if (depth > MAX_NESTED) return []
    return this.#versions(value.to).flatMap((version) => this.#resolve(version.value, depth + 1))
  }

  #versions(id: number): { readonly object: RawObject; readonly value: RawValue | undefined }[] {
    const versions = this.#objects.get(id) ?? []
    this.#work += 1 + versions.length
    if (this.#work > MAX_WORK) throw limit('steps to find its forms and patterns', MAX_WORK, 'work')
    return versions.map((object) => ({ object, value: this.#valueOf(object) }))
  }

  #valueOf(object: RawObject): RawValue | undefined {
    if (!this.#values.has(object)) this.#values.set(object, rawValue(object.text))
    return this.#values.get(object)
  }
}
