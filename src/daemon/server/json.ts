import { messageOf, PlotdError } from '../../errors.ts'
import { isSliceOver, nextSlice } from '../../slices.ts'

/** The limits of a JSON text. */
export interface JsonLimits {
  /** Maximum number of levels of nested arrays and objects. */
  readonly depth: number
  /**
   * Maximum number of entries of one list. An object may have a tenth as many members, because each member costs more.
   */
  readonly entries: number
  /**
   * Maximum number of array elements and object members in the whole text. Each empty array or object counts as one
   * more.
   */
  readonly values: number
}

/** Maximum number of characters of a text that is parsed without a pause. */
const AT_ONCE = 65_536
/** Characters of a piece of a longer text. A usual piece takes 0.25 ms, the worst (nested empty arrays) 2 ms. */
const PIECE = 16_384

/**
 * Parses JSON from a client. Parses a large text piece by piece, with other work between the pieces. Before this
 * function creates the values of a piece, it counts these values and checks the limits.
 *
 * @returns the value of a short text, or a promise for the value of a long text
 * @throws PlotdError ERR_PROTOCOL, ERR_LIMIT
 */
export function parseJson(text: string, limits: JsonLimits): unknown {
  // A member takes at least four characters, so entries / 3 characters hold fewer than entries / 10 members.
  if (text.length <= Math.min(limits.entries / 3, limits.values) && opensFew(text, limits.depth)) return parseNow(text)
  const reading = read(text, limits)
  if (text.length > AT_ONCE) return paced(reading)
  for (;;) {
    const step = reading.next()
    if (step.done === true) return step.value
  }
}

async function paced(reading: Generator<void, unknown>): Promise<unknown> {
  for (;;) {
    if (isSliceOver()) await nextSlice()
    const step = reading.next()
    if (step.done === true) return step.value
  }
}

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const BLANK = /^[ \t\r\n]*$/

type Container = unknown[] | Record<string, unknown>

/** An array or object whose end the reader has not reached. */
interface Open {
  readonly isList: boolean
  /** Index of the opening bracket. */
  readonly start: number
  /** Index of the first character that is not in `value`. */
  from: number
  /** Index of the first character of the present entry. */
  entry: number
  /** Number of entries up to the present one. */
  entries: number
  /** The entries before `from`; undefined until the first of them are parsed. */
  value: Container | undefined
  /** Whether `value` holds the present entry already. */
  isTaken: boolean
}

/** Yields after each piece. @returns the value */
function* read(text: string, limits: JsonLimits): Generator<void, unknown> {
  const stack: Open[] = []
  let top: Open | undefined
  let root: Open | undefined
  let pause = PIECE
  let values = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = endOfString(text, i)
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (stack.length >= limits.depth) throw tooMuch('depth', limits, 'nests deeper than', 'levels')
      top = openAt(code === OPEN_LIST, i)
      stack.push(top)
      values++
    } else if (code === COMMA && top !== undefined) {
      if (++top.entries > (top.isList ? limits.entries : limits.entries / 10)) throw tooManyEntries(limits)
      if (top.isTaken) leave(text, top, i)
      else if (i - top.from >= PIECE) take(text, top, i)
      top.entry = i + 1
      values++
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      if (top === undefined || top.isList !== (code === CLOSE_LIST)) throw notJson('brackets do not match')
      const closed = top
      stack.pop()
      top = stack.at(-1)
      if (close(text, closed, i)) {
        if (top === undefined) root = closed
        else adopt(text, top, closed, i)
      }
    }
    if (values > limits.values) throw tooMuch('values', limits, 'has more than', 'values')
    if (i < pause) continue
    pause = i + PIECE
    yield
  }
  if (top !== undefined) throw notJson('it ends too soon')
  if (root === undefined) return parseNow(text)
  if (!BLANK.test(text.slice(0, root.start)) || !BLANK.test(text.slice(root.from)))
    throw notJson('there is text before or after the value')
  return root.value
}

const openAt = (isList: boolean, start: number): Open => {
  const from = start + 1
  return { isList, start, from, entry: from, entries: 1, value: undefined, isTaken: false }
}

/** Parses the entries from `open.from` to the comma or bracket at `end`, and adds them to `open.value`. */
function take(text: string, open: Open, end: number): void {
  const inner = text.slice(open.from, end)
  const part = parseNow(open.isList ? `[${inner}]` : `{${inner}}`) as Container
  open.value = join(open.value, part)
  open.from = end + 1
}

/** Passes the comma, or bracket, after an entry that is in `value` already. */
function leave(text: string, open: Open, end: number): void {
  if (!BLANK.test(text.slice(open.from, end))) throw notJson('a comma is missing')
  open.from = end + 1
  open.isTaken = false
}

/**
 * @returns whether the array or object now has a value of its own. A short array or object is parsed with the text of
 *   its parent.
 */
function close(text: string, open: Open, end: number): boolean {
  if (open.value === undefined && end - open.start < PIECE) return false
  if (open.isTaken) leave(text, open, end)
  else {
    if (open.entries > 1 && BLANK.test(text.slice(open.from, end))) throw notJson('nothing follows a comma')
    take(text, open, end)
  }
  return true
}

/** Puts a long child, which ends at `end`, among the entries of its parent. */
function adopt(text: string, parent: Open, child: Open, end: number): void {
  if (parent.entry > parent.from) take(text, parent, parent.entry - 1)
  const before = `${text.slice(parent.entry, child.start)}null`
  const place = parseNow(parent.isList ? `[${before}]` : `{${before}}`) as Container
  for (const key of Object.keys(place)) put(place, key, child.value)
  parent.value = join(parent.value, place)
  parent.from = end + 1
  parent.isTaken = true
}

function join(whole: Container | undefined, part: Container): Container {
  if (whole === undefined) return part
  if (Array.isArray(whole)) for (const item of part as unknown[]) whole.push(item)
  else for (const [key, value] of Object.entries(part)) put(whole, key, value)
  return whole
}

/** Sets a member. As in JSON.parse, `__proto__` is an ordinary name. */
const put = (container: Container, key: string, value: unknown): void =>
  void Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true })

function parseNow(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw notJson(messageOf(cause), cause)
  }
}

const notJson = (why: string, cause?: unknown): PlotdError =>
  new PlotdError('ERR_PROTOCOL', `the message is not JSON: ${why}`, {}, cause)

function tooMuch(limit: keyof JsonLimits, limits: JsonLimits, does: string, what: string): PlotdError {
  return new PlotdError('ERR_LIMIT', `the message ${does} ${limits[limit]} ${what}`, { limit, most: limits[limit] })
}

const tooManyEntries = ({ entries }: JsonLimits): PlotdError => {
  const message = `the message has a list of more than ${entries} entries, or an object of more than ${entries / 10} members`
  return new PlotdError('ERR_LIMIT', message, { limit: 'entries', most: entries })
}

/** Whether the text has at most `most` opening brackets, in strings or not. Most messages pass this quick test. */
function opensFew(text: string, most: number): boolean {
  let remaining = most
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1))
      if (--remaining < 0) return false
  }
  return true
}

/** Index of the closing quote of the string that opens at `from`. `indexOf` is fast in strings of megabytes. */
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
