import { PlotdClient } from './client.ts'
import type { ConnectionOptions } from './connection.ts'
import { dialNode } from './dial-node.ts'
import { discover, type Where } from './discover.ts'
import { sendNode } from './send-node.ts'
import type { Address, Transport } from './wire.ts'

interface ClientOptions extends ConnectionOptions {
  /** Called each time the connection is lost; the client dials again by itself. */
  readonly onLost?: (why: string) => void
}

export interface ConnectOptions extends Where, ClientOptions {}

/**
 * A connected client. Without options it finds the daemon of this user on this machine.
 *
 * @throws PlotdError ERR_DAEMON_AWAY when none answers, ERR_UNAUTHORIZED when the token is not its, ERR_STATE_UNSAFE
 */
export async function connect({ url, token, socket, state, ...options }: ConnectOptions = {}): Promise<PlotdClient> {
  return connectTo(await discover({ url, token, socket, state }), options)
}

/** As `connect`, to a daemon that was found already. */
export async function connectTo(address: Address, options: ClientOptions = {}): Promise<PlotdClient> {
  const client = new PlotdClient(address, nodeTransport(address), options)
  await client.open()
  return client
}

export const nodeTransport = (address: Address): Transport => ({ dial: dialNode(address), send: sendNode(address) })
