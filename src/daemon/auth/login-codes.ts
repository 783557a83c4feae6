import { randomBytes } from 'node:crypto'
import { PlotdError } from '../../errors.ts'
import { digestOf } from '../protocol/hello.ts'
import type { Identity, NewToken, Tokens } from './tokens.ts'

/** Time after which a code expires, ms. */
export const CODE_LASTS = 10 * 60_000
/** Maximum number of unused codes of one token. A further code removes the oldest. */
export const MAX_CODES = 20

interface Code {
  readonly opener: Identity
  /** The time at which the code expires, on the monotonic clock, ms. */
  readonly until: number
  /** The session that a page has opened with the code. */
  session?: Identity
}

/**
 * Codes with which a page opens a session. Before the browser opens a link with a code, other users of the computer can
 * see the link, for example in the list of processes. So a code is valid for one use within ten minutes. When a code is
 * used twice in this time, the daemon cannot know which use was the right one. It then ends the session of that code.
 */
export class LoginCodes {
  readonly #tokens: Tokens
  readonly #now: () => number
  /** Code by its digest, the oldest first. */
  readonly #codes = new Map<string, Code>()

  constructor(tokens: Tokens, now: () => number = () => performance.now()) {
    this.#tokens = tokens
    this.#now = now
  }

  /**
   * Makes a code.
   *
   * @returns the code, and the time at which it expires, ms since 1970
   * @throws PlotdError ERR_FORBIDDEN when the opener is itself a session
   */
  issue(opener: Identity): { code: string; until: number } {
    if (opener.by !== undefined) {
      throw new PlotdError('ERR_FORBIDDEN', 'the session of a page cannot open another session: expected a token')
    }
    this.#forget()
    const unused = [...this.#codes].filter(([, code]) => code.opener === opener && !code.session)
    for (const [digest] of unused.slice(0, Math.max(0, unused.length - MAX_CODES + 1))) this.#codes.delete(digest)
    const code = randomBytes(18).toString('base64url')
    this.#codes.set(keyOf(code), { opener, until: this.#now() + CODE_LASTS })
    return { code, until: Date.now() + CODE_LASTS }
  }

  /**
   * Opens a session for a code.
   *
   * @throws PlotdError ERR_UNAUTHORIZED when the code is unknown, too old or used, or its token was revoked or rotated
   */
  redeem(code: string): NewToken {
    this.#forget()
    const match = this.#codes.get(keyOf(code))
    if (match?.session) {
      this.#tokens.endSession(match.session)
      throw refusal('the login code was used before, so its session has ended')
    }
    if (!match || !this.#tokens.isAlive(match.opener)) throw refusal('the login code is unknown or too old')
    const session = this.#tokens.openSession(match.opener)
    match.session = session.identity
    return session
  }

  /**
   * Forgets codes that are too old, and used codes whose sessions have ended. A token has a limited number of sessions,
   * so it has a limited number of used codes, too.
   */
  #forget(): void {
    const now = this.#now()
    for (const [digest, { until, session }] of this.#codes) {
      if (until <= now || (session && !this.#tokens.isAlive(session))) this.#codes.delete(digest)
    }
  }
}

/** The key of a code is its digest, so that the time of a lookup reveals nothing about the code. */
const keyOf = (code: string): string => digestOf(code).toString('hex')

const refusal = (why: string): PlotdError =>
  new PlotdError('ERR_UNAUTHORIZED', `${why}: \`plotd open\` makes a new link`)
