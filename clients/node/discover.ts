import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DAEMON_FILE, SERVICE_STATE, stateFolder, TOKEN_FILE } from '../../src/daemon/protocol/places.ts'
import { checkFolder, readPrivate } from '../../src/daemon/protocol/private-files.ts'
import { PlotdError } from '../../src/errors.ts'
import type { Address } from './wire.ts'

/** The address of a daemon. */
export interface Where {
  /**
   * 'http://127.0.0.1:7475'; also with ws:, or only host and port. When absent, `$PLOTD_URL`, else the address in the
   * state folder.
   */
  readonly url?: string | undefined
  /** When absent, `$PLOTD_TOKEN`, else the master token in the state folder. */
  readonly token?: string | undefined
  /** The socket file of the daemon at `url`. */
  readonly socket?: string | undefined
  /** The daemon's state folder. When absent, `$PLOTD_STATE`, else the usual one. */
  readonly state?: string | undefined
}

/**
 * Finds the daemon that the arguments or the environment name, else the daemon of the state folder. This function
 * trusts the state folder only when no other user can change it. If root's own state folder names no daemon, root gets
 * the daemon of the machine's service.
 *
 * @param service  the state folder of the machine's service
 * @throws PlotdError ERR_DAEMON_AWAY when the state folder names no daemon, or the address is not valid;
 *   ERR_UNAUTHORIZED when the token is invalid; ERR_STATE_UNSAFE, ERR_FILE
 */
export async function discover(
  { url, token, socket, state = stateFolder() }: Where = {},
  service = SERVICE_STATE,
): Promise<Address> {
  const { PLOTD_URL, PLOTD_TOKEN } = process.env
  // An empty variable counts as not set.
  const givenUrl = url || PLOTD_URL || undefined
  const givenToken = tokenOf(token || PLOTD_TOKEN || undefined)
  // The user chose to send this token to this address. Without TLS, any other token goes over TCP only to a daemon that
  // proves itself.
  if (givenUrl !== undefined && givenToken !== undefined) return { url: httpUrl(givenUrl), socket, token: givenToken }
  const ofService = givenUrl === undefined ? await serviceAddress(state, service) : undefined
  if (ofService) return { ...ofService, token: givenToken ?? ofService.token }
  const address = givenUrl === undefined ? await readAddress(state) : { url: givenUrl, socket }
  return {
    url: httpUrl(address.url),
    socket: address.socket,
    token: givenToken ?? (await masterToken(state)),
    verify: true,
  }
}

/** The master token of a state folder, '' when there is none yet. @throws PlotdError ERR_STATE_UNSAFE, ERR_FILE */
export async function masterToken(state: string): Promise<string> {
  await checkFolder(state)
  return (await readPrivate(join(state, TOKEN_FILE)))?.trim() ?? ''
}

/**
 * The address and the master token of the machine's service, for root. The state folder of the service belongs to the
 * user of the service, so `checkFolder` refuses it. Root trusts this user, because root started the service.
 */
async function serviceAddress(state: string, service: string): Promise<Address | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const isUsual = state === stateFolder() && !process.env['PLOTD_STATE']
  if (state !== service && (!isUsual || existsSync(join(state, DAEMON_FILE)))) return undefined
  const read = (name: string) => readFile(join(service, name), 'utf8').catch(() => '')
  const address = addressIn(await read(DAEMON_FILE))
  return address && { url: httpUrl(address.url), token: (await read(TOKEN_FILE)).trim(), verify: true }
}

/** The address that the daemon wrote into its state folder. */
async function readAddress(state: string): Promise<Pick<Address, 'url' | 'socket'>> {
  await checkFolder(state)
  const text = await readPrivate(join(state, DAEMON_FILE))
  const address = text === undefined ? undefined : addressIn(text)
  if (address) return address
  const why = text === undefined ? '' : `: its ${DAEMON_FILE} is damaged`
  throw new PlotdError('ERR_DAEMON_AWAY', `no daemon runs with the state folder ${state}${why}`, { state })
}

/** The address in a text that the daemon wrote; undefined when the text was cut off, as by a loss of power. */
function addressIn(text: string): Pick<Address, 'url' | 'socket'> | undefined {
  try {
    const { url, socket } = JSON.parse(text) as { readonly url?: unknown; readonly socket?: unknown }
    const isSocket = socket === undefined || typeof socket === 'string'
    return typeof url === 'string' && isSocket ? { url, socket } : undefined
  } catch {
    return undefined
  }
}

/**
 * Changes ws:// to http://, adds http:// to a bare host:port, and removes /v1, /rpc and slashes from the end.
 *
 * @throws PlotdError ERR_DAEMON_AWAY when the result is not an address of HTTP or HTTPS
 */
function httpUrl(url: string): string {
  const withScheme = /^\w+:\/\//.test(url) ? url.replace(/^ws/i, 'http') : `http://${url}`
  const address = withScheme.replace(/^\w+/, (scheme) => scheme.toLowerCase()).replace(/\/(v1|rpc)?\/*$/, '')
  if (/^https?:/.test(address) && URL.canParse(address)) return address
  throw new PlotdError('ERR_DAEMON_AWAY', `${url} is no address: expected one such as http://127.0.0.1:7475`, { url })
}

/** The token, which must fit into a header. @throws PlotdError ERR_UNAUTHORIZED */
function tokenOf(token: string | undefined): string | undefined {
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token
  throw new PlotdError('ERR_UNAUTHORIZED', 'the token is invalid: expected characters of ASCII without blanks')
}
