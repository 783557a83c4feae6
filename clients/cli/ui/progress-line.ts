import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { shareOf } from '../../node/job.ts'
import { oneLine } from './columns.ts'
import type { Paint } from './paint.ts'
import { progressWords } from './sentences.ts'
import { clip, harmless, width } from './text.ts'

/**
 * One line of a terminal with `cells` columns. With 80 columns:
 * `Birthday for Ada  ━━━━━━━━━━━●┄┄┄┄┄┄   62 %  stroke 1,204 of 1,950  4 min left`.
 */
export function progressText(
  title: string,
  progress: NonNullable<WireJob['progress']>,
  paint: Paint,
  cells: number,
): string {
  const share = shareOf(progress)
  const name = clip(oneLine(title), Math.max(8, Math.floor(cells / 4)))
  const percent = `${Math.floor(100 * share)} %`.padStart(5)
  const words = progressWords(progress)
  const bar = Math.min(40, cells - width(name) - width(percent) - width(words) - 8)
  if (bar < 6) return clip(`${name} ${percent}  ${words}`, cells - 1)
  return [paint.bold(name), strokeBar(share, bar, paint), percent, paint.dim(words)].join('  ')
}

/** Progress on the last line of a terminal, drawn in place. In a file or a pipe, prints each notable line. */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream
  /** Whether the line is drawn in place. */
  readonly isLive: boolean
  #shown = ''

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out
    this.isLive = out.isTTY === true && process.env['TERM'] !== 'dumb'
  }

  /** Shows a line. In a file or a pipe, prints it only when `isNotable`. */
  show(line: string, isNotable = false): void {
    const text = harmless(line)
    if (this.isLive) {
      this.#out.write(`\r\u001b[2K${text}`)
      this.#shown = text
    } else if (isNotable && text !== this.#shown) {
      this.#out.write(`${text.trimEnd()}\n`)
      this.#shown = text
    }
  }

  /** Prints a line that stays. */
  keep(line: string): void {
    const text = harmless(line)
    if (this.isLive) this.#out.write(`\r\u001b[2K${text}\n`)
    else if (text !== this.#shown) this.#out.write(`${text}\n`)
    this.#shown = ''
  }

  /** Removes the live line. */
  clear(): void {
    if (this.isLive && this.#shown !== '') this.#out.write('\r\u001b[2K')
    this.#shown = ''
  }
}

/** How many tenths of the work are done, 0 … 10. A file or a pipe gets a line for each tenth. */
export const tenth = (progress: NonNullable<WireJob['progress']>): number => Math.floor(10 * shareOf(progress))

/**
 * A progress bar of ink, pen and the line to come: `━━━━━━●┄┄┄┄`.
 *
 * @param share  0 … 1
 * @param cells  ≥ 1
 */
export function strokeBar(share: number, cells: number, paint: Paint): string {
  const within = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0))
  if (within === 1) return '━'.repeat(cells)
  const ink = Math.min(cells - 1, Math.floor(within * cells))
  return '━'.repeat(ink) + paint.accent('●') + paint.dim('┄'.repeat(cells - ink - 1))
}
