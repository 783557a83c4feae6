import type { IncomingMessage } from 'node:http'
import { overTrustedRoute, type Route } from './agent.ts'
import { noAnswer } from './no-answer.ts'
import type { Address, HttpAnswer, HttpRequest, Send } from './wire.ts'

/**
 * After this time without traffic, ms, the operating system checks whether the connection is alive. Without this check,
 * a request to a computer that has vanished would wait for ever.
 */
const QUIET_MS = 20_000

/** Sends by node:http or node:https. Unlike `fetch`, node:http can use a socket file. */
export function sendNode(address: Address): Send {
  return (request) => overTrustedRoute(address, (route) => sendOver(route, address, request))
}

async function sendOver({ url, agent }: Route, address: Address, options: HttpRequest): Promise<HttpAnswer> {
  const { method, path, type, body, signal, silentMs } = options
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
        bytesOf(response).then((bytes) => resolve({ status: response.statusCode ?? 0, body: bytes }), fail)
      },
    )
    const fail = (cause: NodeJS.ErrnoException) => reject(noAnswer(address.url, cause.code ?? cause.message, cause))
    outgoing.on('error', fail)
    outgoing.setSocketKeepAlive(true, QUIET_MS)
    if (silentMs !== undefined) {
      const late = () => new Error(`it sent nothing for ${silentMs / 1000} s`)
      outgoing.setTimeout(silentMs, () => outgoing.destroy(late()))
    }
    outgoing.end(body)
  })
}

async function bytesOf(response: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  // A Buffer's `slice` does not copy. Callers expect the `slice` of a Uint8Array, which copies.
  return new Uint8Array(Buffer.concat(chunks))
}
