import type { IncomingMessage } from 'node:http'
import type { PlotdClient } from '../../clients/node/client.ts'
import { discover, type Where } from '../../clients/node/discover.ts'
import { errorOf } from '../../clients/node/rpc.ts'
import type { Address } from '../../clients/node/wire.ts'
import type { MethodName, Params, Result } from '../../src/daemon/protocol/index.ts'
import { stateFolder } from '../../src/daemon/protocol/places.ts'
import { PlotdError } from '../../src/errors.ts'

type RpcError = Parameters<typeof errorOf>[0]

/**
 * The daemon, asked one thing at a time by POST /rpc: a command that asks and leaves need not load WebSocket code.
 * Verbs that stay and watch `connect()`.
 *
 * Errors: ERR_DAEMON_AWAY, and whatever the daemon answers.
 */
export class Daemon {
  readonly state: string
  readonly #where: Where
  #address: Promise<Address> | undefined

  constructor(where: Where) {
    this.state = where.state ?? stateFolder()
    this.#where = { ...where, url: where.url === undefined ? undefined : httpUrl(where.url), state: this.state }
  }

  /** Where it is and what opens its door. */
  get address(): Promise<Address> {
    this.#address ??= discover(this.#where)
    return this.#address
  }

  async call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const { text, status, url } = await this.#post('/rpc', body)
    const { result, error } = parse(text, status, url)
    if (error) throw errorOf(error)
    return result as Result<M>
  }

  /** A connection that stays: events, uploads, outputs. */
  async connect(): Promise<PlotdClient> {
    const { connect } = await import('../../clients/node/connect.ts')
    return connect({ ...(await this.address), reconnect: true })
  }

  async #post(path: string, body: string): Promise<{ text: string; status: number; url: string }> {
    const { url, token } = await this.address
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const secure = url.startsWith('https:')
    const { request } = secure ? await import('node:https') : await import('node:http')
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request(new URL(path, url), { method: 'POST', headers, agent: false }, resolve)
      asked.on('error', (cause: NodeJS.ErrnoException) => {
        reject(
          new PlotdError(
            'ERR_DAEMON_AWAY',
            `Nothing listens at ${url} (${cause.code ?? cause.message})`,
            { url },
            cause,
          ),
        )
      })
      asked.end(body)
    })
    return { text: await textOf(response), status: response.statusCode ?? 0, url }
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response) text += chunk
  return text
}

function parse(text: string, status: number, url: string): { result?: unknown; error?: RpcError } {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new PlotdError('ERR_DAEMON_AWAY', `What answers at ${url} is not plotd (HTTP ${status})`, { url }, cause)
  }
}

/** People write ws:// as the protocol does, or a bare host:port; all mean the same door. */
const httpUrl = (url: string): string =>
  (/^\w+:\/\//.test(url) ? url.replace(/^ws/, 'http') : `http://${url}`).replace(/\/(v1|rpc)?\/?$/, '')
