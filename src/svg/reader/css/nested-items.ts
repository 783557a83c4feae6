/** A part of a block: a rule, an at-rule, or declarations. */
export interface NestedItem {
  readonly is: 'declarations' | 'rule' | 'at-rule'
  readonly text: string
}

/** Parts of CSS that may hold brackets, commas and semicolons without a meaning: strings, comments, escapes. */
const OPAQUE = /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\/\*.*?(?:\*\/|$)|\\./sy

/**
 * Divides the text of a block into its parts, in order. The CSS parser does not divide the text: it leaves a nested
 * rule that begins with a name or a class as raw text.
 */
export function nestedItems(text: string): NestedItem[] {
  const items: NestedItem[] = []
  let start = 0
  const add = (end: number, hasBlock: boolean): void => {
    const item = text.slice(start, end).trim()
    start = end
    if (item === '' || item === ';') return
    const before = items.at(-1)
    if (item.startsWith('@')) items.push({ is: 'at-rule', text: item })
    else if (hasBlock) items.push({ is: 'rule', text: item })
    else if (before?.is === 'declarations') items[items.length - 1] = { ...before, text: before.text + item }
    else items.push({ is: 'declarations', text: item })
  }
  let hasBlock = false
  scan(text, (char, i, depth) => {
    if (char === '{' && depth === 0) hasBlock = !/^\s*--[\w-]*\s*:/.test(text.slice(start, i))
    else if ((char === '}' && depth === 0 && hasBlock) || (char === ';' && depth === 0)) {
      add(i + 1, hasBlock)
      hasBlock = false
    }
  })
  add(text.length, hasBlock)
  return items
}

/** Divides a list of selectors at the commas outside of brackets and strings. */
export function splitSelectors(text: string): string[] {
  const parts: string[] = []
  let start = 0
  scan(text, (char, i, depth) => {
    if (char !== ',' || depth !== 0) return
    parts.push(text.slice(start, i))
    start = i + 1
  })
  return [...parts, text.slice(start)]
}

/** Replaces each `&` of a selector by a text. An `&` in a string stays. */
export function replaceParent(selector: string, text: string): string {
  let replaced = ''
  let start = 0
  scan(selector, (char, i) => {
    if (char !== '&') return
    replaced += selector.slice(start, i) + text
    start = i + 1
  })
  return replaced + selector.slice(start)
}

/** Puts `&` before a nested selector without `&`, because such a selector matches descendants of the parent. */
export const withParent = (selector: string): string =>
  replaceParent(selector, '') === selector ? `& ${selector.trim()}` : selector

/** Visits the characters outside of strings, comments and escapes, with the depth of the brackets around them. */
function scan(text: string, visit: (char: string, index: number, depth: number) => void): void {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    OPAQUE.lastIndex = i
    const length = OPAQUE.exec(text)?.[0].length ?? 0
    if (length > 0) {
      i += length - 1
      continue
    }
    const char = text.charAt(i)
    if (/[)\]}]/.test(char)) depth = Math.max(0, depth - 1)
    visit(char, i, depth)
    if (/[([{]/.test(char)) depth++
  }
}
