import { PlotdError } from '../../src/errors.ts'
import { errorInText } from './rpc.ts'
import type { HttpAnswer, HttpRequest, Send } from './wire.ts'

/** Uploads, outputs and plans. Each travels by an HTTP request of its own, not as a JSON-RPC call. */
export class Files {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  async upload(body: Uint8Array<ArrayBuffer> | string): Promise<{ sha256: string; bytes: number }> {
    const answer = await this.#request({ method: 'PUT', path: '/uploads', type: 'application/octet-stream', body })
    return JSON.parse(textOf(answer)) as { sha256: string; bytes: number }
  }

  async output(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const encoded = path.split('/').map(encodeURIComponent).join('/')
    return (await this.#request({ method: 'GET', path: `/output/${encoded}` })).body
  }

  async plan(id: string): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#request({ method: 'GET', path: `/plan/${encodeURIComponent(id)}` })).body
  }

  async #request(request: HttpRequest): Promise<HttpAnswer> {
    const answer = await this.#send(request)
    if (answer.status < 300) return answer
    throw errorInText(textOf(answer)) ?? new PlotdError('ERR_PROTOCOL', `HTTP ${answer.status}`)
  }
}

const textOf = ({ body }: HttpAnswer): string => new TextDecoder().decode(body)
