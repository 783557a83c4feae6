import { createHmac } from 'node:crypto'
import { type Channel, post } from './channel.ts'

export interface WebhookOptions {
  readonly url: string
  /** Base64 of 24 to 64 bytes, with or without `whsec_` before it. Without a secret, messages have no signature. */
  readonly secret?: string | undefined
  /** Headers of each request, for receivers that check a fixed word instead of a signature. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The signature of the Standard Webhooks: `v1,`, then the HMAC-SHA256 of id, time and body; the HMAC is in base64.
 *
 * @param seconds  since 1970
 */
export function signature(secret: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
}

/** A webhook as the Standard Webhooks describe it. The id is the same over all tries. */
export function webhook({ url, secret, headers = {} }: WebhookOptions): Channel {
  return {
    async send({ id, at, need, link }) {
      const seconds = Math.floor(at / 1000)
      const { key: _, ...data } = need
      const body = JSON.stringify({
        type: `plotd.${need.kind}`,
        timestamp: new Date(at).toISOString(),
        data: { ...data, link },
      })
      await post(url, body, {
        ...headers,
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        ...(secret !== undefined && { 'webhook-signature': signature(secret, id, seconds, body) }),
      })
    },
  }
}
