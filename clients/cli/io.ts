import type { Where } from '../../clients/node/discover.ts'
import { Daemon } from './daemon.ts'
import { harmless } from './ui/harmless.ts'
import { type Paint, paintFor, wantsColor } from './ui/paint.ts'
import { hang } from './ui/text.ts'

/** Where a verb speaks: sentences for people, or JSON lines; results on stdout, everything else on stderr. */
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

  /** Cells of a line: the terminal's, COLUMNS, or 100 where nobody says. */
  get width(): number {
    return process.stdout.columns ?? (Number(process.env['COLUMNS']) || 100)
  }

  get rows(): number {
    return process.stdout.rows ?? (Number(process.env['LINES']) || 40)
  }

  /** Where sentences break: the terminal's edge; in a file or a pipe a sentence stays one line. */
  get textWidth(): number {
    return process.stdout.columns ?? Number.POSITIVE_INFINITY
  }

  /** The same of stderr. */
  get noteWidth(): number {
    return process.stderr.columns ?? Number.POSITIVE_INFINITY
  }

  /** Somebody is there to read and to answer. */
  get interactive(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true && !this.json
  }

  /** The result: one JSON line, or the words for it. */
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

  /** Said beside the result: kept off stdout, and silent when a program listens. */
  note(...lines: readonly string[]): void {
    if (!this.json && lines.length > 0)
      process.stderr.write(`${harmless(lines.flatMap((line) => hang(line, this.noteWidth)).join('\n'))}\n`)
  }

  /** What the result lacks: a sentence on stderr, or the line of JSON that a program reads there. */
  warn(warning: { readonly code: string; readonly message: string } & Readonly<Record<string, unknown>>): void {
    if (this.json) process.stderr.write(`${JSON.stringify({ warning })}\n`)
    else this.note(warning.message)
  }
}

/** All of stdin, for `-`. */
export async function readStdin(): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
