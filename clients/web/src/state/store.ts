import { useEffect, useState } from 'preact/hooks'
import type { MethodName, Params, Result } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import { PlotdClient } from '../../../node/client.ts'
import { dialBrowser } from '../../../node/dial-browser.ts'
import { after, aged, NOTHING, type Picture } from './daemon-state.ts'

/** What the whole page shares: the picture of the daemon, and the means to ask it. */
export class Store {
  readonly client: PlotdClient
  #picture: Picture = NOTHING
  #notice: string | undefined
  readonly #listeners = new Set<() => void>()
  #told = false

  constructor(url: string, token: string) {
    const address = { url, token }
    this.client = new PlotdClient(address, dialBrowser(address), { onLost: () => this.#set({ connected: false }) })
  }

  get picture(): Picture {
    return this.#picture
  }

  /** What went wrong last, for a person; undefined when it was read. */
  get notice(): string | undefined {
    return this.#notice
  }

  async start(): Promise<void> {
    await this.client.open()
    let at = Date.now()
    setInterval(() => {
      const now = Date.now()
      const picture = aged(this.#picture, now - at)
      if (picture !== this.#picture) this.#set(picture)
      at = now
    }, 1000)
    await this.client.subscribe((event) => {
      this.#picture = after(this.#picture, event)
      this.#set({ connected: true })
    })
  }

  /** Ask the daemon; a refusal becomes the page's notice and answers undefined. */
  async ask<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M> | undefined> {
    try {
      return await this.client.call(method, params)
    } catch (thrown) {
      this.say(toPlotdError(thrown).message)
      return undefined
    }
  }

  say(notice: string | undefined): void {
    this.#notice = notice
    this.#tell()
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #set(change: Partial<Picture>): void {
    this.#picture = { ...this.#picture, ...change }
    this.#tell()
  }

  /** Many events of one moment make one rendering. */
  #tell(): void {
    if (this.#told) return
    this.#told = true
    requestAnimationFrame(() => {
      this.#told = false
      for (const listener of this.#listeners) listener()
    })
  }
}

/** Renders anew with each change of the store. */
export function useStore(store: Store): Picture {
  const [, render] = useState(0)
  useEffect(() => store.listen(() => render((n) => n + 1)), [store])
  return store.picture
}
