import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import type { Io } from '../io/io.ts'
import { InkCanvas } from '../ui/ink-canvas.ts'
import { Live } from '../ui/live.ts'
import { progressText, tenth } from '../ui/progress-line.ts'
import { figures, jobLine, warningLines } from '../ui/sentences.ts'
import type { Line } from './child.ts'

/** The display of the demo: sentences, and below them the sheet with its ink. */
export class Show {
  readonly #io: Io
  readonly #live = new Live(process.stdout)
  readonly #canvas: InkCanvas
  #job: WireJob | undefined
  #tenth = -1

  constructor(io: Io, page: { readonly width: number; readonly height: number }) {
    this.#io = io
    this.#canvas = new InkCanvas(page, Math.min(84, io.width - 4), Math.max(10, Math.min(30, io.rows - 12)))
  }

  say(...lines: readonly string[]): void {
    if (this.#io.json) return
    this.#live.clear()
    this.#io.print(...lines)
  }

  queued(job: WireJob, output: string): void {
    if (this.#io.json) this.#io.line({ event: 'queued', job })
    else this.say(jobLine('Queued', job, this.#io.paint, output))
  }

  /** Shows a rendered job: its path, size, time and warnings. */
  rendered(job: WireJob, output: string): void {
    if (this.#io.json) this.#io.line({ event: 'rendered', job })
    const { paint } = this.#io
    if (!job.result) return
    this.say(
      `${paint.good('✓')} ${paint.bold(job.title)}  ${output}/${job.result.path}  ${paint.dim(figures(job.result))}`,
    )
    for (const line of warningLines(job.result.warnings, paint)) this.say(`  ${line}`)
  }

  /** Shows new ink of the simulated plotter. */
  ink({ event, lines }: Line): void {
    if (event !== 'ink') return
    for (const line of lines as number[][]) this.#canvas.add(line)
    this.#draw()
  }

  plotting(job: WireJob): void {
    this.#job = job
    if (this.#live.isLive && !this.#io.json) {
      this.#draw()
      return
    }
    const { progress } = job
    const now = progress ? tenth(progress) : -1
    if (now <= this.#tenth || !progress) return
    this.#tenth = now
    if (this.#io.json) this.#io.line({ event: 'progress', progress })
    else this.say(progressText(job.title, progress, this.#io.paint, this.#io.width))
  }

  /** Leaves the finished sheet on the screen. */
  finished(): void {
    if (this.#io.json) return
    if (this.#live.isLive) this.#live.draw(this.#canvas.framed(this.#io.paint))
    else this.say(...this.#canvas.framed(this.#io.paint))
    this.#live.keep()
  }

  #draw(): void {
    const { progress, title = '' } = this.#job ?? {}
    if (!progress || this.#io.json) return
    const { paint, width } = this.#io
    this.#live.draw([...this.#canvas.framed(paint), progressText(title, progress, paint, width)])
  }
}
