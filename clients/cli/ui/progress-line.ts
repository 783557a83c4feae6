import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { shareOf } from '../../node/job.ts'
import { harmless } from './harmless.ts'
import type { Paint } from './paint.ts'
import { progressWords } from './sentences.ts'
import { strokeBar } from './stroke-bar.ts'
import { clip, width } from './text.ts'

/** `Birthday for Ada  ━━━━━━━━━━●┄┄┄┄┄  62 %  stroke 1,204 of 1,950  4 min left`, in one line of the terminal. */
export function progressText(
  title: string,
  progress: NonNullable<WireJob['progress']>,
  paint: Paint,
  cells: number,
): string {
  const share = shareOf(progress)
  const name = clip(title, Math.max(8, Math.floor(cells / 4)))
  const percent = `${Math.floor(100 * share)} %`.padStart(5)
  const words = progressWords(progress)
  const bar = Math.min(40, cells - width(name) - width(percent) - width(words) - 8)
  if (bar < 6) return clip(`${name} ${percent}  ${words}`, cells - 1)
  return [paint.bold(name), strokeBar(share, bar, paint), percent, paint.dim(words)].join('  ')
}

/**
 * The last line of a terminal, drawn over and over; elsewhere (a file, a pipe) a new line each time that something
 * is worth one.
 */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream
  /** One line, drawn over and over. */
  readonly live: boolean
  #shown = ''

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out
    this.live = out.isTTY === true && process.env['TERM'] !== 'dumb'
  }

  /** Show this now. `worth` says whether it deserves a line where lines stay. */
  show(line: string, worth = false): void {
    const text = harmless(line)
    if (this.live) {
      this.#out.write(`\r\u001b[2K${text}`)
      this.#shown = text
    } else if (worth && text !== this.#shown) {
      this.#out.write(`${text.trimEnd()}\n`)
      this.#shown = text
    }
  }

  /** Leave a line that stays, above whatever comes next. */
  keep(line: string): void {
    const text = harmless(line)
    if (this.live) this.#out.write(`\r\u001b[2K${text}\n`)
    else if (text !== this.#shown) this.#out.write(`${text}\n`)
    this.#shown = ''
  }

  /** Take the live line away. */
  clear(): void {
    if (this.live && this.#shown !== '') this.#out.write('\r\u001b[2K')
    this.#shown = ''
  }
}

/** A line of its own for every tenth: enough for a log, not too much. */
export const tenth = (progress: NonNullable<WireJob['progress']>): number => Math.floor(10 * shareOf(progress))
