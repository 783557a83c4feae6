/**
 * The room `io`: the tools of every verb, which are output (`Io`, here), files (`files`) and the client of the daemon
 * (`daemon`).
 */
import type { Where } from '../../node/discover.ts'
import { type Paint, paintFor, wantsColor } from '../ui/paint.ts'
import { hang, harmless } from '../ui/text.ts'
import { Daemon } from './daemon.ts'

/** Output of a verb: sentences for users or JSON lines. Results go to stdout, everything else to stderr. */
export class Io {
  readonly json: boolean
  /** Colours for stdout. */
  readonly paint: Paint
  /** Colours for stderr. */
  readonly notePaint: Paint
  readonly daemon: Daemon

  constructor(options: Where & { readonly json?: boolean }) {
    this.json = options.json ?? false
    this.paint = paintFor(!this.json && wantsColor(process.stdout, process.env))
    this.notePaint = paintFor(wantsColor(process.stderr, process.env))
    this.daemon = new Daemon(options)
  }

  /** Width in cells: of the terminal, else COLUMNS, else 100. */
  get width(): number {
    return process.stdout.columns ?? (Number(process.env['COLUMNS']) || 100)
  }

  get rows(): number {
    return process.stdout.rows ?? (Number(process.env['LINES']) || 40)
  }

  /** Width at which sentences on stdout break. In a file or a pipe a sentence stays on one line. */
  get textWidth(): number {
    return process.stdout.columns ?? Number.POSITIVE_INFINITY
  }

  /** Width at which sentences on stderr break. */
  get noteWidth(): number {
    return process.stderr.columns ?? Number.POSITIVE_INFINITY
  }

  /** Whether a user can answer a question: stdin and stderr are a terminal, and the output is not JSON. */
  get isInteractive(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true && !this.json
  }

  /** Prints the result: `value` as one JSON line, or `words` for users. */
  answer(value: unknown, words: () => string | readonly string[]): void {
    if (this.json) {
      this.line(value)
      return
    }
    const text = words()
    this.print(...(typeof text === 'string' ? hang(text, this.textWidth) : text))
  }

  line(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value)}\n`)
  }

  print(...lines: readonly string[]): void {
    if (lines.length > 0) process.stdout.write(`${harmless(lines.join('\n'))}\n`)
  }

  /** Prints notes for users to stderr. Prints nothing with --json. */
  note(...lines: readonly string[]): void {
    if (this.json || lines.length === 0) return
    const text = lines.flatMap((line) => hang(line, this.noteWidth)).join('\n')
    process.stderr.write(`${harmless(text)}\n`)
  }

  /** Prints a warning about an incomplete result to stderr: a sentence, or one JSON line with --json. */
  warn(warning: { readonly code: string; readonly message: string } & Readonly<Record<string, unknown>>): void {
    if (this.json) process.stderr.write(`${JSON.stringify({ warning })}\n`)
    else this.note(warning.message)
  }
}
