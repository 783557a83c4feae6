import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { messageOf, PlotdError } from '../../errors.ts'
import type { Config } from '../config/schema.ts'
import { hostInUrl } from '../protocol/host-names.ts'

/**
 * Limits on the times in which a client completes its headers and its request, ms. The server looks for late clients
 * once in each `connectionsCheckingInterval`, and disconnects them.
 */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 120_000, connectionsCheckingInterval: 2_000 }
const HANDSHAKE_MS = 10_000

/** A server without TLS, with the timeouts of this daemon. */
export const plainServer = (): Server => createServer(TIMEOUTS)

/** A server that listens on a network address. */
export interface Listener {
  readonly server: Server
  /** The address on which the server listens, such as '127.0.0.1'. */
  readonly address: string
  readonly port: number
  /**
   * The address for clients: 'http://127.0.0.1:7475'. With TLS, its host is the first name in `hosts`, if there is one.
   * The certificate must contain that name.
   */
  readonly url: string
}

/** A server on the configured address, with TLS when there is a certificate. @throws PlotdError ERR_CONFIG */
export async function listenOnAddress(config: Config): Promise<Listener> {
  const server = config.tls === undefined ? plainServer() : tlsServer(config.tls)
  const { host, port: configuredPort } = config
  server.listen(configuredPort, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const message = `cannot listen on ${host}:${configuredPort}: ${messageOf(cause)}`
    throw new PlotdError('ERR_CONFIG', message, { host, port: configuredPort }, cause)
  }
  const { address, port } = server.address() as AddressInfo
  const name = (config.tls && config.hosts[0]) ?? host
  return {
    server,
    address,
    port,
    url: `${config.tls ? 'https' : 'http'}://${hostInUrl(name)}:${port}`,
  }
}

function tlsServer({ cert, key }: NonNullable<Config['tls']>): Server {
  try {
    return createTlsServer({
      ...TIMEOUTS,
      handshakeTimeout: HANDSHAKE_MS,
      cert: readFileSync(cert),
      key: readFileSync(key),
    })
  } catch (cause) {
    const message = `tls: ${cert} and ${key} are not a certificate and its key: ${messageOf(cause)}`
    throw new PlotdError('ERR_CONFIG', message, { cert, key }, cause)
  }
}

/** The warning that others can read the traffic; undefined when they cannot. */
export function exposureWarning({ host, tls }: Config): string | undefined {
  if (/^(127(\.\d+){3}|::1|localhost)$/i.test(host) || tls) return undefined
  return `listening on ${host} without TLS: anybody on the network path can read tokens and drawings; set tls.cert and tls.key`
}
