/**
 * The room `css` computes the style of an element from style sheets and attributes. `stylesheet` and `rules` read
 * sheets, `selectors` tests selectors on elements, `cascade` (here) chooses declarations, `style` computes values.
 */
import { PlotdError } from '../../../errors.ts'
import type { Budget } from '../document/budget.ts'
import type { SvgElement } from '../document/tree.ts'
import { onLightPage } from './color-syntax.ts'
import { type Declaration, inlineDeclarations } from './declarations.ts'
import { initialOf, isInherited, isPresentation, type Property } from './properties.ts'
import type { StyleRule, Stylesheet } from './stylesheet.ts'
import { isValid, keyword } from './validity.ts'
import { NO_VARIABLES, substitute, type Variables, variablesOf } from './variables.ts'

/** The declarations that win on one element: value by property. */
export type Declared = Readonly<Partial<Record<Property, string>>>

export const NOTHING: Declared = {}

type DeclaredCache = Map<SvgElement | undefined, Map<SvgElement, Declared>>

/** The copy that a `use` element draws. */
export interface UseCopy {
  /** The `use` element. */
  readonly element: SvgElement
  /** The root of the copy that contains the `use` element; undefined when the `use` is in no copy. */
  readonly scope: SvgElement | undefined
  /** Winning declarations of the elements of this copy. Another copy may inherit other variables. */
  readonly declared: DeclaredCache
}

/** Steps of work for each declaration of a matching rule or of the `style` attribute. */
const DECLARATION = 20
/** Reading the values of an element again counts as work when they have at least this many characters in all. */
const LONG = 1000
/** Maximum number of characters of an inherited value. Each descendant may parse the value again. */
const MAX_INHERITED = 2000
/** Inherited properties without the limit `MAX_INHERITED`. Their readers count the length as work. */
const MAY_BE_LONG = /^(?:fill|stroke|color|font-family|marker-(?:start|mid|end))$/

/**
 * Chooses the declarations that win on each element (CSS Cascade 4, section 6). Rules win over presentation attributes,
 * the `style` attribute wins over rules, and an `!important` declaration wins over all of these. Layer, specificity and
 * order decide between rules. Results are cached, since `use` visits elements repeatedly.
 */
export class Cascade {
  readonly #sheet: Stylesheet
  readonly #budget: Budget
  readonly #usesVariables: boolean
  /** The copies that are being drawn, the outermost first. Each copy inherits variables from its own `use`. */
  readonly #uses: readonly UseCopy[]
  /** The custom properties that the children of an element inherit. Elements inside copies are not among the keys. */
  readonly #inside = new Map<SvgElement, Variables>()
  readonly #cache: DeclaredCache = new Map()
  /** Number of characters of all values that are declared on an element. Holds only numbers of at least `LONG`. */
  readonly #lengths = new Map<Declared, number>()

  /** @param usesVariables  whether a `style` attribute may declare a custom property */
  constructor(sheet: Stylesheet, budget: Budget, usesVariables: boolean, uses: readonly UseCopy[]) {
    this.#sheet = sheet
    this.#budget = budget
    this.#usesVariables = usesVariables || sheet.hasCustom
    this.#uses = uses
  }

  /**
   * The winning declarations, with variables substituted, and with the colours of a light page. `inherit` of a property
   * that is not inherited is replaced by the parent's value.
   *
   * @param scope  the root of the copy, for an element that `use` draws; selectors see nothing outside the copy
   * @throws PlotdError ERR_SVG_LIMIT for a value of more than 2,000 characters, if its property is inherited and not in
   *   `MAY_BE_LONG`, or when the budget is spent
   */
  declared(element: SvgElement, scope?: SvgElement): Declared {
    const inside = this.#sheet.isContextual || this.#usesVariables ? scope : undefined
    const cache = this.#cacheFor(inside)
    const known = cache.get(element)
    if (known !== undefined) {
      this.#budget.spend((this.#lengths.get(known) ?? 0) / 4)
      return known
    }
    const computed = this.#compute(element, inside)
    if (computed === NOTHING) return NOTHING
    const length = Object.values(computed).reduce((sum, value = '') => sum + value.length, 0)
    if (length >= LONG) this.#lengths.set(computed, length)
    cache.set(element, computed)
    return computed
  }

  #cacheFor(scope: SvgElement | undefined): Map<SvgElement, Declared> {
    const all = (scope !== undefined && this.#usesVariables ? this.#uses.at(-1)?.declared : undefined) ?? this.#cache
    const known = all.get(scope)
    if (known !== undefined) return known
    const created = new Map<SvgElement, Declared>()
    all.set(scope, created)
    return created
  }

