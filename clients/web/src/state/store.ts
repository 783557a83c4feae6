import { useEffect, useState } from 'preact/hooks'
import type { MethodName, Params, Result } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import { PlotdClient } from '../../../node/client.ts'
import { dialBrowser } from '../../../node/dial-browser.ts'
import { applyEvent, countDown, type DaemonState, DISCONNECTED } from './daemon-state.ts'

/**
 * The room `state`: the page's copy of the daemon's state, kept current by events, and the client that sends requests.
 * Every other room may import from it; it imports from none of them.
 */
export class Store {
  readonly client: PlotdClient
  #daemon: DaemonState = DISCONNECTED
  #notice: string | undefined
  readonly #listeners = new Set<() => void>()
  #renderRequested = false

  constructor(url: string, token: string) {
    const address = { url, token }
    this.client = new PlotdClient(address, dialBrowser(address), { onLost: () => this.#set({ connected: false }) })
  }

  get daemon(): DaemonState {
    return this.#daemon
  }

  /** The last error message; undefined after the user closed it. */
  get notice(): string | undefined {
    return this.#notice
  }

  async start(): Promise<void> {
    await this.client.open()
    let countedAt = Date.now()
    setInterval(() => {
      const now = Date.now()
      const daemon = countDown(this.#daemon, now - countedAt)
      if (daemon !== this.#daemon) this.#set(daemon)
      countedAt = now
    }, 1000)
    await this.client.subscribe((event) => {
      this.#daemon = applyEvent(this.#daemon, event)
      this.#set({ connected: true })
    })
  }

  /** Sends a request to the daemon. Shows an error as the page's notice and resolves to undefined. */
  async request<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M> | undefined> {
    try {
      return await this.client.call(method, params)
    } catch (thrown) {
      this.showNotice(toPlotdError(thrown).message)
      return undefined
    }
  }

  showNotice(notice: string | undefined): void {
    this.#notice = notice
    this.#requestRender()
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #set(change: Partial<DaemonState>): void {
    this.#daemon = { ...this.#daemon, ...change }
    this.#requestRender()
  }

  /** Renders once per frame, however many events arrived. */
  #requestRender(): void {
    if (this.#renderRequested) return
    this.#renderRequested = true
    requestAnimationFrame(() => {
      this.#renderRequested = false
      for (const listener of this.#listeners) listener()
    })
  }
}

/** The current state; renders the component again after each change of the store. */
export function useStore(store: Store): DaemonState {
  const [, render] = useState(0)
  useEffect(() => store.listen(() => render((n) => n + 1)), [store])
  return store.daemon
}
