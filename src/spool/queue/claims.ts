import { randomUUID } from 'node:crypto'
import { PlotdError } from '../../errors.ts'
import type { Job, Progress } from '../job.ts'
import type { Claim } from '../spool.ts'

/** A claim as the spool remembers it. */
export class Hold implements Claim {
  job: Job
  readonly token: string
  /** Until everybody has been told of the claim, or it is lost: nobody may hear of a step of the work before. */
  untold: Promise<void> | undefined
  /** Progress that was announced and is not on the disk yet. */
  unsaved: Progress | undefined
  saveLater: (() => void) | undefined
  #abort: AbortController | undefined
  #lost = false

  constructor(job: Job, token: string) {
    this.job = job
    this.token = token
  }

  /** Made when first asked for: most renders never look at it. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#lost) this.#abort.abort()
    return this.#abort.signal
  }

  /** @param lost  the work was taken away, rather than done */
  end(lost: boolean): void {
    this.saveLater?.()
    this.#lost = lost
    if (lost) this.#abort?.abort()
  }
}

/** Who works on what. Kept in memory only: after a restart nobody holds anything, and late holders are refused. */
export class Claims {
  readonly #life = randomUUID()
  #count = 0
  readonly #byJob = new Map<string, Hold>()
  /** Tokens of those that lost a plot and have not said what it drew. */
  readonly #lost = new Map<string, string>()
  /** The claims of one commit. */
  #together: { readonly kept: Promise<void>; readonly holds: Hold[]; readonly told: Promise<void> } | undefined

  grant(job: Job): Hold {
    this.#lost.delete(job.id)
    const hold = new Hold(job, `${this.#life}/${++this.#count}`)
    this.#byJob.set(job.id, hold)
    return hold
  }

  /** The hold is untold until `kept` resolves, and lost when it does not. One wait for all whose promise is the same. */
  tellAfter(kept: Promise<void>, hold: Hold): void {
    if (this.#together?.kept !== kept) {
      const holds: Hold[] = []
      const told = kept.then(
        () => {
          for (const each of holds) each.untold = undefined
        },
        () => {
          for (const { job } of holds) this.end(job.id, true)
        },
      )
      this.#together = { kept, holds, told }
    }
    this.#together.holds.push(hold)
    hold.untold = this.#together.told
  }

  /** @throws PlotdError ERR_CLAIM_LOST */
  check({ job, token }: Pick<Claim, 'job' | 'token'>): Hold {
    const hold = this.#byJob.get(job.id)
    if (hold?.token === token) return hold
    throw new PlotdError('ERR_CLAIM_LOST', `job ${job.id} is no longer held by this worker`, { id: job.id })
  }

  /** A holder that lost its work has one last word on it. @throws PlotdError ERR_CLAIM_LOST */
  lastWord({ job: { id }, token }: Pick<Claim, 'job' | 'token'>): void {
    if (this.#lost.get(id) !== token) {
      throw new PlotdError('ERR_CLAIM_LOST', `job ${id} is no longer held by this worker`, { id })
    }
    this.#lost.delete(id)
  }

  of(id: string): Hold | undefined {
    return this.#byJob.get(id)
  }

  end(id: string, lost: boolean): void {
    const hold = this.#byJob.get(id)
    if (hold === undefined) return
    this.#byJob.delete(id)
    hold.end(lost)
    if (lost && hold.job.status === 'plotting') this.#lost.set(id, hold.token)
  }

  endAll(): void {
    for (const id of [...this.#byJob.keys()]) this.end(id, true)
  }
}
