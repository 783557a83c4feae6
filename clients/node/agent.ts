import { randomBytes } from 'node:crypto'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { digestOf, type Endpoint, proofOf, tokenId } from '../../src/daemon/protocol/hello.ts'
import { isPrivateSocket } from '../../src/daemon/protocol/private-files.ts'
import { messageOf, PlotdError, toPlotdError } from '../../src/errors.ts'
import { noAnswer } from './no-answer.ts'
import { errorIn } from './rpc.ts'
import type { Address } from './wire.ts'

const HELLO_TIMEOUT_MS = 10_000
/** Maximum number of characters of an answer to `/hello`. */
const LONGEST_HELLO = 4096
/** The address of a request through a socket file. The daemon does not check the host name of such a request. */
const SOCKET_URL = 'http://localhost'

/** The error codes of a connection to a socket file without a listener, or to a socket file of another user. */
const NO_LISTENER: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EACCES', 'EPERM'])

/** The target of a request, and the agent that sends it. Without an agent the request opens its own connection. */
export interface Route {
  readonly url: string
  readonly agent?: Agent
}

/**
 * Makes a request over a connection on which the token is safe: through the socket file if a daemon listens there, else
 * over TCP. Over TCP without TLS the daemon proves itself first when `verify` is set.
 *
 * @throws PlotdError ERR_STATE_UNSAFE, ERR_DAEMON_AWAY, ERR_UNAUTHORIZED; the errors of `request`
 */
export async function overTrustedRoute<T>(address: Address, request: (route: Route) => Promise<T>): Promise<T> {
  const { socket, url, verify = false } = address
  if (socket !== undefined && (await isPrivateSocket(socket))) {
    try {
      return await request({ url: SOCKET_URL, agent: socketAgent(socket) })
    } catch (thrown) {
      const { cause } = toPlotdError(thrown)
      if (!NO_LISTENER.has((cause as NodeJS.ErrnoException | undefined)?.code)) throw thrown
    }
  }
  // With TLS the certificate proves which daemon answers.
  if (!verify || url.startsWith('https:')) return request({ url })
  const agent = new SingleConnection()
  try {
    await greet(address, agent)
    return await request({ url, agent })
  } finally {
    agent.destroyUnused()
  }
}

function socketAgent(path: string): Agent {
  const agent = new Agent()
  agent.createConnection = () => connect(path)
  return agent
}

/**
 * An agent with one TCP connection. The agent opens no second connection, because the daemon proves itself only on the
 * first.
 */
class SingleConnection extends Agent {
  #isOpened = false

  constructor() {
    super({ keepAlive: true, maxSockets: 1 })
    const open = this.createConnection.bind(this)
    this.createConnection = (options, done) => {
      if (!this.#isOpened) {
        this.#isOpened = true
        return open(options, done)
      }
      done?.(new Error('the connection on which the daemon proved itself was closed'), undefined as never)
      return undefined
    }
  }

  /** Closes the connection if no request and no WebSocket uses it. */
  destroyUnused(): void {
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
  }
}

/**
 * Lets the daemon prove that it knows the token.
 *
 * @throws PlotdError ERR_DAEMON_AWAY when nothing answers, or when a program other than the daemon answers;
 *   ERR_UNAUTHORIZED when the daemon has no such token
 */
async function greet({ url, token }: Address, agent: Agent): Promise<void> {
  const nonce = randomBytes(24).toString('base64url')
  const digest = digestOf(token)
  const { text, daemon } = await hello(`${url}/hello?nonce=${nonce}&token=${tokenId(digest)}`, agent, url)
  const answer = parseHello(text)
  if (answer.proof === proofOf(digest, nonce, daemon)) return
  const error = errorIn(answer)
  if (error?.code === 'ERR_UNAUTHORIZED') throw error
  const message = `a program other than the daemon of this token answers at ${url}; the token was not sent`
  throw new PlotdError('ERR_DAEMON_AWAY', message, { url })
}

function parseHello(text: string): { readonly proof?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { readonly proof?: unknown }
  } catch {
    return {}
  }
}

/** The text of the daemon's answer, and the address and port from which the answer came. */
function hello(address: string, agent: Agent, url: string): Promise<{ text: string; daemon: Endpoint }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      clearTimeout(timer)
      request.destroy()
      reject(noAnswer(url, messageOf(cause), cause))
    }
    const request = get(address, { agent }, (response) => {
      const { remoteAddress, remotePort } = response.socket
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > LONGEST_HELLO) fail(new Error('a program other than plotd answers'))
      })
      response.on('error', fail)
      response.on('end', () => {
        clearTimeout(timer)
        resolve({ text, daemon: { address: remoteAddress, port: remotePort } })
      })
    })
    const timer = setTimeout(() => fail(new Error(`no answer within ${HELLO_TIMEOUT_MS / 1000} s`)), HELLO_TIMEOUT_MS)
    request.on('error', fail)
  })
}
