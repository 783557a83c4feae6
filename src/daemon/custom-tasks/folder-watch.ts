import { type FSWatcher, watch } from 'node:fs'

/** Editors write a file in several steps: a folder is looked at when nothing happened in it for this long, ms. */
const QUIET_MS = 100

/** What cannot be watched is looked at this often, ms. */
const POLL_MS = 1000

/** Looks when told that something changed, one look at a time. */
export class FolderWatch {
  readonly #look: () => Promise<void>
  #watchers: FSWatcher[] = []
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #waiting = false
  #closed = false

  /** @param look  has `follow` called; where it rejects, it is called again a little later */
  constructor(look: () => Promise<void>) {
    this.#look = look
  }

  /** From now on these folders; anew each time, since one that was replaced by another of its name would be silent. */
  follow(folders: readonly string[]): void {
    this.#unfollow()
    if (this.#closed) return
    for (const folder of folders) {
      try {
        const watcher = watch(folder, { persistent: false }, (_, name) => {
          if (!name?.startsWith('.')) this.#wake(QUIET_MS)
        })
        watcher.on('error', () => this.#wake(POLL_MS))
        this.#watchers.push(watcher)
      } catch {
        // The system has no watches left, or the folder has just gone.
        this.#wake(POLL_MS)
      }
    }
  }

  /** Looks now; after that, whenever something changes. */
  start(): Promise<void> {
    return this.#turn()
  }

  /** Resolves when the last look is over. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#unfollow()
    await this.#looking
  }

  #wake(ms: number): void {
    clearTimeout(this.#timer)
    if (!this.#closed) this.#timer = setTimeout(() => void this.#turn(), ms).unref()
  }

  #turn(): Promise<void> {
    if (this.#waiting) return this.#looking
    this.#waiting = true
    this.#looking = this.#looking.then(async () => {
      this.#waiting = false
      if (this.#closed) return
      await this.#look().catch(() => this.#wake(POLL_MS))
    })
    return this.#looking
  }

  #unfollow(): void {
    for (const watcher of this.#watchers) watcher.close()
    this.#watchers = []
  }
}
