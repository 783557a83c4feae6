import { type ClientOptions, PlotdClient } from './client.ts'
import { dialNode } from './dial-node.ts'
import { discover, type Where } from './discover.ts'
import { sendNode } from './send-node.ts'
import type { Address, Transport } from './wire.ts'

export interface ConnectOptions extends Where, ClientOptions {}

/**
 * Connects to a daemon. Without options, this is the daemon of `$PLOTD_URL`, else the daemon of this user on this
 * machine.
 *
 * @throws PlotdError ERR_DAEMON_AWAY when no daemon answers, ERR_UNAUTHORIZED when the daemon does not know the token,
 *   ERR_FORBIDDEN when the URL's host is no name of the daemon, ERR_STATE_UNSAFE when others can change the state
 *   folder, ERR_FILE when a file of that folder cannot be read
 */
export async function connect({ url, token, socket, state, ...options }: ConnectOptions = {}): Promise<PlotdClient> {
  return connectTo(await discover({ url, token, socket, state }), options)
}

/**
 * Connects to a daemon as `connect` does. Closes the client when the signal aborts: a call that waits for a daemon which
 * never comes back then fails.
 *
 * @throws PlotdError as `connect` does
 */
export async function connectUntil(signal: AbortSignal, options: ConnectOptions): Promise<PlotdClient> {
  const client = await connect(options)
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
