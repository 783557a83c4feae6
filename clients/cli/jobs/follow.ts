import { completeSheets } from '../../../src/daemon/protocol/constants.ts'
import type { WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { mustHomeFirst, waitsForSheet } from '../../node/attention.ts'
import type { FeedEvent, PlotdClient } from '../../node/index.ts'
import { FINAL, later } from '../../node/job.ts'
import { EXIT } from '../errors/exit-codes.ts'
import type { Io } from '../io/io.ts'
import { oneLine } from '../ui/columns.ts'
import { shortId } from '../ui/format.ts'
import { ProgressLine, progressText, tenth } from '../ui/progress-line.ts'
import { Prompt } from '../ui/prompt.ts'
import {
  figures,
  grantSentence,
  jobDetail,
  outputPath,
  plotterSentence,
  statusWord,
  warningLines,
} from '../ui/sentences.ts'
import { hang } from '../ui/text.ts'

const ENDS: ReadonlySet<WireJob['status']> = new Set([...FINAL, 'interrupted'])

/** States that pass by themselves, and leave no line on the terminal. */
const PASSING: ReadonlySet<WireJob['status']> = new Set(['queued', 'started', 'plotting'])

/**
 * Follows a job until it is finished, failed, canceled, interrupted or removed. Shows progress as one line. On a
 * terminal, asks the user for what the plotter needs. With --json every change is a line.
 *
 * @param known  warnings that were shown already
 * @returns the exit code: 0 finished, 4 another end, 1 when the events of the daemon end first
 */
export async function follow(
  io: Io,
  client: PlotdClient,
  id: string,
  known: readonly { readonly message: string }[] = [],
): Promise<number> {
  const output = io.json ? undefined : await io.daemon.output
  const view = new Follower(io, client, output, new Set(known.map(({ message }) => message)))
  const leave = () => view.leave(id)
  process.once('SIGINT', leave)
  try {
    for await (const event of client.events()) {
      const job = view.take(event, id) ?? (event.type === 'snapshot' ? await view.fetch(id) : undefined)
      if (job && ENDS.has(job.status)) return job.status === 'finished' ? EXIT.ok : EXIT.job
      if (event.type === 'job.removed' && event.id === id) return EXIT.job
    }
    return EXIT.failed
  } finally {
    process.removeListener('SIGINT', leave)
    view.close()
  }
}

class Follower {
  readonly #io: Io
  readonly #client: PlotdClient
  readonly #line = new ProgressLine()
  readonly #prompt = new Prompt()
  #job: WireJob | undefined
  #plotters: readonly WirePlotter[] = []
  #lastRequest: string | undefined
  /** The start of the grant that was shown last, ms since 1970. */
  #lastGrant: number | undefined
  /** The job whose figures were shown. */
  #figuresId: string | undefined
  /** The time of the last update, ms since 1970. */
  #progressAt = 0
  #clock: NodeJS.Timeout | undefined
  readonly #output: string | undefined
  readonly #known: ReadonlySet<string>

  constructor(io: Io, client: PlotdClient, output: string | undefined, known: ReadonlySet<string>) {
    this.#known = known
    this.#io = io
    this.#output = output
    this.#client = client
  }

  /** Takes an event. @returns the followed job when the event was about it */
  take(event: FeedEvent, id: string): WireJob | undefined {
    if (event.type === 'snapshot') {
      this.#plotters = event.plotters
      return this.#update(event.jobs.find((job) => job.id === id))
    }
    if (event.type === 'plotter.changed') {
      this.#plotters = [...this.#plotters.filter(({ name }) => name !== event.plotter.name), event.plotter]
      this.#ask()
    }
    if (event.type === 'plotter.removed') this.#plotters = this.#plotters.filter(({ name }) => name !== event.name)
    if (event.type === 'job.changed' && event.job.id === id) return this.#update(event.job)
    if (event.type === 'job.progress' && event.id === id && this.#job) {
      return this.#update({ ...this.#job, progress: event.progress })
    }
    return undefined
  }

  /** Fetches the followed job when it is not among the limited number of jobs in the snapshot. */
  async fetch(id: string): Promise<WireJob | undefined> {
    return this.#update(await this.#client.call('job.get', { id }))
  }

  close(): void {
    this.#job = undefined // after a late refusal, `#ask` must open no prompt
    clearInterval(this.#clock)
    this.#line.clear()
    this.#prompt.close()
  }

  leave(id: string): void {
    this.close()
    this.#io.note(
      `The job continues. \`plotd watch ${shortId(id)}\` follows it again, \`plotd cancel ${shortId(id)}\` ends it.`,
    )
    process.exit(EXIT.interrupted)
  }

  #update(job: WireJob | undefined): WireJob | undefined {
    if (!job) return undefined
    const before = this.#job
    this.#job = job
    this.#progressAt = Date.now()
    if (this.#io.json) this.#io.line(job)
    else if (job.status !== before?.status) this.#showChange(job)
    else if (job.progress) this.#showProgress(job, before)
    this.#ask()
    return job
  }

  #showChange(job: WireJob): void {
    this.#countDown(job.status === 'plotting')
    if (job.status === 'plotting' && job.progress) this.#showProgress(job)
    else if (PASSING.has(job.status)) this.#line.show(`${oneLine(job.title)}  ${job.status}`)
    else if (job.status === 'rendered' && job.result) this.#showFigures(job.title, job.result)
    else this.#showEnd(job)
  }

  /** Counts down the remaining time each second, also during a long stroke. */
  #countDown(isPlotting: boolean): void {
    clearInterval(this.#clock)
    if (isPlotting && this.#line.isLive)
      this.#clock = setInterval(() => this.#job && this.#showProgress(this.#job), 1000)
  }

  /** Shows the size and the time of a drawing, and the warnings that were not shown before. */
  #showFigures(title: string, result: NonNullable<WireJob['result']>): void {
    const { notePaint } = this.#io
    this.#figuresId = this.#job?.id
    this.#keep(`${notePaint.bold(oneLine(title))}  ${figures(result)}`)
    const newWarnings = result.warnings.filter(({ message }) => !this.#known.has(message))
    for (const line of warningLines(newWarnings, notePaint)) this.#keep(`  ${line}`)
  }

  #showEnd(job: WireJob): void {
    const { notePaint } = this.#io
    if (job.status === 'finished' && job.result && this.#figuresId !== job.id) this.#showFigures(job.title, job.result)
    const detail = job.status === 'finished' && job.result ? outputPath(job.result.path, this.#output) : jobDetail(job)
    this.#keep(
      `${notePaint.bold(oneLine(job.title))}  ${statusWord(job.status, notePaint)}${detail ? `  ${detail}` : ''}`,
    )
    if (job.status === 'interrupted') this.#keep(`  → \`plotd resume ${shortId(job.id)}\` continues the job.`)
  }

  #showProgress(job: WireJob, before?: WireJob): void {
    const { progress } = job
    if (!progress || job.status !== 'plotting') return
    const last = before?.progress
    const isNotable = !last || tenth(progress) > tenth(last)
    const now = later(progress, Date.now() - this.#progressAt)
    this.#line.show(progressText(job.title, now, this.#io.notePaint, this.#io.width), isNotable)
  }

  #keep(text: string): void {
    for (const line of hang(text, this.#io.noteWidth)) this.#line.keep(line)
  }

  /** Shows a new grant for this job, and what the plotter newly needs from the user. */
  #ask(): void {
    const id = this.#job?.status === 'plotting' ? undefined : this.#job?.id
    const plotter = this.#plotters.find(({ grant }) => grant && 'job' in grant.for && grant.for.job === id)
    if (plotter && plotter.grant?.since !== this.#lastGrant) {
      this.#lastGrant = plotter.grant?.since
      if (!this.#io.json) this.#keep(grantSentence(plotter))
    }
    const step = this.#job && nextStep(this.#job, this.#plotters)
    if (step?.request === this.#lastRequest) return
    this.#lastRequest = step?.request
    // Enter must not do what an earlier request asked for.
    this.#prompt.close()
    if (!step || this.#io.json) return
    const { request, act } = step
    if (!act || !this.#io.isInteractive) {
      this.#keep(act ? `${request} Then: ${step.command}` : request)
      return
    }
    this.#line.clear()
    this.#keep(request)
    this.#prompt.enter('Then press Enter. ', () => {
      void act(this.#client).catch((error: Error) => {
        this.#keep(error.message)
        // The plotter still waits for the user, so plotd asks again.
        if (this.#lastRequest === request) this.#lastRequest = undefined
        this.#ask()
      })
    })
  }
}

/** Makes a sentence of a prompt: 'put in pen 2 (red)' → 'Put in pen 2 (red).' */
const sentence = (prompt: string): string => prompt.charAt(0).toUpperCase() + prompt.slice(1).replace(/\.?$/, '.')

interface NextStep {
  readonly request: string
  /** The command for a user who cannot press Enter. `plotd ready` gives a grant to the job at the head of the queue. */
  readonly command?: string
  /**
   * Called when the user presses Enter; absent if Enter is not enough. A grant of this call is for the followed job.
   */
  readonly act?: (client: PlotdClient) => Promise<unknown>
}

/** The next step of the user before the job can be drawn. */
function nextStep(job: WireJob, plotters: readonly WirePlotter[]): NextStep | undefined {
  const ownPlotter = plotters.find(({ state }) => 'job' in state && state.job === job.id)
  if (ownPlotter?.state.is === 'paused') {
    const { why, prompt = 'the plot is paused' } = ownPlotter.state
    const action = why === 'sheet' ? 'ready' : 'resume'
    const { name } = ownPlotter
    return {
      request: sentence(prompt),
      command: `\`plotd ${action} ${name}\``,
      act: (client) => client.call(`plotter.${action}`, { name }),
    }
  }
  const able = plotters.filter((plotter) => waitsForSheet(job, plotter))
  if (able[0] && able.every(({ maintenance }) => maintenance)) return { request: plotterSentence(able[0]) }
  const free = able.find(({ state, maintenance }) => state.is === 'idle' && !maintenance)
  if (free?.state.is !== 'idle' || free.state.ready) return undefined
  const { name } = free
  if (free.interrupted) return { request: plotterSentence(free) }
  if (mustHomeFirst(free)) {
    const sheet = free.gate ? '' : ', and put a fresh sheet down: the plot begins by itself after homing'
    const request = `${name} is not homed: clear the way of its carriage${sheet}.`
    return { request, command: `\`plotd home ${name}\``, act: (client) => client.call('plotter.home', { name }) }
  }
  const { status, progress, plot } = job
  const sheet = status === 'paused' ? `sheet ${completeSheets(progress) + 1} of ${plot?.copies}` : 'a fresh sheet'
  const request = `${name} waits for you: put ${sheet} down, and move the carriage to home.`
  const act = (client: PlotdClient) => client.call('plotter.ready', { name, job: job.id })
  return { request, command: `\`plotd ready ${name}\``, act }
}
