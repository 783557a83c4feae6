/**
 * The room `state`: the page's copy of the daemon's state, which follows the events, and the client that sends
 * requests. Of the page's rooms, `state` imports only `shared`, and every room except `shared` may import from `state`.
 * `login.ts` holds the session of the page.
 */
import { useLayoutEffect, useState } from 'preact/hooks'
import type { MethodName, Params, Result, WireJob } from '../../../../src/daemon/protocol/index.ts'
import { permits, type Role } from '../../../../src/daemon/protocol/roles.ts'
import { PlotdError, toPlotdError } from '../../../../src/errors.ts'
import { PlotdClient } from '../../../node/client.ts'
import type { FeedEvent } from '../../../node/feed.ts'
import { browserTransport } from '../../../node/transport-browser.ts'
import type { Dial, Send } from '../../../node/wire.ts'
import { applyEvents, countDown, type DaemonState, DISCONNECTED, isCutOff, withMoreJobs } from './daemon-state.ts'
import type { Login, Session } from './login.ts'

/** The dialog in front of the page, with the id of its job or the name of its plotter. */
export type Dialog =
  | { readonly is: 'ready'; readonly plotter: string }
  | { readonly is: 'resume' | 'cancel' | 'plot'; readonly job: string }

/** Maximum number of jobs in one answer of `job.list`. */
const LISTED = 1000
/** Maximum number of these answers. So the page loads at most the first 10,000 jobs of a queue. */
const MAX_LISTS = 10
/** Time before the page fetches a file again, ms. */
const FETCH_PAUSE_MS = 1000

/** The state of the page outside of its components. A component reads it by `useStore`. */
export class Store {
  readonly client: PlotdClient
  /** The state without the events of `#unread`. */
  #daemon: DaemonState = DISCONNECTED
  /** The events since the last use of the state. */
  #unread: FeedEvent[] = []
  #notice: string | undefined
  #dialog: Dialog | undefined
  /** The session of the present connection. */
  #session: Session = { name: '', role: 'watch' }
  readonly #listeners = new Set<() => void>()
  #isRenderRequested = false
  /** Number of snapshots until now. A new snapshot ends a `#loadQueue` that began at an older snapshot. */
  #snapshots = 0
  /** The jobs that were removed since the last snapshot. */
  readonly #removed = new Set<string>()

