import type { IncomingMessage } from 'node:http'
import { PlotdError } from '../../src/errors.ts'
import { overTrusted, type Way } from './agent.ts'
import type { Address, HttpAnswer, HttpRequest, Send } from './wire.ts'

/** Sends by node:http, which can use a socket file, and loads quickly. */
export function sendNode(address: Address): Send {
  return (request) => overTrusted(address, (way) => sent(address, request, way))
}

async function sent(address: Address, options: HttpRequest, { url, agent }: Way): Promise<HttpAnswer> {
  const { method, path, type, body, signal } = options
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http')
  const headers = {
    authorization: `Bearer ${address.token}`,
    connection: 'close',
    ...(type === undefined ? {} : { 'content-type': type }),
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url + path,
      { method, headers, agent: agent ?? false, ...(signal && { signal }) },
      (response) => {
        bytesOf(response).then((bytes) => resolve({ status: response.statusCode ?? 0, body: bytes }), away)
      },
    )
    const away = (cause: NodeJS.ErrnoException) => {
      const message = `no daemon answers at ${address.url} (${cause.code ?? cause.message})`
      reject(new PlotdError('ERR_DAEMON_AWAY', message, { url: address.url }, cause))
    }
    outgoing.on('error', away)
    outgoing.end(body)
  })
}

async function bytesOf(response: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  // A Buffer's `slice` does not copy, although that of a Uint8Array does.
  return new Uint8Array(Buffer.concat(chunks))
}
