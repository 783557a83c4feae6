import { PlotdError } from '../../../errors.ts'

const DECLARATION = /<!ENTITY\s+([\w:.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/g
const REFERENCE = /&([A-Za-z_:][\w:.-]*);/g
/** A reference, or a part of the document in which `&` begins no reference: a CDATA section or a comment. */
const REFERENCE_IN_XML = new RegExp(`<!\\[CDATA\\[.*?(?:\\]\\]>|$)|<!--.*?(?:-->|$)|${REFERENCE.source}`, 'gs')
const BUILT_IN = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }))
/** The ends of comments and instructions by their starts. */
const CLOSERS: Readonly<Record<string, string>> = { '<!--': '-->', '<?': '?>' }
const MAX_DTD = 1_000_000
const DEEPEST = 20

/** A document whose entities with markup are expanded. */
export interface Document {
  readonly xml: string
  /** The replacement text of each entity, by name. */
  readonly entities: Readonly<Record<string, string>>
  /** Default attributes by element name, as written in the DTD. */
  readonly defaults: ReadonlyMap<string, Readonly<Record<string, string>>>
}

/**
 * Expands the entities of the internal DTD. Entities that hold markup are replaced in the XML itself, because the
 * parser would read their text as characters. External entities are never fetched.
 *
 * @throws PlotdError ERR_SVG_LIMIT when the expansion is longer than `mostBytes` ("billion laughs") or nests too deep
 */
export function expandEntities(xml: string, mostBytes: number): Document {
  const start = /<!DOCTYPE[^[<>]*\[/.exec(xml.slice(0, 100_000))
  const rest = start === null ? '' : xml.slice(start.index, start.index + MAX_DTD)
  const internal = internalDtd(rest)
  if (start === null || internal === undefined) return { xml, entities: {}, defaults: new Map() }
  const end = start.index + internal.length
  const declared = new Map<string, string>()
  const { dtd } = internal
  const defaults = attributeDefaults(dtd)
  for (const [, name = '', double, single = ''] of dtd.matchAll(DECLARATION)) {
    if (!declared.has(name)) declared.set(name, double ?? single)
  }
  if (declared.size === 0) return { xml, entities: {}, defaults }

  const budget = { left: mostBytes, most: mostBytes }
  // The object has no prototype, so a reference such as `&constructor;` finds nothing.
  const entities: Record<string, string> = Object.create(null)
  for (const [name, value] of declared) entities[name] = expand(value, declared, budget, 0)
  const expanded = withMarkup(xml, end, entities, budget)
  for (const name in entities) entities[name] = asText(entities[name] ?? '')
  return { xml: expanded, entities, defaults }
}

/** The text of an entity without markup. The parser does not parse it, so its last references are replaced here. */
const asText = (value: string): string =>
  value.replace(
    /&(?:#(x[\da-f]+|\d+)|([a-z]+));/gi,
    (whole, code: string | undefined, name: string) =>
      (code === undefined ? BUILT_IN.get(name) : character(code)) ?? whole,
  )

/**
 * The text of a DTD up to its end, without comments and instructions, and its length with them. Undefined when the DTD
 * has no end.
 */
function internalDtd(text: string): { readonly dtd: string; readonly length: number } | undefined {
  let dtd = ''
  let from = 0
  // The end of the DTD, and the starts of quotes, comments and instructions. Inside these, `]>` does not end the DTD.
  const marks = /["']|<!--|<\?|\]\s*>/g
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [opener] = mark
    if (opener.startsWith(']')) return { dtd: dtd + text.slice(from, mark.index), length: mark.index }
    const closer = CLOSERS[opener] ?? opener
    const close = text.indexOf(closer, mark.index + opener.length)
    if (close < 0) return undefined
    marks.lastIndex = close + closer.length
    if (CLOSERS[opener] === undefined) continue
    dtd += text.slice(from, mark.index)
    from = marks.lastIndex
  }
  return undefined
}

interface ByteBudget {
  left: number
  readonly most: number
}

function spend(budget: ByteBudget, bytes: number): void {
  budget.left -= bytes
  if (budget.left >= 0) return
  throw new PlotdError('ERR_SVG_LIMIT', `the entities of the SVG grow beyond ${budget.most} bytes`, {
    limit: 'entityBytes',
    most: budget.most,
  })
}

function expand(value: string, declared: ReadonlyMap<string, string>, budget: ByteBudget, depth: number): string {
  if (depth > DEEPEST)
    throw new PlotdError(
      'ERR_SVG_LIMIT',
      `the entities of the SVG nest more than ${DEEPEST} deep, or one contains itself`,
      { limit: 'entityBytes' },
    )
  spend(budget, Buffer.byteLength(value))
  return value
    .replace(/&#(x[\da-f]+|\d+);/gi, (whole, code: string) => character(code) ?? whole)
    .replace(REFERENCE, (whole, name: string) => {
      const inner = declared.get(name)
      return inner === undefined ? whole : expand(inner, declared, budget, depth + 1)
    })
}

function character(code: string): string | undefined {
  const point = code.startsWith('x') || code.startsWith('X') ? Number.parseInt(code.slice(1), 16) : Number(code)
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined
}

/**
 * Replaces the entities that hold markup. The bytes of all replacements are counted first, so that "billion laughs"
 * fails early.
 */
function withMarkup(
  xml: string,
  bodyStart: number,
  entities: Readonly<Record<string, string>>,
  budget: ByteBudget,
): string {
  let hasMarkup = false
  for (const [, name = ''] of xml.slice(bodyStart).matchAll(REFERENCE_IN_XML)) {
    const value = BUILT_IN.has(name) ? undefined : entities[name]
    if (value === undefined) continue
    spend(budget, Buffer.byteLength(value))
    hasMarkup ||= value.includes('<')
  }
  if (!hasMarkup) return xml
  const replaced = xml.slice(bodyStart).replace(REFERENCE_IN_XML, (whole, name = '') => {
    const value = entities[name]
    return value?.includes('<') ? value : whole
  })
  return xml.slice(0, bodyStart) + replaced
}

const ATTRIBUTE_LIST = /<!ATTLIST\s+([\w:.-]{1,200})((?:[^"'<>]|"[^"<]*"|'[^'<]*')*)>/g
const ATTRIBUTE_DEFAULT =
  /([\w:.-]{1,200})\s+(?:[A-Z]+|(?:NOTATION\s+)?\([^()]*\))\s+(?:#FIXED\s+)?(?:"([^"]*)"|'([^']*)')/g

function attributeDefaults(dtd: string): Map<string, Record<string, string>> {
  const lists = new Map<string, Record<string, string>>()
  for (const [, element = '', list = ''] of dtd.matchAll(ATTRIBUTE_LIST)) {
    const own = lists.get(element) ?? {}
    for (const [, name = '', double, single = ''] of list.matchAll(ATTRIBUTE_DEFAULT)) own[name] ??= double ?? single
    lists.set(element, own)
  }
  return lists
}
