import type { Job, Progress } from './job.ts'
import type { Claim } from './spool.ts'

/** A claim that has not ended, with the facts that only the spool knows. */
export class OpenClaim implements Claim {
  job: Job
  readonly token: string
  /** Resolves when the claim is announced or lost. Progress must not be announced before the claim. */
  unannounced: Promise<void> | undefined
  /** Announced progress that the working state does not have yet; in PostgreSQL, that the database does not have. */
  unsaved: Progress | undefined
  /** In PostgreSQL, the number of the change that made the claim. Earlier changes of the job do not end the claim. */
  since = 0
  /** Cancels the timer that saves the progress; undefined when no timer runs. */
  cancelSave: (() => void) | undefined
  #abort: AbortController | undefined
  #isLost = false

  constructor(job: Job, token: string) {
    this.job = job
    this.token = token
  }

  /** The signal aborts when the claim is lost. The first use creates the signal. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#isLost) this.#abort.abort()
    return this.#abort.signal
  }

  /** @param isLost  whether the holder must stop: see `Claim` */
  end(isLost: boolean): void {
    this.cancelSave?.()
    this.#isLost = isLost
    if (isLost) this.#abort?.abort()
  }
}
