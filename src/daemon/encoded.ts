/**
 * JSON that a thread has written: of a drawing with a million vertices, writing it and holding it as text would keep the
 * loop from everybody else for longer than it may stand.
 */
export class Encoded {
  readonly json: Uint8Array

  constructor(json: Uint8Array) {
    this.json = json
  }
}

/** What goes on the wire for an answer, or the array of a batch's. */
export function asJson(answer: unknown): string | Buffer {
  if (Array.isArray(answer) && answer.some(isEncoded)) {
    const parts = answer.flatMap((each, i) => [Buffer.from(i === 0 ? '[' : ','), Buffer.from(asJson(each))])
    return Buffer.concat([...parts, Buffer.from(']')])
  }
  if (!isEncoded(answer)) return JSON.stringify(answer)
  const { result, ...rest } = answer
  return Buffer.concat([Buffer.from(`${JSON.stringify(rest).slice(0, -1)},"result":`), result.json, Buffer.from('}')])
}

const isEncoded = (answer: unknown): answer is { readonly result: Encoded } =>
  typeof answer === 'object' && answer !== null && 'result' in answer && answer.result instanceof Encoded
