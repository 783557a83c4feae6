import { PlotdError } from '../../src/errors.ts'
import { errorOf } from './rpc.ts'
import type { Address } from './wire.ts'

/** Uploads and outputs: plain HTTP with the token in a header. */
export class Files {
  readonly #address: Address

  constructor(address: Address) {
    this.#address = address
  }

  async upload(bytes: Uint8Array<ArrayBuffer> | string): Promise<{ sha256: string; bytes: number }> {
    const response = await this.#fetch('/uploads', {
      method: 'PUT',
      body: bytes,
      headers: { 'content-type': 'application/octet-stream' },
    })
    return (await response.json()) as { sha256: string; bytes: number }
  }

  async output(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#fetch(`/output/${path.split('/').map(encodeURIComponent).join('/')}`, {})
    return new Uint8Array(await response.arrayBuffer())
  }

  async plan(id: string): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#fetch(`/plan/${encodeURIComponent(id)}`, {})
    return new Uint8Array(await response.arrayBuffer())
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const { url, token } = this.#address
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${token}`)
    const response = await fetch(url + path, { ...init, headers }).catch((cause: unknown) => {
      throw new PlotdError('ERR_DAEMON_AWAY', `no daemon answers at ${url}`, { url }, cause)
    })
    if (response.ok) return response
    const body = (await response.json().catch(() => ({}))) as { error?: Parameters<typeof errorOf>[0] }
    throw errorOf(body.error ?? { code: 0, message: `HTTP ${response.status}` })
  }
}
