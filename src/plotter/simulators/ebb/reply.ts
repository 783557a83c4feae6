/**
 * The form of a command's legacy answer. In forms with `reversed`, the value ends in LF CR. Legacy answers are the
 * default of all firmware. After `CU,10,1`, firmware 3 answers each command with one line, `NAME[,value]` and LF,
 * except commands of the kind 'none'.
 */
export type ReplyClass = 'ok' | 'value-ok' | 'value-ok-reversed' | 'value' | 'value-reversed' | 'none'

export interface Syntax {
  readonly usesFutureSyntax: boolean
  /** Whether OK is sent; CU,1 turns it on and off. */
  readonly sendsOk: boolean
}

/** Commands whose legacy answer has the command's name before the value. */
const NAMED = new Set(['QM', 'QU', 'PI', 'MR', 'A', 'I'])

/** The answer to a command, with its line ends; '' for a command without an answer. */
export function reply(name: string, kind: ReplyClass, value: string | undefined, syntax: Syntax): string {
  if (kind === 'none') return ''
  if (syntax.usesFutureSyntax) return value === undefined ? `${name}\n` : `${name},${value}\n`
  const ok = syntax.sendsOk ? 'OK\r\n' : '\r\n'
  const text = NAMED.has(name) ? `${name},${value ?? ''}` : (value ?? '')
  switch (kind) {
    case 'ok':
      return ok
    case 'value-ok':
      return `${text}\r\n${ok}`
    case 'value-ok-reversed':
      return `${text}\n\r${ok}`
    case 'value':
      return `${text}\r\n`
    case 'value-reversed':
      return `${text}\n\r`
    default:
      return kind satisfies never
  }
}

/** An error as the firmware prints it. By the manual an OK follows the error, but 2.8.1 and 3.0.3 send none. */
export function errorReply(name: string, text: string, syntax: Syntax): string {
  if (syntax.usesFutureSyntax) return `${name},${text}\n`
  return text.startsWith('!0') ? `${text}\n\r\r\n` : `${text}\r\n`
}

/** The error of a command handler, with one of the firmware's error texts. */
export class Refusal {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export const refuse = (text: string): never => {
  throw new Refusal(text)
}

export const MISSING = '!4 Err: Missing parameter(s)'
export const INVALID = '!6 Err: Invalid parameter value'
export const EXTRA = '!7 Err: Extra parameter'
export const needComma = (char: string): string => `!5 Err: Need comma next, found: '${char}'`

export function unknownCommand(name: string): string {
  const hex = Buffer.from(name, 'latin1').toString('hex').toUpperCase()
  return `!8 Err: Unknown command '${name}:${hex}'`
}
