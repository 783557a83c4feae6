import type { IncomingHttpHeaders } from 'node:http'
import { PlotdError } from '../../errors.ts'
import type { Identity } from '../auth/index.ts'
import { TOKEN_SUBPROTOCOL } from '../protocol/constants.ts'

/** What the door looks at. */
export interface Visitor {
  readonly headers: IncomingHttpHeaders
}

export interface Door {
  /** Does the request come from a place that may make it? For every request, with or without a token. @throws ERR_FORBIDDEN */
  place(visitor: Visitor): void
  /** What does the token that it carries let it do? @throws ERR_UNAUTHORIZED */
  token(visitor: Visitor): Identity
  /** Where the page is, for a visitor who asks for it at an address that another user's process could share. */
  properOrigin(visitor: Visitor): string | undefined
}

/** Where a server listens. */
export interface Listening {
  /** '127.0.0.1' */
  readonly address: string
  readonly port: number
  readonly scheme: 'http' | 'https'
}

/**
 * The one door that every HTTP request and every WebSocket handshake over the network goes through.
 *
 * - Host must be one of ours: a name rebound by DNS to 127.0.0.1 is not.
 * - Origin, when there is one, must be a page of ours: browsers apply no same-origin rule to WebSockets.
 *   Programs send none, and need the token.
 * - The token comes in a header, or for a browser's WebSocket, which can set none, as a second subprotocol. Never in
 *   the URL, where logs and histories would keep it.
 */
export function door(
  hosts: readonly string[],
  { address, port, scheme }: Listening,
  find: (secret: string) => Identity | undefined,
): Door {
  const names = new Set(hosts.flatMap((host) => [host, `${host}:${port}`]))
  const origins = new Set(hosts.map((host) => `${scheme}://${host}:${port}`))
  if (port === (scheme === 'http' ? 80 : 443)) for (const host of hosts) origins.add(`${scheme}://${host}`)
  return {
    place({ headers }) {
      const { host = '', origin } = headers
      if (!names.has(host.toLowerCase())) throw forbidden('Host', host)
      if (origin !== undefined && !origins.has(origin)) throw forbidden('Origin', origin)
      if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
        throw forbidden('Sec-Fetch-Site', 'cross-site')
      }
    },
    token: (visitor) => identityOf(visitor, find),
    properOrigin: ({ headers }) =>
      scheme === 'http' && headers.host?.toLowerCase() === `localhost:${port}`
        ? loopbackOrigin(address, port)
        : undefined,
  }
}

/**
 * The page's address by number. `localhost` means 127.0.0.1 and ::1, and the daemon may hold one of them only: a process
 * on the other one would share the origin, and could read the page's session.
 */
function loopbackOrigin(address: string, port: number): string | undefined {
  if (address === '::1') return `http://[::1]:${port}`
  return address === '127.0.0.1' || address === '0.0.0.0' ? `http://127.0.0.1:${port}` : undefined
}

/**
 * The door behind the socket file, which only programs of the daemon's user can open and no browser does: there is no
 * name to be rebound, and whoever says which page it comes from is refused. The token says what may be done, as ever.
 */
export function localDoor(find: (secret: string) => Identity | undefined): Door {
  return {
    place({ headers: { origin } }) {
      if (origin !== undefined) throw forbidden('Origin', origin)
    },
    token: (visitor) => identityOf(visitor, find),
    properOrigin: () => undefined,
  }
}

function identityOf({ headers }: Visitor, find: (secret: string) => Identity | undefined): Identity {
  const identity = find(offered(headers))
  if (identity) return identity
  throw new PlotdError('ERR_UNAUTHORIZED', 'the request carries no token of this daemon')
}

const forbidden = (header: string, value: string) =>
  new PlotdError('ERR_FORBIDDEN', `${header} ${JSON.stringify(value)} is not one of this daemon’s; see hosts`, {
    header,
  })

function offered(headers: IncomingHttpHeaders): string {
  const [, bearer] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
  if (bearer !== undefined) return bearer.trim()
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim())
  return protocols.find((each) => each.startsWith(TOKEN_SUBPROTOCOL))?.slice(TOKEN_SUBPROTOCOL.length) ?? ''
}

/** The names that reach a daemon listening on `host`. */
export function namesOf(host: string, further: readonly string[]): string[] {
  const bracketed = host.includes(':') ? `[${host}]` : host
  return [...new Set(['localhost', '127.0.0.1', '[::1]', bracketed, ...further].map((each) => each.toLowerCase()))]
}
