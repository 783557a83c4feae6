import type { FeedEntry } from '../methods/handlers.ts'
import type { Topic } from '../protocol/index.ts'

const TEXT = 0x81

/** What an unmasked WebSocket text frame in one piece begins with (RFC 6455, 5.2), a character each byte. */
export function frameHead(length: number): string {
  if (length < 126) return String.fromCharCode(TEXT, length)
  const last = length & 0xff
  if (length < 65_536) return String.fromCharCode(TEXT, 126, length >> 8, last)
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(length))
  return String.fromCharCode(TEXT, 127, ...bytes)
}

/** An unmasked WebSocket text frame, as a server sends it. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const head = frameHead(length)
  const frame = Buffer.allocUnsafe(head.length + length)
  frame.write(head, 'latin1')
  frame.write(text, head.length)
  return frame
}

/** At most this many entries go into one write, so that the bound on what a client leaves unread is looked at between. */
const PIECE = 64

export interface Piece {
  readonly frames: Buffer
  /** The last entry in it, or passed over. */
  readonly seq: number
}

/** The frames of entries, made once for everybody who stands at the same place and follows the same topics. */
export class Frames {
  readonly #entry: (seq: number) => FeedEntry | undefined
  readonly #made = new Map<string, Piece>()

  constructor(entry: (seq: number) => FeedEntry | undefined) {
    this.#entry = entry
  }

  /** What comes after `since` up to `head`, or a first piece of it; undefined when it is no longer kept. */
  after(since: number, head: number, topics: ReadonlySet<Topic>): Piece | undefined {
    const key = `${since} ${[...topics].join()}`
    const known = this.#made.get(key)
    if (known) return known
    const seq = Math.min(head, since + PIECE)
    const frames: Buffer[] = []
    for (let at = since + 1; at <= seq; at++) {
      const entry = this.#entry(at)
      if (entry === undefined) return undefined
      if (topics.has(entry.topic)) frames.push(textFrame(entry.text))
    }
    const piece = { frames: Buffer.concat(frames), seq }
    this.#made.set(key, piece)
    return piece
  }

  /** There are newer entries. */
  forget(): void {
    // Clearing an empty one would make a new table of it, for each event.
    if (this.#made.size > 0) this.#made.clear()
  }
}
