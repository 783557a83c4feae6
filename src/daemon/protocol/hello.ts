import { createHash, createHmac } from 'node:crypto'

/*
 * A client that must use TCP checks with this that the daemon answers, before it reveals a token. The client asks
 * `GET /hello?nonce=N&token=ID`. The daemon answers with an HMAC of the nonce and of its own end of the connection; the key is
 * the digest of the token. Only a process that has the token, or its digest, can compute that. A process that forwards the
 * request to the daemon has another address or port than the one that the daemon signs, so the client refuses it.
 */

export const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Names a token in a request without revealing it: 32 bits of a digest of its digest, hex. */
export const tokenId = (digest: Buffer): string =>
  createHash('sha256').update('plotd token id\n').update(digest).digest('hex').slice(0, 8)

export interface Endpoint {
  readonly address: string | undefined
  readonly port: number | undefined
}

/**
 * @param digest  sha256 of the token
 * @param at  the daemon's end of the connection
 * @returns hex
 */
export const proofOf = (digest: Buffer, nonce: string, { address = '', port = 0 }: Endpoint): string =>
  createHmac('sha256', digest)
    .update(`plotd hello\n${nonce}\n${plainAddress(address)}\n${port}`)
    .digest('hex')

/** Writes IPv4 within IPv6, and zones, in the same way at both ends. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')

export const NONCE = /^[\w-]{16,128}$/
