import { messageOf } from '../../../src/errors.ts'
import { inTime } from '../../../src/in-time.ts'
import { type Channel, DeliveryError, reasonOf } from './channel.ts'

export interface MailOptions {
  readonly host: string
  readonly port: number
  /** Whether TLS begins with the first byte; otherwise the channel uses STARTTLS if the server offers it. */
  readonly secure: boolean
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly from: string
  readonly to: readonly string[]
}

const TIMEOUT_MS = 20_000
/** Time limit of a whole try, ms. `socketTimeout` begins anew with each byte of the server. */
const TRY_MS = 60_000

/**
 * A channel that sends e-mail by SMTP. All tries to send a message use the same Message-ID, so that a receiver
 * recognizes a mail that arrives twice.
 */
export function mail({ host, port, secure, user, password, from, to }: MailOptions): Channel {
  return {
    async send({ id, need, link }) {
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({
        host,
        port,
        secure,
        ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
      })
      try {
        const text = `${need.text}\n${link === undefined ? '' : `\n${link}\n`}`
        const message = { from, to: [...to], subject: need.title, text, messageId: `<${id}@plotd>` }
        const late = () => new Error(`${host} took no mail within 60 s`)
        const { rejected, rejectedErrors = [] } = await inTime(transport.sendMail(message), TRY_MS, late)
        // The other recipients have the mail, so a further try would repeat it.
        if (rejected.length > 0) {
          const why = rejectedErrors.map(messageOf).join('; ')
          throw new DeliveryError(`${host} refused ${rejected.join(', ')}: ${why}`, { isFinal: true })
        }
      } catch (cause) {
        if (cause instanceof DeliveryError) throw cause
        throw new Error(reasonOf(cause), { cause })
      } finally {
        transport.close()
      }
    },
  }
}
