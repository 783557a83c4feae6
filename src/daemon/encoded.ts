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
  return Buffer.concat([Buffer.from(`${JSON.stringify(rest).slice(0, -1)},"result":`), result.json, Buffer.from('}')])
}

const isEncoded = (answer: unknown): answer is { readonly result: Encoded } =>
  typeof answer === 'object' && answer !== null && 'result' in answer && answer.result instanceof Encoded
