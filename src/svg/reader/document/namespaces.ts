import type { Budget } from './budget.ts'

export const SVG_NAMESPACE = 'http://www.w3.org/2000/svg'

/** The prefixes that attributes go by in this program, whatever the file calls them. */
const CANONICAL: Readonly<Record<string, string>> = {
  'http://www.w3.org/1999/xlink': 'xlink',
  'http://www.inkscape.org/namespaces/inkscape': 'inkscape',
  'http://www.w3.org/XML/1998/namespace': 'xml',
}

/** Prefixes declared here and above; '' is the default namespace. */
export interface Scope {
  readonly spaces: ReadonlyMap<string, string>
  /** Some prefix differs from the canonical one, so attributes must be looked at one by one. */
  readonly renames: boolean
}

/** The scope inside an element with these attributes: the outer one unless it declares something. */
export function bindings(
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
  const renames = [...declared].some(
    ([prefix, uri]) =>
      prefix !== '' && CANONICAL[uri] !== prefix && (CANONICAL[uri] !== undefined || prefix === 'xlink'),
  )
  return { spaces: declared, renames }
}

/** To a browser, `xlink` that the file gave to something else means that, whatever it looks like. */
export function canonicalName(name: string, scope: Scope): string {
  const colon = name.indexOf(':')
  if (colon < 0) return name
  const prefix = name.slice(0, colon)
  const space = scope.spaces.get(prefix)
  if (space === undefined) return name
  const canonical = CANONICAL[space] ?? (prefix === 'xlink' ? 'other' : prefix)
  return `${canonical}${name.slice(colon)}`
}
