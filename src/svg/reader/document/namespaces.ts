import type { Budget } from './budget.ts'

export const SVG_NAMESPACE = 'http://www.w3.org/2000/svg'

/** The prefix of each namespace in canonical attribute names, whatever prefix the file uses. */
const CANONICAL: Readonly<Record<string, string>> = {
  'http://www.w3.org/1999/xlink': 'xlink',
  'http://www.inkscape.org/namespaces/inkscape': 'inkscape',
  'http://www.w3.org/XML/1998/namespace': 'xml',
}

/** The namespace prefixes that an element and its ancestors declare; '' is the default namespace. */
export interface Scope {
  readonly spaces: ReadonlyMap<string, string>
  /** Whether a prefix differs from the canonical one, so that every attribute name must be checked. */
  readonly mustRename: boolean
}

/** The scope inside an element: the outer scope, if the element declares no namespace. */
export function scopeOf(
  attributes: Readonly<Record<string, string>>,
  outer: Scope | undefined,
  budget: Budget,
): Scope | undefined {
  let declared: Map<string, string> | undefined
  for (const name in attributes) {
    if (!name.startsWith('xmlns')) continue
    if (name !== 'xmlns' && name[5] !== ':') continue
    if (declared === undefined) budget.spend(10 * (outer?.spaces.size ?? 0))
    declared ??= new Map(outer?.spaces)
    declared.set(name.slice(6), attributes[name] ?? '')
  }
  if (declared === undefined) return outer
  const mustRename = [...declared].some(
    ([prefix, uri]) =>
      prefix !== '' && CANONICAL[uri] !== prefix && (CANONICAL[uri] !== undefined || prefix === 'xlink'),
  )
  return { spaces: declared, mustRename }
}

/**
 * An attribute name with its canonical prefix. As in browsers, a prefix means the namespace that the file binds to it,
 * even `xlink`.
 */
export function canonicalName(name: string, scope: Scope): string {
  const colon = name.indexOf(':')
  if (colon < 0) return name
  const prefix = name.slice(0, colon)
  const space = scope.spaces.get(prefix)
  if (space === undefined) return name
  const canonical = CANONICAL[space] ?? (prefix === 'xlink' ? 'other' : prefix)
  return `${canonical}${name.slice(colon)}`
}
