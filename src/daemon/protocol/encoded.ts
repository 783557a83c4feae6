/**
 * JSON that a thread has written, as UTF-8. To write 14 MB of it on the main thread would block the event loop for longer
 * than 20 ms (docs/decisions.md).
 */
export class Encoded {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** An answer as JSON. Its `result` may be `Encoded`. */
export function asJson(answer: unknown): string | Buffer {
  if (!isEncoded(answer)) return JSON.stringify(answer)
  const { result, ...rest } = answer
  const head = `${JSON.stringify(rest).slice(0, -1)},"result":`
  return Buffer.concat([Buffer.from(head), result.bytes, Buffer.from('}')])
}

/** The answer to a batch: a JSON list of the answers to its calls. */
export function asJsonList(answers: readonly (string | Buffer)[]): string | Buffer {
  if (answers.every((each) => typeof each === 'string')) return `[${answers.join(',')}]`
  const parts = answers.flatMap((each, i) => [Buffer.from(i === 0 ? '[' : ','), Buffer.from(each)])
  return Buffer.concat([...parts, Buffer.from(']')])
}

const isEncoded = (answer: unknown): answer is { readonly result: Encoded } =>
  typeof answer === 'object' && answer !== null && 'result' in answer && answer.result instanceof Encoded
