import type { PlotterSession } from '../../plotter/session/session.ts'
import type { Claim } from '../../spool/spool.ts'
import type { SheetSource } from './sheet-source.ts'

export interface NextSheetParts {
  readonly session: Pick<PlotterSession, 'mayBegin' | 'wantsFeeding'>
  readonly source: Pick<SheetSource, 'feed' | 'updateButton'>
  /** Ends the grant when its job no longer waits. */
  readonly checkGrant: () => Promise<void>
  readonly isStopped: () => boolean
  readonly changed: () => void
}

/** The next sheet of a job: a feeder brings the sheet, or the job waits for a grant between two sheets. */
export class NextSheet {
  readonly #parts: NextSheetParts
  #isWaiting = false
  #endWait: () => void = () => {}

  constructor(parts: NextSheetParts) {
    this.#parts = parts
  }

  /** Whether a job waits for a grant between two of its sheets. */
  get isWaiting(): boolean {
    return this.#isWaiting
  }

  /** Makes `wait` check the state of the plotter again. */
  checkAgain(): void {
    this.#endWait()
  }

  /** Asks the feeder for a sheet. @returns whether the sheet is there */
  async feed({ job }: Claim, copy: number): Promise<boolean> {
    const isThere = await this.#parts.source.feed(job, copy)
    await this.#parts.checkGrant()
    return isThere
  }

  /**
   * Resolves when the sheet for this copy may begin, when the claim is lost, or when the station stops.
   *
   * @returns 'stopped' when the station stops, else 'ready': the caller checks whether the claim is lost
   */
  async wait(claim: Claim, copy: number): Promise<'ready' | 'stopped'> {
    const { session, source, isStopped, changed } = this.#parts
    const { job, signal } = claim
    const onAbort = () => this.#endWait()
    signal.addEventListener('abort', onAbort)
    while (!signal.aborted && !isStopped() && !session.mayBegin(job.id)) {
      if (session.wantsFeeding() && (await this.feed(claim, copy))) continue
      if (signal.aborted || isStopped()) break
      this.#isWaiting = true
      changed()
      await new Promise<void>((resolve) => {
        this.#endWait = resolve
        source.updateButton()
      })
      this.#isWaiting = false
    }
    signal.removeEventListener('abort', onAbort)
    return isStopped() ? 'stopped' : 'ready'
  }
}
