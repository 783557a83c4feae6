import type { FeedEntry } from './handlers.ts'
import type { Topic } from './protocol/index.ts'

const TEXT = 0x81

/** An unmasked WebSocket text frame in one piece, as a server sends it (RFC 6455, 5.2). */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(head + length)
  frame[0] = TEXT
  if (head === 2) frame[1] = length
  else if (head === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, head)
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
    this.#made.clear()
  }
}
