import { isSliceOver, nextSlice } from '../../slices.ts'

/**
 * A result as JSON in UTF-8. Another thread encoded the result, or this thread encoded it in pieces. Encoding 14 MB in
 * one turn of the main thread would block the event loop for 45 ms (docs/decisions.md).
 */
export class Encoded {
  /** The JSON is these pieces, one after the other. */
  readonly pieces: readonly Uint8Array[]

  constructor(pieces: readonly Uint8Array[]) {
    this.pieces = pieces
  }

  /** Bytes of the JSON. */
  get length(): number {
    return this.pieces.reduce((sum, { length }) => sum + length, 0)
  }
}

/** Maximum number of entries of a list that one step writes. */
const ENTRIES = 50
/** A piece ends as soon as it has more characters than this. */
const PIECE = 65_536

/**
 * Writes a result with long lists as JSON, in slices.
 *
 * @param most  limit in characters: beyond the limit the writing stops, and the pieces are then not valid JSON
 */
export async function inPieces(result: unknown, most: number): Promise<Encoded> {
  const pieces: Buffer[] = []
  let piece = ''
  let chars = 0
  for (const text of texts(result)) {
    if (isSliceOver()) await nextSlice()
    piece += text
    chars += text.length
    if (chars > most) break
    if (piece.length > PIECE) {
      pieces.push(Buffer.from(piece))
      piece = ''
    }
  }
  // The caller joins the pieces in one turn of the event loop. Many bytes need a turn of their own.
  if (chars > PIECE) await nextSlice()
  return new Encoded([...pieces, Buffer.from(piece)])
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Whether a value, or a member of it up to two levels deep, is a list of more than 50 entries. */
export function hasLongList(value: unknown, depth = 2): boolean {
  if (Array.isArray(value)) return value.length > ENTRIES
  if (depth === 0 || !isRecord(value)) return false
  for (const key in value) if (hasLongList(value[key], depth - 1)) return true
  return false
}

/** The JSON of a value, divided at members and after each 50 entries of a long list. Each part may still be long. */
function* texts(value: unknown): Generator<string> {
  if (!hasLongList(value)) yield JSON.stringify(value) ?? 'null'
  else if (Array.isArray(value)) {
    for (let from = 0; from < value.length; from += ENTRIES) {
      const entries = JSON.stringify(value.slice(from, from + ENTRIES))
      yield `${from === 0 ? '[' : ','}${entries.slice(1, -1)}`
    }
    yield ']'
  } else {
    const members = Object.entries(value as object).filter(([, member]) => member !== undefined)
    for (const [i, [key, inner]] of members.entries()) {
      yield `${i === 0 ? '{' : ','}${JSON.stringify(key)}:`
      yield* texts(inner)
    }
    yield '}'
  }
}

/** An answer, whose `result` may be `Encoded`, as JSON. */
export function asJson(answer: unknown): Buffer {
  if (!isEncoded(answer)) return Buffer.from(JSON.stringify(answer))
  const { result, ...rest } = answer
  const head = `${JSON.stringify(rest).slice(0, -1)},"result":`
  return Buffer.concat([Buffer.from(head), ...result.pieces, Buffer.from('}')])
}

/** The answer to a JSON-RPC batch: a JSON list of the answers to its calls. */
export function asJsonList(answers: readonly Buffer[]): Buffer {
  const parts = answers.flatMap((answer, i) => [Buffer.from(i === 0 ? '[' : ','), answer])
  return Buffer.concat([...parts, Buffer.from(']')])
}

const isEncoded = (answer: unknown): answer is { readonly result: Encoded } =>
  typeof answer === 'object' && answer !== null && 'result' in answer && answer.result instanceof Encoded
