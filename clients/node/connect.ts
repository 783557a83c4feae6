import { PlotdError, toPlotdError } from '../../src/errors.ts'
import { type ClientOptions, PlotdClient } from './client.ts'
import { dialNode } from './dial-node.ts'
import { discover, masterToken, type Where } from './discover.ts'
import { sendNode } from './send-node.ts'
import type { Address, Dial, Transport } from './wire.ts'

export interface ConnectOptions extends Where, ClientOptions {}

/**
 * Connects to a daemon. Without options, this is the daemon of `$PLOTD_URL`, else the daemon of this user on this
 * machine.
 *
 * @throws PlotdError ERR_DAEMON_AWAY when no daemon answers, ERR_UNAUTHORIZED when the daemon does not know the token,
 *   ERR_FORBIDDEN when the URL's host is no name of the daemon, ERR_STATE_UNSAFE when others can change the state
 *   folder, ERR_FILE when a file of that folder cannot be read, ERR_LIMIT when too many clients are connected
 */
export async function connect({ url, token, socket, state, ...options }: ConnectOptions = {}): Promise<PlotdClient> {
  return connectTo(await discover({ url, token, socket, state }), options)
}

/**
 * Connects to a daemon as `connect` does. Closes the client when the signal aborts. A call that waits for a new
 * connection then fails.
 *
 * @throws PlotdError as `connect` does
 */
export async function connectUntil(signal: AbortSignal, options: ConnectOptions): Promise<PlotdClient> {
  return closedBy(signal, await connect(options))
}

/**
 * Connects to a daemon with the master token of its state folder, for a part of the daemon's own process. The client
 * outlives `plotd token rotate`: after a lost connection it dials until a dial succeeds, and each dial reads the token
 * again. Closes the client when the signal aborts.
 *
 * @throws PlotdError ERR_DAEMON_AWAY, ERR_STATE_UNSAFE, ERR_FILE
 */
export async function connectAsMaster(
  signal: AbortSignal,
  { state, ...at }: Pick<Address, 'url' | 'socket'> & { readonly state: string },
): Promise<PlotdClient> {
  const address = async (): Promise<Address> => ({ ...at, token: await masterToken(state) })
  const dial: Dial = async (handlers) => {
    try {
      return await dialNode(await address())(handlers)
    } catch (thrown) {
      const { message, detail } = toPlotdError(thrown)
      throw new PlotdError('ERR_DAEMON_AWAY', message, detail, thrown)
    }
  }
  const client = new PlotdClient(await address(), {
    dial,
    send: async (request) => sendNode(await address())(request),
  })
  await client.open()
  return closedBy(signal, client)
}

function closedBy(signal: AbortSignal, client: PlotdClient): PlotdClient {
  if (signal.aborted) client.close()
  signal.addEventListener('abort', () => client.close(), { once: true })
  return client
}

/** Connects to a daemon that `discover` has found. */
export async function connectTo(address: Address, options: ClientOptions = {}): Promise<PlotdClient> {
  const client = new PlotdClient(address, nodeTransport(address), options)
  await client.open()
  return client
}

export const nodeTransport = (address: Address): Transport => ({ dial: dialNode(address), send: sendNode(address) })