  constructor(url: string, login: Login) {
    const address = {
      url,
      get token() {
        return login.secret ?? ''
      },
    }
    const { dial, send } = browserTransport(address)
    /** While the page is logged out, the connection waits for another session. */
    const dialLoggedIn: Dial = async (handlers) => {
      while (true) {
        const { secret } = login
        const session = await login.session()
        if (secret !== login.secret) continue
        if (session) {
          this.#session = session
          const wire = await dial(handlers).catch(toPlotdError)
          if (!(wire instanceof PlotdError)) return wire
          if (wire.code !== 'ERR_UNAUTHORIZED') throw wire
        }
        this.#set({ isLoggedOut: true })
        await login.waitForSession()
        this.#set({ isLoggedOut: false })
      }
    }
    const onLost = () => this.#set({ isConnected: false })
    // Events also set `isConnected`. But after a reconnect no event comes when nothing has changed meanwhile.
    const onCaughtUp = () => this.#set({ isConnected: true })
    this.client = new PlotdClient(address, { dial: dialLoggedIn, send: this.#sendAgain(send) }, { onLost, onCaughtUp })
    login.onNotice = (notice) => this.showNotice(notice)
  }

  get daemon(): DaemonState {
    if (this.#unread.length > 0) {
      this.#daemon = { ...applyEvents(this.#daemon, this.#unread), isConnected: true }
      this.#unread = []
    }
    return this.#daemon
  }

  /** The latest message to the user; undefined without one, and after the user closed it. */
  get notice(): string | undefined {
    return this.#notice
  }

  get dialog(): Dialog | undefined {
    return this.#dialog
  }

  /** Whether the session has the rights of a role. The page offers no action for which the session lacks the role. */
  permits(needs: Role): boolean {
    return permits(this.#session.role, needs)
  }

  /** Whether the session may change a job. With `operate`: all jobs. With `own`: the jobs of the session's token. */
  mayChange({ owner }: Pick<WireJob, 'owner'>): boolean {
    const { name, by = name } = this.#session
    return this.permits('operate') || (this.permits('own') && owner === by)
  }

  /** Opens a dialog in place of the open one. Undefined closes the open dialog. */
  open(dialog: Dialog | undefined): void {
    this.#dialog = dialog
    this.#requestRender()
  }

  /** Connects to the daemon and follows its events. @throws PlotdError when the connection or the subscription fails */
  async start(): Promise<void> {
    await this.client.open()
    let countedAt = Date.now()
    setInterval(() => {
      const now = Date.now()
      const daemon = countDown(this.daemon, now - countedAt)
      if (daemon !== this.#daemon) this.#set(daemon)
      countedAt = now
    }, 1000)
    await this.client.subscribe((event) => {
      this.#unread.push(event)
      this.#requestRender()
      if (event.type === 'job.removed') this.#removed.add(event.id)
      if (event.type !== 'snapshot') return
      this.#snapshots++
      this.#removed.clear()
      if (isCutOff(event.jobs, event.total)) void this.#loadQueue()
    })
  }

  /**
   * Fetches a file again when the daemon was away or the session had ended. Otherwise the image or the plan would stay
   * blank after the page has connected again.
   */
  #sendAgain(send: Send): Send {
    return async (request) => {
      while (true) {
        const answer = await send(request).catch(toPlotdError)
        const failed = answer instanceof PlotdError || answer.status === 401
        if (!failed || request.method !== 'GET') {
          if (answer instanceof PlotdError) throw answer
          return answer
        }
        await new Promise((resolve) => setTimeout(resolve, FETCH_PAUSE_MS))
        await this.client.call('server.info', {}) // while the page is not connected, this call waits
      }
    }
  }

  /** Loads the jobs that wait behind those of the last snapshot. */
  async #loadQueue(): Promise<void> {
    const snapshot = this.#snapshots
    let cursor: string | undefined
    for (let i = 0; i < MAX_LISTS; i++) {
      const request = { sort: 'queue', limit: LISTED, ...(cursor !== undefined && { cursor }) } as const
      const page = await this.request('job.list', request)
      if (page === undefined || snapshot !== this.#snapshots) return
      this.#set(withMoreJobs(this.daemon, page.jobs, this.#removed))
      cursor = page.next
      if (cursor === undefined || !isCutOff(page.jobs, Infinity)) return this.#set({ isCutOff: false })
    }
  }

  /** Sends a request to the daemon. After an error, shows the error as the page's notice and resolves to undefined. */
  async request<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M> | undefined> {
    try {
      return await this.client.call(method, params)
    } catch (thrown) {
      this.showNotice(toPlotdError(thrown).message)
      return undefined
    }
  }

  /** Ends the session of this browser. */
  async logOut(): Promise<void> {
    await this.request('session.end', {})
  }

  showNotice(notice: string | undefined): void {
    this.#notice = notice
    this.#requestRender()
  }

  /**
   * Calls the listener in the next frame after a change, once for all changes until then.
   *
   * @returns a function that removes the listener
   */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #set(change: Partial<DaemonState>): void {
    this.#daemon = { ...this.daemon, ...change }
    this.#requestRender()
  }

  /** Renders once per frame, however many events arrived. */
  #requestRender(): void {
    if (this.#isRenderRequested) return
    this.#isRenderRequested = true
    requestAnimationFrame(() => {
      this.#isRenderRequested = false
      for (const listener of this.#listeners) listener()
    })
  }
}

/**
 * The current state; renders the component again after each change of the store. A layout effect begins to listen
 * before the next frame, so that no change is missed.
 */
export function useStore(store: Store): DaemonState {
  const [, render] = useState(0)
  useLayoutEffect(() => store.listen(() => render((n) => n + 1)), [store])
  return store.daemon
}
