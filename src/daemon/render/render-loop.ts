import { toPlotdError } from '../../errors.ts'
import type { JobResult } from '../../spool/job.ts'
import type { Claim, ClaimRequest, Spool } from '../../spool/spool.ts'
import { ClaimAgain } from './claim-again.ts'
import { endClaim } from './end-claim.ts'

/** Renders a claimed job, until the claim's signal aborts. @throws PlotdError ERR_TASK_…, or any other error */
export type Renderer = (claim: Claim) => Promise<JobResult>

/**
 * Keeps up to `workers` jobs rendering. Rendering runs ahead of plotting, so that plotters rarely wait for it.
 * Rendering is idempotent: after a crash it runs again.
 */
export class RenderLoop {
  readonly #spool: Spool
  readonly #request: () => ClaimRequest
  readonly #render: Renderer
  readonly #workers: number
  readonly #onError: (error: unknown) => void
  readonly #running = new Set<Promise<void>>()
  readonly #rounds: ClaimAgain
  /** Settles when the last round of claims has ended. */
  #claims: Promise<void> = Promise.resolve()
  #isClaiming = false
  #mustClaimAgain = false
  #isStopped = false

  constructor(
    spool: Spool,
    request: () => ClaimRequest,
    render: Renderer,
    workers: number,
    onError: (error: unknown) => void,
  ) {
    this.#spool = spool
    this.#request = request
    this.#render = render
    this.#workers = workers
    this.#onError = onError
    this.#rounds = new ClaimAgain(() => this.wake(), onError)
  }

  /** Claims jobs while there are free workers. To be called after each change in the spool. */
  wake(): void {
    if (this.#isClaiming) this.#mustClaimAgain = true
    else this.#claims = this.#rounds.run(() => this.#fill())
  }

  /**
   * Claims no more jobs, and waits for the renders that run. The caller ends these renders by closing the thread pool.
   * Then the loop gives the jobs of these renders back to the queue.
   */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#claims // a claim may still be under way
    await Promise.all(this.#running)
  }

  async #fill(): Promise<void> {
    this.#isClaiming = true
    try {
      do {
        this.#mustClaimAgain = false
        while (!this.#isStopped && this.#running.size < this.#workers) {
          const claim = await this.#spool.claim(this.#request())
          if (claim === undefined) break
          this.#start(claim)
        }
      } while (this.#mustClaimAgain)
    } finally {
      this.#isClaiming = false
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
      return this.#fail(claim, thrown)
    }
    await this.#end(claim, () => this.#spool.complete(claim, result))
  }

  async #fail(claim: Claim, thrown: unknown): Promise<void> {
    if (this.#isStopped && !claim.signal.aborted) return void (await this.#spool.release(claim))
    const { code, message } = toPlotdError(thrown)
    await this.#end(claim, () => this.#spool.fail(claim, { code, message }))
  }

  #end(claim: Claim, write: () => Promise<unknown>): Promise<void> {
    return endClaim(claim, write, () => this.#isStopped)
  }
}
