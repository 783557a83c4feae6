/**
 * The room `errors`: errors in words for users (here), the command that helps (`next-step`), and exit codes
 * (`exit-codes`). Other rooms import this file and `exit-codes`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ERRORS, type ErrorCode, type PlotdError } from '../../../src/errors.ts'
import { packageRoot } from '../../../src/threads.ts'
import type { Paint } from '../ui/paint.ts'
import { hang } from '../ui/text.ts'
import { inFlags, nextStep, type Typed } from './next-step.ts'

/**
 * An error as text for a user: the kind of the error in the words of docs/errors.md, the message, and the remedy. For
 * ERR_PARAMS the message stands in place of the kind.
 */
export function explain(error: PlotdError, paint: Paint, cells = Number.POSITIVE_INFINITY, typed: Typed = {}): string {
  const [first = '', ...rest] = inFlags(error).split('\n')
  // The headline of ERR_PARAMS is its message, because the message names the flag and the value.
  const headline = error.code === 'ERR_PARAMS' ? first : (ERRORS[error.code] as string)
  const firstSentence = startsWithName(error) ? withFullStop(first) : sentence(first)
  const lines = [
    `${paint.bad('✗')} ${paint.bold(first === headline ? firstSentence : sentence(headline))} ${paint.dim(`[${error.code}]`)}`,
    ...(first === headline ? [] : [firstSentence, ...rest]).map((line) => `  ${line}`),
    `  ${paint.dim('→')} ${whatToDo(error, typed)}`,
  ]
  return `${lines.flatMap((line) => hang(line, cells, 4)).join('\n')}\n`
}

/** The next command, when it is known; else the remedy in docs/errors.md. */
export const whatToDo = (error: PlotdError, typed: Typed): string => nextStep(error, typed) ?? remedy(error.code)

/** The remedy that docs/errors.md gives for a code. */
export function remedy(code: ErrorCode): string {
  const page = errorPage()
  const [, section = ''] = page.split(`## ${code}\n`)
  const paragraphs = (section.split('\n## ')[0] ?? '').trim().split(/\n\n+/)
  return paragraphs[1]?.replaceAll('\n', ' ') ?? 'See docs/errors.md.'
}

function errorPage(): string {
  try {
    return readFileSync(join(packageRoot, 'docs/errors.md'), 'utf8')
  } catch {
    // A package without docs still reports the error.
    return ''
  }
}

/** Whether the message begins with the name of a field, a file or a plotter. Such a name keeps its lower case. */
function startsWithName({ message, detail }: PlotdError): boolean {
  const [issue] = (detail['issues'] ?? []) as readonly { readonly field: string }[]
  const names = [issue?.field, ...Object.values(detail)]
  return names.some((name) => typeof name === 'string' && name !== '' && isFirst(name, message))
}

const isFirst = (name: string, text: string): boolean =>
  text.startsWith(name) && !/^[\w-]/.test(text.slice(name.length))

const withFullStop = (text: string): string => (/[.!?…:]$/.test(text) ? text : `${text}.`)
const sentence = (text: string): string =>
  withFullStop(/^[a-z]\w* /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text)
