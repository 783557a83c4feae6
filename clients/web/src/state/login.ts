import { permits, type Role } from '../../../../src/daemon/protocol/roles.ts'
import { PlotdError, toPlotdError } from '../../../../src/errors.ts'
import { errorOf } from '../../../node/rpc.ts'

/** Where this browser keeps the session of the page. It ends with the daemon, so a later reader finds a dead one. */
const KEY = 'plotd.session'

/** The secret in the fragment of an address, which no server sees: a code of `plotd open`, or the token of a link. */
type Link = { readonly code: string } | { readonly token: string }

interface Session {
  readonly name: string
  readonly role: Role
  /** The token that it was opened with. */
  readonly by?: string
}

/**
 * The session of this page. A link is exchanged for a session at once and is not kept. A link that the daemon does not know,
 * or that permits less, never replaces a working session, because any site can send a browser to such a link.
 */
export class Login {
  readonly #url: string
  #secret = localStorage.getItem(KEY) ?? undefined
  readonly #waiting = new Set<() => void>()
  /** Called with what the user should know about a link that was followed. */
  onNotice: (notice: string) => void = () => {}

  constructor(url: string) {
    this.#url = url
    addEventListener('hashchange', () => void this.followLink())
    // Another page of this browser has logged in. A working session stays.
    addEventListener('storage', ({ key }) => {
      if (key === KEY) this.#wake()
    })
  }

  get secret(): string | undefined {
    return this.#secret
  }

  /** Exchanges the link in the address, if there is one. @returns whether there was one */
  async followLink(): Promise<boolean> {
    const link = takeLink()
    if (link === undefined) return false
    try {
      await this.#follow(link)
    } catch (thrown) {
      const works = this.#secret !== undefined && (await this.#about(this.#secret).catch(() => undefined)) !== undefined
      const stillLoggedIn = works ? ' You are still logged in as before.' : ''
      this.onNotice(`This link was not accepted: ${toPlotdError(thrown).message}.${stillLoggedIn}`)
    }
    return true
  }

  /** Resolves once another session takes the place of this one, which has ended. */
  async renewed(): Promise<void> {
    const dead = this.#secret
    if (localStorage.getItem(KEY) === dead) localStorage.removeItem(KEY)
    this.#secret = undefined
    while (this.#secret === undefined) {
      const stored = localStorage.getItem(KEY)
      if (stored !== null && stored !== dead) this.#secret = stored
      else
        await new Promise<void>((resolve) => {
          this.#waiting.add(resolve)
        })
    }
  }

  async #follow(link: Link): Promise<void> {
    const created = (await this.#post('/session', link)) as Session & { readonly session: string }
    const old = this.#secret
    const now = old === undefined ? undefined : await this.#about(old)
    if (old !== undefined && now !== undefined && !permits(created.role, now.role)) {
      await this.#end(created.session)
      const message = `This link permits less (${created.role}) than your session (${now.role}), which continues. Log out first to use the link.`
      return this.onNotice(message)
    }
    localStorage.setItem(KEY, created.session)
    if (old !== undefined && now !== undefined) {
      // The connection is opened again with the new session when the old one ends.
      this.#secret = created.session
      await this.#end(old)
    } else this.#wake()
  }

  /** The role and the end of a session; undefined when it has ended. */
  async #about(secret: string): Promise<Session | undefined> {
    const response = await fetch(`${this.#url}/session`, { headers: { authorization: `Bearer ${secret}` } })
    return response.ok ? ((await response.json()) as Session) : undefined
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

/** Takes the link out of the address bar, so that the user does not copy it. */
function takeLink(): Link | undefined {
  const [, kind, value] = /[#&](login|token)=([\w-]+)/.exec(location.hash) ?? []
  if (value === undefined) return undefined
  history.replaceState(undefined, '', location.pathname + location.search)
  return kind === 'login' ? { code: value } : { token: value }
}
