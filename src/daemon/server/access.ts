import type { IncomingHttpHeaders } from 'node:http'
import { PlotdError } from '../../errors.ts'
import type { Identity } from '../auth/index.ts'
import { TOKEN_SUBPROTOCOL } from '../protocol/constants.ts'
import { hostInUrl } from '../protocol/host-names.ts'

/** The parts of a request that decide about access. */
interface Headers {
  readonly headers: IncomingHttpHeaders
  readonly url?: string | undefined
}

/** Decides which requests and WebSocket handshakes a server accepts. */
export interface Access {
  /** Checks `Host`, `Origin` and `Sec-Fetch-Site` of a request, but no token. @throws PlotdError ERR_FORBIDDEN */
  checkSource(request: Headers): void
  /** Identifies the token or the page session of a request. @throws PlotdError ERR_UNAUTHORIZED */
  identify(request: Headers): Identity
  /** The origin to which the server redirects a request for the page; undefined when no redirect is needed. */
  properOrigin(request: Headers): string | undefined
}

/** The address of a server. */
interface Endpoint {
  /** The address on which the server listens, such as '127.0.0.1'. */
  readonly address: string
  readonly port: number
  readonly scheme: 'http' | 'https'
}

type Find = (secret: string) => Identity | undefined

/**
 * Access over the network.
 *
 * - `Host` must be a name of this daemon. Any other name is refused, because a name of an attacker may resolve to
 *   127.0.0.1 (DNS rebinding).
 * - `Origin`, when there is one, must be this daemon's page, because browsers apply no same-origin rule to WebSockets.
 *   Programs send no Origin.
 * - A page of another site may only navigate here. Its other requests are refused (`Sec-Fetch-Site`).
 * - The secret of a token or a page session comes in the header `Authorization`. A page cannot set this header for a
 *   WebSocket, so the page sends its secret as a subprotocol. The server takes no secret from the URL, because logs and
 *   histories keep URLs.
 *
 * @param hosts  the names of this daemon, as `namesOf` gives them
 */
export function networkAccess(hosts: readonly string[], { address, port, scheme }: Endpoint, find: Find): Access {
  const names = new Set(hosts.flatMap((host) => [host, `${host}:${port}`]))
  const origins = new Set(hosts.map((host) => `${scheme}://${host}:${port}`))
  if (port === (scheme === 'http' ? 80 : 443)) for (const host of hosts) origins.add(`${scheme}://${host}`)
  const localhost = port === 80 ? 'localhost' : `localhost:${port}`
  return {
    checkSource({ headers }) {
      const { host = '', origin } = headers
      if (!names.has(host.toLowerCase())) throw forbidden('Host', host, 'no name of this daemon; add it to hosts')
      if (origin !== undefined && !origins.has(origin))
        throw forbidden('Origin', origin, 'not the page of this daemon; add the host name of this origin to hosts')
      if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
        throw new PlotdError('ERR_FORBIDDEN', 'the request comes from a page of another site (Sec-Fetch-Site)')
      }
    },
    identify: (request) => identityOf(request, find),
    properOrigin({ headers: { host }, url = '' }) {
      if (!url.startsWith('/')) return undefined
      const isLocalhost = scheme === 'http' && host?.toLowerCase() === localhost
      return isLocalhost ? loopbackOrigin(address, port) : undefined
    },
  }
}

/**
 * Access through the socket file, which only programs of the daemon's user can open. No browser can open a socket file,
 * so a request with an `Origin` is refused. `Host` may be any name.
 */
export function socketFileAccess(find: Find): Access {
  return {
    checkSource({ headers: { origin } }) {
      if (origin !== undefined) throw forbidden('Origin', origin, 'a page, and the socket file is for programs only')
    },
    identify: (request) => identityOf(request, find),
    properOrigin: () => undefined,
  }
}

/**
 * The names by which clients reach a daemon that listens on `host`: each name as configured, and as URLs write it. A
 * URL shortens an IPv6 address, and encodes letters such as ü.
 */
export function namesOf(host: string, further: readonly string[]): string[] {
  const names = ['localhost', '127.0.0.1', '::1', host, ...further].map(hostInUrl)
  return [...new Set(names.flatMap((name) => [name.toLowerCase(), ...nameInUrl(name)]))]
}

/** The name as a URL has it; none when the text is not exactly one name. */
function nameInUrl(name: string): string[] {
  const url = `http://${name}`
  return !/[/?#@\\]/.test(name) && URL.canParse(url) ? [new URL(url).host] : []
}

/** The host name of a URL, without and with its port, because a proxy may listen on another port than the daemon. */
export function namesOfUrl(url: string): string[] {
  const { hostname, host } = new URL(url)
  return [hostname, host]
}

/**
 * The origin of the page with the address in place of `localhost`, when the daemon listens on exactly one of the two
 * loopback addresses. `localhost` means both of them. A process that listens on the other address would share the
 * origin `localhost`, and could read the page's session.
 */
function loopbackOrigin(address: string, port: number): string | undefined {
  if (address === '::1') return `http://[::1]:${port}`
  return address === '127.0.0.1' || address === '0.0.0.0' ? `http://127.0.0.1:${port}` : undefined
}

function identityOf({ headers }: Headers, find: Find): Identity {
  const identity = find(secretIn(headers))
  if (identity) return identity
  throw new PlotdError('ERR_UNAUTHORIZED', 'the request carries no token of this daemon')
}

function secretIn(headers: IncomingHttpHeaders): string {
  const [, bearer] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
  if (bearer !== undefined) return bearer.trim()
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim())
  return protocols.find((each) => each.startsWith(TOKEN_SUBPROTOCOL))?.slice(TOKEN_SUBPROTOCOL.length) ?? ''
}

const forbidden = (header: 'Host' | 'Origin', value: string, why: string) =>
  new PlotdError('ERR_FORBIDDEN', `${header} ${JSON.stringify(value)} is ${why}`, { header })
