import { PlotdClient } from './client.ts'
import type { ConnectionOptions } from './connection.ts'
import { dialNode } from './dial-node.ts'
import { discover, type Where } from './discover.ts'

export interface ConnectOptions extends Where, ConnectionOptions {
  /** Told each time the connection is lost; it is dialled again by itself. */
  readonly onLost?: (why: string) => void
}

/**
 * A connected client. Without options it finds the daemon of this user on this machine.
 *
 * @throws PlotdError ERR_DAEMON_AWAY when none answers, ERR_UNAUTHORIZED when the token is not its
 */
export async function connect({ url, token, socket, state, ...options }: ConnectOptions = {}): Promise<PlotdClient> {
  const address = await discover({ url, token, socket, state })
  const client = new PlotdClient(address, dialNode(address), options)
  await client.open()
  return client
}
