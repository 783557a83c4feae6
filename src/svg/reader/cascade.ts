import { isInherited, isPresentation, isValid, type Property } from './properties.ts'
import { type Declaration, inlineDeclarations, type StyleRule, type Stylesheet } from './stylesheet.ts'
import type { SvgElement } from './tree.ts'

/** What an element declares, once the cascade has chosen. */
export type Declared = Readonly<Partial<Record<Property, string>>>

const NOTHING: Declared = {}

/**
 * Which declarations win on each element: presentation attributes, then rules by specificity and place, then `style`,
 * then whatever is `!important` (CSS Cascade 4, section 6). Kept, because `use` visits elements again and again.
 */
export class Cascade {
  readonly #sheet: Stylesheet
  readonly #kept = new WeakMap<SvgElement, Declared>()

  constructor(sheet: Stylesheet) {
    this.#sheet = sheet
  }

  /** `inherit` of a property that would not inherit is already replaced by the parent's value. */
  declared(element: SvgElement): Declared {
    const kept = this.#kept.get(element)
    if (kept !== undefined) return kept
    const found = this.#resolved(element)
    this.#kept.set(element, found)
    return found
  }

  #resolved(element: SvgElement): Declared {
    let declared: Partial<Record<Property, string>> | undefined
    const set = (name: Property, value: string): void => {
      declared ??= {}
      declared[name] = value
    }
    const { attributes } = element
    for (const name in attributes) {
      if (!isPresentation(name)) continue
      const value = (attributes[name] ?? '').trim()
      if (isValid(name, value, 'attribute')) set(name, value)
    }
    const inline = attributes['style']
    if (!this.#sheet.isEmpty || inline !== undefined) {
      for (const { name, value } of this.#winners(element, inline)) set(name, value)
    }
    if (declared === undefined) return NOTHING
    this.#replaceKeywords(element, declared)
    return declared
  }

  /** In the order in which later ones win. */
  #winners(element: SvgElement, inline: string | undefined): Declaration[] {
    const sheet = this.#rules(element).flatMap((rule) => rule.declarations)
    const own = inline === undefined ? [] : inlineDeclarations(inline)
    const all = [...sheet, ...own]
    return all.some(({ important }) => important)
      ? [...all.filter((d) => !d.important), ...all.filter((d) => d.important)]
      : all
  }

  #rules(element: SvgElement): StyleRule[] {
    const { byKey, isEmpty } = this.#sheet
    if (isEmpty) return []
    const classes = element.attributes['class']?.split(/\s+/) ?? []
    const keys = ['*', element.name, `#${element.attributes['id'] ?? ''}`, ...classes.map((name) => `.${name}`)]
    return keys
      .flatMap((key) => byKey.get(key) ?? [])
      .filter((rule) => rule.matches(element))
      .sort((a, b) => a.weight - b.weight)
  }

  #replaceKeywords(element: SvgElement, declared: Partial<Record<Property, string>>): void {
    for (const name of Object.keys(declared) as Property[]) {
      const value = declared[name]
      if (value === 'inherit' && isInherited(name)) delete declared[name]
      else if (value === 'inherit') replace(declared, name, element.parent && this.declared(element.parent)[name])
      else if (value === 'unset' && isInherited(name)) delete declared[name]
      else if (value === 'unset' || (value === 'initial' && !isInherited(name))) delete declared[name]
    }
  }
}

function replace(declared: Partial<Record<Property, string>>, name: Property, value: string | undefined): void {
  if (value === undefined) delete declared[name]
  else declared[name] = value
}
