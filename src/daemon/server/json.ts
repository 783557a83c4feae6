import { PlotdError } from '../../errors.ts'

/**
 * JSON from a stranger. Nesting is measured before it is parsed: what recurses over the value later (validation,
 * printing) must not meet a depth that the stack cannot bear.
 *
 * @throws PlotdError ERR_PROTOCOL, ERR_LIMIT
 */
export function parseJson(text: string, maxDepth: number): unknown {
  if (!opensFew(text, maxDepth) && depthExceeds(text, maxDepth)) {
    throw new PlotdError('ERR_LIMIT', `the message nests deeper than ${maxDepth} levels`, { limit: 'depth', maxDepth })
  }
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new PlotdError('ERR_PROTOCOL', `the message is not JSON: ${why}`, {}, cause)
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** '[' and ']' differ from '{' and '}' by this bit. */
const CURLY = 0x20
const OPEN = 0x7b
const CLOSE = 0x7d

/** Whether there are at most so many brackets that open, be they in strings: seen at a glance, of most messages. */
function opensFew(text: string, most: number): boolean {
  let left = most
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) if (--left < 0) return false
  }
  return true
}

function depthExceeds(text: string, most: number): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = endOfString(text, i)
    else if ((code | CURLY) === OPEN) {
      if (++depth > most) return true
    } else if ((code | CURLY) === CLOSE) depth--
  }
  return false
}

/** Index of the closing quote of the string that opens at `from`; strings may be megabytes, so by indexOf. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1)
  while (end !== -1) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
  return text.length
}
