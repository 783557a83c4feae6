import { toPlotdError } from '../../errors.ts'
import type { JobResult } from '../../spool/job.ts'
import type { Claim, ClaimRequest, Spool } from '../../spool/spool.ts'

/** Renders one claimed job. Rejects with ERR_TASK_… or whatever else went wrong; aborts with the claim's signal. */
export type Renderer = (claim: Claim) => Promise<JobResult>

/**
 * Keeps up to `workers` jobs rendering. Rendering runs ahead of plotting, so that no plotter waits for a worker;
 * it is idempotent, so that what a crash cut is simply done again.
 */
export class RenderLoop {
  readonly #spool: Spool
  readonly #request: ClaimRequest
  readonly #render: Renderer
  readonly #workers: number
  readonly #onError: (error: unknown) => void
  readonly #running = new Set<Promise<void>>()
  /** The last round of questions for work. */
  #asked: Promise<void> = Promise.resolve()
  #asking = false
  #askAgain = false
  #stopped = false

  constructor(
    spool: Spool,
    request: ClaimRequest,
    render: Renderer,
    workers: number,
    onError: (error: unknown) => void,
  ) {
    this.#spool = spool
    this.#request = request
    this.#render = render
    this.#workers = workers
    this.#onError = onError
  }

  /** Something changed in the spool: there may be work. */
  wake(): void {
    if (this.#asking) this.#askAgain = true
    else this.#asked = this.#fill().catch(this.#onError)
  }

  /** Takes no more work; what runs is given back when whoever runs it aborts it. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#asked // a job may just be on its way to us
    await Promise.all(this.#running)
  }

  async #fill(): Promise<void> {
    this.#asking = true
    try {
      do {
        this.#askAgain = false
        while (!this.#stopped && this.#running.size < this.#workers) {
          const claim = await this.#spool.claim(this.#request)
          if (claim === undefined) break
          this.#start(claim)
        }
      } while (this.#askAgain)
    } finally {
      this.#asking = false
    }
  }

  #start(claim: Claim): void {
    const work = this.#work(claim)
      .catch(this.#onError)
      .finally(() => {
        this.#running.delete(work)
        this.wake()
      })
    this.#running.add(work)
  }

  async #work(claim: Claim): Promise<void> {
    let result: JobResult
    try {
      result = await this.#render(claim)
    } catch (thrown) {
      return this.#failed(claim, thrown)
    }
    if (!claim.signal.aborted) await this.#spool.complete(claim, result)
  }

  async #failed(claim: Claim, thrown: unknown): Promise<void> {
    if (claim.signal.aborted) return
    if (this.#stopped) return void (await this.#spool.release(claim))
    const { code, message } = toPlotdError(thrown)
    await this.#spool.fail(claim, { code, message })
  }
}
