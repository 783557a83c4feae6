/** A numbered line with its checksum, which is the exclusive or of all bytes before the asterisk. */
export function numberedLine(number: number, text: string): string {
  const line = `N${number} ${text}`
  let sum = 0
  for (const byte of Buffer.from(line, 'latin1')) sum ^= byte
  return `${line}*${sum}\n`
}

/** The meaning of a line from the board. */
export type Answer =
  /** The end of the answer to the oldest unanswered line. Klipper's answer to M115 stands on the line of its `ok`. */
  | { readonly is: 'ok'; readonly text: string }
  /** The board requests line `from` and all later lines again. The `ok` that follows answers no line. */
  | { readonly is: 'resend'; readonly from: number }
  /** The board refuses the oldest unanswered line. An `ok` follows. */
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'halted'; readonly why: string }
  | { readonly is: 'started' }
  /** A keep-alive message, an action command for the host, or the reason of a `resend` that follows. */
  | { readonly is: 'noise' }
  /** A part of the answer to the oldest unanswered line. */
  | { readonly is: 'text'; readonly text: string }

/** Marlin's error messages after which it requests lines again. */
const DAMAGED = /checksum|line number/i

/** Marlin's error messages after which the board reacts only to a reset. */
const HALTED = /halted|stopped|kill|runaway|mintemp|maxtemp|heating failed/i

/** Reads a line of Marlin or Klipper. */
export function answerOf(line: string): Answer {
  const resend = /^(?:Resend: ?|rs N?)(\d+)/i.exec(line)
  if (resend) return { is: 'resend', from: Number(resend[1]) }
  if (/^ok\b/.test(line)) return { is: 'ok', text: line.slice(2).trim() }
  if (line === 'start') return { is: 'started' }
  if (/^(echo:)?busy:|^wait$|^\/\/action:/.test(line)) return { is: 'noise' }
  const unknown = /^(?:echo:|\/\/ )(Unknown command:.*|Home .* first.*|endstops hit.*)/i.exec(line)
  if (unknown) return { is: 'refused', why: unknown[1] ?? '' }
  const error = /^(?:Error:|!! ?)(.*)/.exec(line)
  if (!error) {
    const state = /^\/\/ Klipper state: (Shutdown|Disconnect)/.exec(line)
    return state ? { is: 'halted', why: line.slice(3) } : { is: 'text', text: line.replace(/^(echo:|\/\/ ?)/, '') }
  }
  const why = error[1] ?? ''
  if (line.startsWith('!!')) return { is: 'refused', why }
  if (DAMAGED.test(why)) return { is: 'noise' }
  return { is: HALTED.test(why) ? 'halted' : 'refused', why }
}

/**
 * Whether a refusal quotes another command than `line`. Some firmwares quote the number of the line, too. A text as
 * long as `line` is `line` itself, which noise has damaged on its way to the host.
 */
export function isOtherCommand(refusal: string, line: string): boolean {
  const [, text = '', word] = /^Unknown command: ?"((\S+?)(?: .*)?)"/i.exec(refusal) ?? []
  const sent = line.trim()
  return word !== undefined && text.length !== sent.length && !/^N\d/.test(word) && !sent.startsWith(word)
}
