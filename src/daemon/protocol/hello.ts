import { createHash, createHmac } from 'node:crypto'

/*
 * Over TCP without TLS, the daemon proves itself before the client reveals a token. The client sends `GET
 * /hello?nonce=N&token=ID`. The daemon answers with an HMAC of the nonce and of its own end of the connection. The key
 * is the digest of the token. So only a process with the token or its digest can compute the HMAC. When another process
 * forwards the request to the daemon, the client is not connected to the address and port that the daemon signs. So the
 * client refuses the answer.
 */

/** sha256 of a token. */
export const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** The id that names a token in a request without revealing the token: 32 bits of a digest of the digest, hex. */
export const tokenId = (digest: Buffer): string =>
  createHash('sha256').update('plotd token id\n').update(digest).digest('hex').slice(0, 8)

/** One end of a TCP connection. */
export interface Endpoint {
  readonly address: string | undefined
  readonly port: number | undefined
}

/**
 * The proof that a process knows a token or its digest.
 *
 * @param digest  sha256 of the token
 * @param endpoint  the daemon's end of the connection
 * @returns hex
 */
export const proofOf = (digest: Buffer, nonce: string, { address = '', port = 0 }: Endpoint): string =>
  createHmac('sha256', digest)
    .update(`plotd hello\n${nonce}\n${plainAddress(address)}\n${port}`)
    .digest('hex')

/** An address as both ends write it: without the IPv6 prefix of an IPv4 address, and without a zone. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')

export const NONCE = /^[\w-]{16,128}$/
