/** A reference to another object of the file, by its number. */
export class Reference {
  readonly to: number

  constructor(to: number) {
    this.to = to
  }
}

/**
 * A value of a PDF: a dictionary by its keys, an array, a reference, or the text of any other value. Names begin with
 * '/'. For a text in parentheses the value is only '(', because plotd drops the content.
 */
export type RawValue = RawDictionary | readonly RawValue[] | Reference | string
export type RawDictionary = ReadonlyMap<string, RawValue>

export const isRawDictionary = (value: RawValue | undefined): value is RawDictionary => value instanceof Map

const TOKEN = /<<|>>|[[\](){}]|\/[^\s<>[\](){}/%]*|<[^<>]*>|%[^\r\n]*|[^\s<>[\](){}/%]+|[<>]/g
/** Limit on the nesting of values. */
const DEEPEST = 100

/** Reads the value that a text begins with; undefined when there is none, or it is nested too deep. */
export function rawValue(text: string): RawValue | undefined {
  const token = new RegExp(TOKEN)
  const stack: { readonly closes: string; readonly items: RawValue[] }[] = [{ closes: '', items: [] }]
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [word] = match
    const top = stack.at(-1)
    if (top === undefined || stack.length > DEEPEST) return undefined
    if (word === '<<') stack.push({ closes: '>>', items: [] })
    else if (word === '[') stack.push({ closes: ']', items: [] })
    else if (word === '(') {
      top.items.push(word)
      token.lastIndex = endOfText(text, token.lastIndex)
    } else if (word === top.closes) {
      stack.pop()
      stack.at(-1)?.items.push(word === ']' ? top.items : dictionary(top.items))
    } else if (word === 'R' && top.items.length >= 2) {
      const [number] = top.items.splice(-2)
      top.items.push(new Reference(Number(number)))
    } else if (!word.startsWith('%')) top.items.push(word.startsWith('/') ? rawName(word) : word)
    if (stack.length === 1 && stack[0]?.items[0] instanceof Map) break
  }
  return stack[0]?.items[0]
}

/** Decodes a name, in which '#' and two hex digits may replace a character. */
export const rawName = (word: string): string =>
  word.replace(/#([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

/** The end of a text in parentheses. The text may contain nested parentheses and escaped characters. */
function endOfText(text: string, from: number): number {
  let open = 1
  for (let offset = from; offset < text.length; offset++) {
    const character = text[offset]
    if (character === '\\') offset++
    else if (character === '(') open++
    else if (character === ')' && --open === 0) return offset + 1
  }
  return text.length
}

function dictionary(items: readonly RawValue[]): RawDictionary {
  const entries = new Map<string, RawValue>()
  for (let i = 0; i < items.length; i++) {
    const key = items[i]
    const value = items[i + 1]
    if (typeof key !== 'string' || !key.startsWith('/') || value === undefined) continue
    entries.set(key, value)
    i++
  }
  return entries
}
