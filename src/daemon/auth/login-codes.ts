import { randomBytes } from 'node:crypto'
import { PlotdError } from '../../errors.ts'
import { digestOf } from '../protocol/hello.ts'
import type { Identity, NewToken, Tokens } from './tokens.ts'

/** Time after which a code expires, ms. */
export const CODE_LASTS = 10 * 60_000
/** Codes of one token that wait to be used; a further one ends the oldest. */
export const MOST_CODES = 20

interface Code {
  readonly opener: Identity
  /** On the monotonic clock, ms. */
  readonly until: number
  /** The session that it was exchanged for. */
  session?: Identity
}

/**
 * Codes that a page exchanges for a session. Other users can see a link on its way to the browser, for example in the list of
 * processes. So a code is valid for one use within ten minutes. When a code is used twice, the daemon cannot know which use was
 * the right one: the session that it gave ends.
 */
export class LoginCodes {
  readonly #tokens: Tokens
  readonly #now: () => number
  /** By the digest of the code, the oldest first. */
  readonly #codes = new Map<string, Code>()

  constructor(tokens: Tokens, now: () => number = () => performance.now()) {
    this.#tokens = tokens
    this.#now = now
  }

  /** @throws PlotdError ERR_FORBIDDEN for a session: what one page may do ends with that page */
  issue(opener: Identity): { code: string; until: number } {
    if (opener.by !== undefined) {
      throw new PlotdError('ERR_FORBIDDEN', 'the session of a page cannot open another; ask with a token')
    }
    this.#forget()
    const waiting = [...this.#codes].filter(([, { opener: other, session }]) => other === opener && !session)
    for (const [digest] of waiting.slice(0, Math.max(0, waiting.length - MOST_CODES + 1))) this.#codes.delete(digest)
    const code = randomBytes(18).toString('base64url')
    this.#codes.set(keyOf(code), { opener, until: this.#now() + CODE_LASTS })
    return { code, until: Date.now() + CODE_LASTS }
  }

  /** @throws PlotdError ERR_UNAUTHORIZED when the code is unknown, too old or used, or its token was revoked */
  redeem(code: string): NewToken {
    this.#forget()
    const match = this.#codes.get(keyOf(code))
    if (match?.session) {
      this.#tokens.endSession(match.session)
      throw refusal('the login code was used before, so its session has ended')
    }
    if (!match || !this.#tokens.isAlive(match.opener)) throw refusal('the login code is unknown or too old')
    const opened = this.#tokens.openSession(match.opener)
    match.session = opened.identity
    return opened
  }

  #forget(): void {
    const now = this.#now()
    for (const [digest, { until }] of this.#codes) if (until <= now) this.#codes.delete(digest)
  }
}

/** The map is keyed by digests: the time of a lookup tells nothing about a code. */
const keyOf = (code: string): string => digestOf(code).toString('hex')

const refusal = (why: string): PlotdError =>
  new PlotdError('ERR_UNAUTHORIZED', `${why}: \`plotd open\` makes a new link`)
