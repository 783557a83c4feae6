import type { Budget } from '../document/budget.ts'
import { isCustom, type Property } from './properties.ts'
import { isValid } from './validity.ts'

/** Values of custom properties by name. */
export type Variables = ReadonlyMap<string, string>

export const NO_VARIABLES: Variables = new Map()

/**
 * Maximum number of characters of a value after substitution. Each variable that names another variable twice doubles
 * the length.
 */
const MAX_CHARACTERS = 20_000
const MAX_DEPTH = 24

type Values = Partial<Record<Property, string>>

const USES_VARIABLE = /\bvar\(/i

/**
 * The custom properties of an element. The element's own properties override the outer ones, and var() in them refers
 * to the variables of this element (CSS Variables 1, section 2.2).
 */
export function variablesOf(declared: Readonly<Values>, outer: Variables, budget: Budget): Variables {
  let values: Map<string, string> | undefined
  for (const name in declared) {
    if (!isCustom(name)) continue
    if (values === undefined) budget.spend(25 * outer.size)
    values ??= new Map(outer)
    const value = declared[name] ?? ''
    if (value === 'initial') values.delete(name)
    else if (value !== 'inherit' && value !== 'unset' && value !== 'revert') values.set(name, value)
  }
  if (values === undefined) return outer
  for (const name in declared) {
    const value = isCustom(name) ? values.get(name) : undefined
    if (value === undefined || !USES_VARIABLE.test(value)) continue
    const replacement = replaceVariables(value, values, budget, [name])
    budget.spend(2 * (replacement?.length ?? 0)) // each element keeps its text
    if (replacement === undefined) values.delete(name)
    else values.set(name, replacement)
  }
  return values
}

/**
 * Substitutes var() in place (CSS Variables 1, section 3). A property gets the value `unset` when the result is invalid
 * or too long, or when a variable without a fallback is missing.
 */
export function substitute(declared: Values, variables: Variables, budget: Budget): void {
  for (const name of Object.keys(declared) as Property[]) {
    const value = declared[name] ?? ''
    if (isCustom(name) || !USES_VARIABLE.test(value)) continue
    const replacement = replaceVariables(value, variables, budget, [])
    const isKept = replacement !== undefined && isValid(name, replacement.trim(), 'sheet')
    declared[name] = isKept ? replacement.trim() : 'unset'
  }
}

/**
 * @param around  the names of the variables around `text`, and an empty name for each fallback
 * @returns undefined also for a variable that refers to itself
 */
function replaceVariables(
  text: string,
  variables: Variables,
  budget: Budget,
  around: readonly string[],
): string | undefined {
  let whole = ''
  for (let rest = text; ; ) {
    budget.spend(20 + rest.length / 4)
    if (around.length > MAX_DEPTH || whole.length + rest.length > MAX_CHARACTERS) return undefined
    const start = rest.search(USES_VARIABLE)
    if (start < 0) return whole + rest
    const end = closingBracket(rest, start + 3)
    if (end === undefined) return undefined
    const [, name = '', fallback] = /^\s*(--[^\s,)]+)\s*(?:,(.*))?$/s.exec(rest.slice(start + 4, end)) ?? []
    if (around.includes(name)) return undefined
    const value = variables.get(name)
    const own = value === undefined ? undefined : replaceVariables(value, variables, budget, [...around, name])
    const replacement =
      own ?? (fallback === undefined ? undefined : replaceVariables(fallback, variables, budget, [...around, '']))
    if (replacement === undefined) return undefined
    whole += rest.slice(0, start) + replacement.trim()
    rest = rest.slice(end + 1)
  }
}

/** The index of the bracket that closes the bracket at `open`. */
function closingBracket(text: string, open: number): number | undefined {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ')' && --depth === 0) return i
  }
  return undefined
}
