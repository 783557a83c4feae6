import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { PlotdError } from '../../errors.ts'
import { validate } from '../../tasks/index.ts'
import type { Identity, LoginCodes, Tokens } from '../auth/index.ts'
import { NONCE, proofOf } from '../protocol/hello.ts'
import { body, expectJson, json } from './http-messages.ts'

interface Logins {
  readonly tokens: Tokens
  readonly codes: LoginCodes
}

/** Maximum number of bytes of a login request. */
const LONGEST = 4096
const secret = z.string().min(1).max(1024)
const login = {
  name: 'login',
  schema: z.union([z.strictObject({ code: secret }), z.strictObject({ token: secret })]),
}

/**
 * Exchanges a login code, or the token of a link, for a page session: `{session, name, role, by}`.
 *
 * @throws PlotdError ERR_PROTOCOL, ERR_LIMIT, ERR_PARAMS, ERR_UNAUTHORIZED, ERR_FORBIDDEN
 */
export async function postSession({ tokens, codes }: Logins, request: IncomingMessage, response: ServerResponse) {
  expectJson(request)
  const text = (await body(request, LONGEST)).toString()
  const { identity, secret: session } = openSession(tokens, codes, parseLogin(text))
  json(response, 201, { session, ...descriptionOf(identity) })
}

function parseLogin(text: string): z.output<typeof login.schema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new PlotdError('ERR_PROTOCOL', 'expected JSON: {"code": …}, or {"token": …}', {}, cause)
  }
  return validate(login, value)
}

function openSession(tokens: Tokens, codes: LoginCodes, proof: z.output<typeof login.schema>) {
  if ('code' in proof) return codes.redeem(proof.code)
  const opener = tokens.find(proof.token)
  if (opener === undefined) throw new PlotdError('ERR_UNAUTHORIZED', 'the link has no valid token of this daemon')
  if (opener.by === undefined) return tokens.openSession(opener)
  throw new PlotdError('ERR_FORBIDDEN', 'the session of a page cannot open another session: expected a token')
}

/** Answers with the name and role of the caller's token or session: `{name, role, by}`. */
export async function getSession(
  _: unknown,
  { identity, response }: { readonly identity: Identity; readonly response: ServerResponse },
): Promise<void> {
  json(response, 200, descriptionOf(identity))
}

const descriptionOf = ({ name, role, by }: Identity) => ({ name, role, ...(by === undefined ? {} : { by }) })

/**
 * Proves to a client that the daemon knows the client's token: see protocol/hello.ts.
 *
 * @throws PlotdError ERR_PROTOCOL, ERR_UNAUTHORIZED
 */
export async function getHello({ tokens }: Logins, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const query = new URLSearchParams(request.url?.split('?', 2)[1])
  const nonce = query.get('nonce') ?? ''
  if (!NONCE.test(nonce)) throw new PlotdError('ERR_PROTOCOL', 'nonce: expected 16 to 128 letters, digits, _ or -')
  const digest = tokens.digestFor(query.get('token') ?? '')
  if (digest === undefined) throw new PlotdError('ERR_UNAUTHORIZED', 'token: no token of this daemon has that id')
  const { localAddress: address, localPort: port } = request.socket
  json(response, 200, { proof: proofOf(digest, nonce, { address, port }) })
}
