import { randomUUID } from 'node:crypto'
import type { Job } from '../job.ts'
import { claimLost } from '../job-errors.ts'
import { OpenClaim } from '../open-claim.ts'
import type { Claim } from '../spool.ts'

/** The open claims, in memory only. So a restart ends every claim: the spool then refuses the earlier tokens. */
export class Claims {
  readonly #session = randomUUID()
  #count = 0
  readonly #byJob = new Map<string, OpenClaim>()
  /** Tokens of canceled plots, by job, until their holder reports what is on the paper. */
  readonly #lostTokens = new Map<string, string>()
  /** The latest commit with claims, and those claims. */
  #sameCommit:
    | { readonly commit: Promise<void>; readonly claims: OpenClaim[]; readonly announced: Promise<void> }
    | undefined

  open(job: Job): OpenClaim {
    this.#lostTokens.delete(job.id)
    const claim = new OpenClaim(job, `${this.#session}/${++this.#count}`)
    this.#byJob.set(job.id, claim)
    return claim
  }

  /** Marks the claim as unannounced until `commit` resolves. The claim is lost when `commit` rejects. */
  announceAfter(commit: Promise<void>, claim: OpenClaim): void {
    if (this.#sameCommit?.commit !== commit) {
      const claims: OpenClaim[] = []
      const announced = commit.then(
        () => {
          for (const claim of claims) claim.unannounced = undefined
        },
        () => {
          for (const { job } of claims) this.end(job.id, true)
        },
      )
      this.#sameCommit = { commit, claims, announced }
    }
    this.#sameCommit.claims.push(claim)
    claim.unannounced = this.#sameCommit.announced
  }

  /** @throws PlotdError ERR_CLAIM_LOST */
  check({ job, token }: Pick<Claim, 'job' | 'token'>): OpenClaim {
    const claim = this.#byJob.get(job.id)
    if (claim?.token === token) return claim
    throw claimLost(job.id)
  }

  /** Checks the holder of a canceled plot. The holder may report once. @throws PlotdError ERR_CLAIM_LOST */
  checkLost({ job: { id }, token }: Pick<Claim, 'job' | 'token'>): void {
    if (this.#lostTokens.get(id) !== token) throw claimLost(id)
    this.#lostTokens.delete(id)
  }

  /** Lets the holder of a canceled plot report no more: the ink of that plot would count for the next attempt. */
  forgetLost(id: string): void {
    this.#lostTokens.delete(id)
  }

  get(id: string): OpenClaim | undefined {
    return this.#byJob.get(id)
  }

  end(id: string, isLost: boolean): void {
    const claim = this.#byJob.get(id)
    if (claim === undefined) return
    this.#byJob.delete(id)
    claim.end(isLost)
    if (isLost && claim.job.status === 'plotting') this.#lostTokens.set(id, claim.token)
  }

  endAll(): void {
    for (const id of [...this.#byJob.keys()]) this.end(id, true)
  }
}
