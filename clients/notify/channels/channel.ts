/** The room `channels`: the ways to send a message (`webhook`, `push`, `mail`) behind the interface `Channel`. */
import { messageOf } from '../../../src/errors.ts'
import type { Need } from '../needs.ts'

/** A message about a need, as a channel sends it. */
export interface Message {
  /** The id, which is the same for all tries. */
  readonly id: string
  /** Time of this try, ms since 1970. */
  readonly at: number
  readonly need: Need
  /** Address of the page, if one is known. */
  readonly link?: string
}

export interface Channel {
  /** @throws DeliveryError with the receiver's answer; any other error also counts as a failed try */
  send(message: Message): Promise<void>
  close?(): Promise<void>
}

/** A failed try, and the receiver's answer about the next try. */
export class DeliveryError extends Error {
  /** The receiver refuses a next try before this time has passed. */
  readonly retryAfterMs: number
  /** Whether a further try is of no use: after status 410, or when a mail reached only some of its recipients. */
  readonly isFinal: boolean

  constructor(
    message: string,
    { retryAfterMs = 0, isFinal = false }: { retryAfterMs?: number; isFinal?: boolean } = {},
  ) {
    super(message)
    this.retryAfterMs = retryAfterMs
    this.isFinal = isFinal
  }
}

const TIMEOUT_MS = 15_000
const DAY_MS = 86_400_000

/**
 * Posts JSON, and follows no redirect.
 *
 * @throws DeliveryError for any status other than 2xx; another error with the reason when the connection fails, or when
 *   no answer comes within 15 s
 */
export async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    // The error of `fetch` gives no reason, but the cause of the error does.
    const { cause: why = cause } = cause as { readonly cause?: unknown }
    throw new Error(reasonOf(why), { cause })
  })
  await response.body?.cancel()
  if (response.ok) return
  throw new DeliveryError(`HTTP ${response.status}`, {
    isFinal: response.status === 410,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after') ?? ''),
  })
}

/** Why a connection failed. When a receiver uses no TLS, the error of OpenSSL has lines of its log, not a sentence. */
export function reasonOf(thrown: unknown): string {
  const message = messageOf(thrown)
  return message.includes(':wrong version number:') ? 'the receiver uses no TLS at this port' : message
}

/** The header Retry-After in ms: seconds, or a date (RFC 9110, section 10.2.3). At least 0, at most a day. */
function retryAfterMs(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), DAY_MS)
}
