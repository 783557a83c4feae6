import { permits, type Role } from '../../../../src/daemon/protocol/roles.ts'
import { PlotdError, toPlotdError } from '../../../../src/errors.ts'
import { errorInText, errorOf } from '../../../node/rpc.ts'

/** The key of the session's secret in this browser's storage. The session ends when the daemon stops. */
const KEY = 'plotd.session'

/** Time limit of a question about a session, ms. A lost network may give no answer for minutes. */
const SESSION_TIMEOUT_MS = 10_000

/**
 * The secret of a link that logs the page in: a login code of `plotd open`, or a token. The secret is in the fragment
 * of the link, and browsers do not send a fragment to a server.
 */
type Link = { readonly code: string } | { readonly token: string }

export interface Session {
  readonly name: string
  readonly role: Role
  /** The name of the token that opened the session. */
  readonly by?: string
}

/**
 * The session of this page. The page exchanges a link for a session at once, and does not keep the link. Any site can
 * send a browser to a link. So a working session stays if the daemon refuses the link, or if the link permits less than
 * that session.
 */
export class Login {
  readonly #url: string
  #secret = localStorage.getItem(KEY) ?? undefined
  readonly #waiting = new Set<() => void>()
  /** Called with a message for the user about a link. */
  onNotice: (notice: string) => void = () => {}

  constructor(url: string) {
    this.#url = url
    addEventListener('hashchange', () => void this.followLink())
    // Another page of this browser has changed the stored session. A working session of this page stays.
    addEventListener('storage', ({ key }) => {
      if (key === KEY) this.#wake()
    })
  }

  get secret(): string | undefined {
    return this.#secret
  }

  /** The session of this page; undefined when there is none or it has ended. @throws PlotdError ERR_DAEMON_AWAY */
  async session(): Promise<Session | undefined> {
    if (this.#secret === undefined) return undefined
    let why = `no daemon answers at ${this.#url}`
    try {
      const response = await this.#ask(this.#secret)
      if (response.status === 401) return undefined
      if (response.ok) return (await response.json()) as Session
      why = errorInText(await response.text())?.message ?? `${this.#url} answers with HTTP ${response.status}`
    } catch {}
    throw new PlotdError('ERR_DAEMON_AWAY', why, { url: this.#url })
  }

  /** Exchanges the link for a session, if the address has a link. @returns whether the address had a link */
  async followLink(): Promise<boolean> {
    const link = takeLink()
    if (link === undefined) return false
    try {
      await this.#follow(link)
    } catch (thrown) {
      const current = await this.session().catch(() => undefined)
      const stillLoggedIn = current ? ' You are still logged in as before.' : ''
      this.onNotice(`plotd did not accept this link: ${toPlotdError(thrown).message}.${stillLoggedIn}`)
    }
    return true
  }

  /** Call this method when the session has ended. Resolves once the page has another session. */
  async waitForSession(): Promise<void> {
    const endedSecret = this.#secret
    if (localStorage.getItem(KEY) === endedSecret) localStorage.removeItem(KEY)
    this.#secret = undefined
    while (this.#secret === undefined) {
      const stored = localStorage.getItem(KEY)
      if (stored !== null && stored !== endedSecret) {
        this.#secret = stored
        return
      }
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
      })
    }
  }

  async #follow(link: Link): Promise<void> {
    // The page first asks about its own session, which may still work. If no answer comes, the page keeps its session
    // and does not send the link, because a login code works only once.
    const current = await this.session()
    const oldSecret = this.#secret
    const next = (await this.#post('/session', link)) as Session & { readonly session: string }
    if (current && !permits(next.role, current.role)) {
      await this.#end(next.session)
      const comparison = `This link permits less (${next.role}) than your session (${current.role}), which continues.`
      return this.onNotice(`${comparison} Log out first to use the link.`)
    }
    localStorage.setItem(KEY, next.session)
    if (oldSecret !== undefined && current) {
      // When the old session ends, the page connects again with the new one.
      this.#secret = next.session
      await this.#end(oldSecret)
    } else this.#wake()
  }

  #ask(secret: string): Promise<Response> {
    return fetch(`${this.#url}/session`, {
      headers: { authorization: `Bearer ${secret}` },
      signal: AbortSignal.timeout(SESSION_TIMEOUT_MS),
    })
  }

  #end(secret: string): Promise<unknown> {
    const call = { jsonrpc: '2.0', id: 1, method: 'session.end', params: {} }
    return this.#post('/rpc', call, { authorization: `Bearer ${secret}` })
  }

  async #post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    }).catch((cause: unknown) => {
      throw new PlotdError('ERR_DAEMON_AWAY', 'the daemon does not answer', {}, cause)
    })
    const answer = (await response.json()) as { error?: Parameters<typeof errorOf>[0] }
    if (answer.error) throw errorOf(answer.error)
    return answer
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}

/** Takes the link out of the address bar, so that the user does not copy the link. */
function takeLink(): Link | undefined {
  const [, kind, value] = /[#&](login|token)=([\w-]+)/.exec(location.hash) ?? []
  if (value === undefined) return undefined
  history.replaceState(undefined, '', location.pathname + location.search)
  return kind === 'login' ? { code: value } : { token: value }
}
