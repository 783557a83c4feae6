/** Bytes that are left free before the JSON for what an answer begins with, and after it for its end. */
const [HEAD_ROOM, TAIL_ROOM] = [256, 1]

/** A value as JSON, with room for the answer around it. Written by a thread, and moved to the one that listens. */
export function encodeRoomy(value: unknown): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(value)
  const room = new Uint8Array(HEAD_ROOM + Buffer.byteLength(text) + TAIL_ROOM)
  new TextEncoder().encodeInto(text, room.subarray(HEAD_ROOM))
  return room
}

/**
 * JSON that a thread has written: of a drawing with a million vertices, writing it, holding it as text, and even copying
 * it, would keep the loop from everybody else for longer than it may stand.
 */
export class Encoded {
  readonly #room: Uint8Array<ArrayBuffer>

  /** @param room  as `encodeRoomy` leaves it; what is answered with it is written into it */
  constructor(room: Uint8Array<ArrayBuffer>) {
    this.#room = room
  }

  /** The JSON between two texts. */
  within(head: string, tail: string): Buffer {
    const { buffer, byteOffset, length } = this.#room
    const whole = Buffer.from(buffer, byteOffset, length)
    const [before, after] = [Buffer.from(head), Buffer.from(tail)]
    if (before.length > HEAD_ROOM || after.length > TAIL_ROOM) {
      return Buffer.concat([before, whole.subarray(HEAD_ROOM, -TAIL_ROOM), after])
    }
    const from = HEAD_ROOM - before.length
    before.copy(whole, from)
    after.copy(whole, length - TAIL_ROOM)
    return whole.subarray(from, length - TAIL_ROOM + after.length)
  }
}

/** What goes on the wire for a batch, made of what goes for each of its answers. */
export function asJsonList(answers: readonly (string | Buffer)[]): string | Buffer {
  if (answers.every((each) => typeof each === 'string')) return `[${answers.join(',')}]`
  const parts = answers.flatMap((each, i) => [Buffer.from(i === 0 ? '[' : ','), Buffer.from(each)])
  return Buffer.concat([...parts, Buffer.from(']')])
}

/** What goes on the wire for an answer. */
export function asJson(answer: unknown): string | Buffer {
  if (!isEncoded(answer)) return JSON.stringify(answer)
  const { result, ...rest } = answer
  return result.within(`${JSON.stringify(rest).slice(0, -1)},"result":`, '}')
}

const isEncoded = (answer: unknown): answer is { readonly result: Encoded } =>
  typeof answer === 'object' && answer !== null && 'result' in answer && answer.result instanceof Encoded