  #compute(element: SvgElement, scope: SvgElement | undefined): Declared {
    const declared = this.#winning(element, scope)
    if (declared === undefined) return NOTHING
    if (Object.values(declared).some((value) => value !== undefined && /\bvar\(/i.test(value))) {
      const variables = this.#usesVariables ? this.#variables(element, declared, scope) : NO_VARIABLES
      substitute(declared, variables, this.#budget)
    }
    this.#replaceKeywords(element, scope, declared)
    return declared
  }

  /** The winning declarations, before variables and keywords are replaced. */
  #winning(element: SvgElement, scope: SvgElement | undefined): Partial<Record<Property, string>> | undefined {
    this.#budget.visit(element)
    let declared: Partial<Record<Property, string>> | undefined
    const set = (name: Property, value: string): void => {
      if (value.length > MAX_INHERITED && isInherited(name) && !MAY_BE_LONG.test(name))
        throw tooLong(name, value, this.#budget)
      declared ??= {}
      declared[name] = value
    }
    const { attributes } = element
    for (const name in attributes) {
      if (!isPresentation(name)) continue
      const value = keyword((attributes[name] ?? '').trim())
      if (isValid(name, value, 'attribute')) set(name, value)
    }
    const inline = attributes['style']
    if (!this.#sheet.isEmpty || inline !== undefined) {
      const winners = this.#winners(element, scope, inline)
      this.#budget.spend(winners.reduce((sum, { value }) => sum + DECLARATION + value.length / 8, 0))
      for (const { name, value } of winners) if (value !== 'revert-layer') set(name, value)
    }
    return declared
  }

  /**
   * The custom properties of an element. Its own properties override the inherited ones.
   *
   * @param depth  the number of copies that contain the element
   */
  #variables(element: SvgElement, own: Declared, scope: SvgElement | undefined, depth = this.#uses.length): Variables {
    const use = element === scope ? this.#uses[depth - 1] : undefined
    const [outer, around] = element === scope ? [use?.element, use?.scope] : [element.parent, scope]
    if (outer === undefined || outer === element) return variablesOf(own, NO_VARIABLES, this.#budget)
    const known = around === undefined ? this.#inside.get(outer) : undefined
    const outerDepth = use === undefined ? depth : depth - 1
    const inherited = known ?? this.#variables(outer, this.#winning(outer, around) ?? NOTHING, around, outerDepth)
    if (around === undefined) this.#inside.set(outer, inherited)
    return variablesOf(own, inherited, this.#budget)
  }

  /** The declarations of matching rules and of the `style` attribute, in ascending order of precedence. */
  #winners(element: SvgElement, scope: SvgElement | undefined, inline: string | undefined): Declaration[] {
    const rules = this.#rules(element, scope)
    const own = inline === undefined ? [] : inlineDeclarations(inline)
    const all = [...rules.flatMap((rule) => rule.declarations), ...own]
    if (!all.some(({ isImportant }) => isImportant)) return all
    // An important declaration of an earlier layer wins over an important declaration of a later layer.
    const reversed = [...rules].sort((a, b) => b.layer - a.layer).flatMap((rule) => rule.declarations)
    return [...all.filter((d) => !d.isImportant), ...[...reversed, ...own].filter((d) => d.isImportant)]
  }

  #rules(element: SvgElement, scope: SvgElement | undefined): StyleRule[] {
    const { byKey, isEmpty } = this.#sheet
    if (isEmpty) return []
    const classes = element.attributes['class']?.split(/\s+/) ?? []
    const keys = ['*', element.name, `#${element.attributes['id'] ?? ''}`, ...classes.map((name) => `.${name}`)]
    const candidates = keys.flatMap((key) => byKey.get(key) ?? [])
    this.#budget.spend(10 * candidates.length + keys.length)
    return candidates
      .filter((rule) => rule.matches(element, scope))
      .sort((a, b) => a.layer - b.layer || a.weight - b.weight)
  }

  /** The parent's value of a property that an element inherits explicitly. */
  #outer({ parent }: SvgElement, scope: SvgElement | undefined, name: Property): string | undefined {
    const value = parent && this.declared(parent, scope)[name]
    if (value !== undefined || name !== 'overflow') return value
    return parent?.parent !== undefined && CLIPPING.has(parent.name) ? 'hidden' : 'visible'
  }

  #replaceKeywords(
    element: SvgElement,
    scope: SvgElement | undefined,
    declared: Partial<Record<Property, string>>,
  ): void {
    for (const name of Object.keys(declared) as Property[]) {
      const value = declared[name]
      if (value === 'inherit' && isInherited(name)) delete declared[name]
      else if (value === 'inherit') replace(declared, name, this.#outer(element, scope, name))
      else if ((value === 'unset' || value === 'revert') && isInherited(name)) delete declared[name]
      else if (value === 'revert' && name === 'overflow') delete declared[name]
      else if (value === 'unset' || value === 'revert' || (value === 'initial' && !isInherited(name)))
        replace(declared, name, initialOf(name))
      else if (value !== undefined && /^light-dark\(/i.test(value)) declared[name] = onLightPage(value)
    }
  }
}

function tooLong(name: string, { length }: string, budget: Budget): PlotdError {
  return new PlotdError(
    'ERR_SVG_LIMIT',
    `the property ${name}${budget.place} has ${length} characters, at most ${MAX_INHERITED} are allowed`,
    { limit: 'property', most: MAX_INHERITED, ...budget.detail },
  )
}

/** Elements that browsers clip to their viewport by default. */
const CLIPPING = new Set(['svg', 'symbol', 'marker', 'pattern', 'image', 'foreignObject'])

function replace(declared: Partial<Record<Property, string>>, name: Property, value: string | undefined): void {
  if (value === undefined) delete declared[name]
  else declared[name] = value
}
