import { type Operation, operationOf, Refusal } from './ipp/codes.ts'
import { type Attributes, GROUPS, type Message, numberOf, stringOf } from './ipp/values.ts'
import { ANY } from './plotter-state.ts'

/** A request that has passed the check of its form. */
export interface Request {
  readonly operation: Operation
  readonly attributes: Attributes
  /** The attributes of the job that the operation makes. */
  readonly job: Attributes
  readonly printer: string
  /** The number of the job, for an operation on a job. */
  readonly jobId: number | undefined
  readonly user: string
}

/** Whether this printer accepts a version of IPP: 1.0, 1.1, 2.0, 2.1 or 2.2. */
export const isSupported = ([major, minor]: Message['version']): boolean =>
  (major === 1 && minor <= 1) || (major === 2 && minor <= 2)

/**
 * Checks the form of a request (RFC 8011, section 4.1) and finds its target.
 *
 * @throws Refusal `version-not-supported`, `bad-request`, `charset-not-supported`, `operation-not-supported`,
 *   `not-found`
 */
export function requestOf(message: Message): Request {
  if (!isSupported(message.version)) {
    throw new Refusal(
      'version-not-supported',
      `IPP ${message.version.join('.')} is not supported: expected 1.0, 1.1, or 2.0 to 2.2`,
    )
  }
  if (message.requestId < 1) throw bad('request-id', message.requestId, 'a number above 0')
  const operation = operationOf(message.code)
  if (!operation) {
    throw new Refusal('operation-not-supported', `the operation 0x${message.code.toString(16)} is not supported`)
  }
  const attributes = operationAttributes(message)
  const { printer, jobId } = targetOf(attributes)
  const user = stringOf(attributes.get('requesting-user-name'))?.trim() || 'anonymous'
  const job = message.groups.find(({ tag }) => tag === GROUPS.job)?.attributes ?? new Map()
  return { operation, attributes, job, printer, jobId, user }
}

function bad(what: string, value: unknown, expected: string): Refusal {
  return new Refusal('bad-request', `${what}: ${String(value)} is not ${expected}`)
}

function operationAttributes({ groups }: Message): Attributes {
  const [first, ...rest] = groups
  if (first?.tag !== GROUPS.operation)
    throw new Refusal('bad-request', 'the first group is not the group of operation attributes')
  if (rest.some(({ tag }, i) => tag === GROUPS.operation || rest.findIndex((group) => group.tag === tag) !== i)) {
    throw new Refusal('bad-request', 'a group occurs twice')
  }
  const [charset, language] = [...first.attributes]
  if (charset?.[0] !== 'attributes-charset' || language?.[0] !== 'attributes-natural-language') {
    const expected = 'attributes-charset and attributes-natural-language must come first'
    throw new Refusal('bad-request', expected)
  }
  const name = stringOf(charset[1])?.toLowerCase()
  if (name !== 'utf-8' && name !== 'us-ascii') {
    throw new Refusal('charset-not-supported', `the charset ${String(name)} is not supported: expected utf-8`)
  }
  return first.attributes
}

function targetOf(attributes: Attributes): { printer: string; jobId: number | undefined } {
  const jobUri = stringOf(attributes.get('job-uri'))
  const printerUri = stringOf(attributes.get('printer-uri'))
  const uri = printerUri ?? jobUri
  if (uri === undefined) throw new Refusal('bad-request', 'expected printer-uri or job-uri')
  const path = pathOf(uri)
  const target = path === undefined ? undefined : printerAt(path)
  if (!target) throw new Refusal('not-found', `there is no printer at ${uri}: expected a path like /ipp/print/${ANY}`)
  if (printerUri !== undefined) return { printer: target.printer, jobId: numberOf(attributes.get('job-id')) }
  // The job-uri /ipp/print/12 names no printer: 12 is a job of `any`.
  const isJob = target.jobId === undefined && /^\d{1,9}$/.test(target.printer)
  return isJob ? { printer: ANY, jobId: Number(target.printer) } : target
}

function pathOf(uri: string): string | undefined {
  try {
    return new URL(uri.replace(/^ipp(s?):/i, 'http$1:')).pathname
  } catch {
    return undefined
  }
}

/**
 * The printer that a path names, and its job when the path names one.
 *
 * @param path  '/ipp/print', '/ipp/print/axidraw' or '/ipp/print/axidraw/12'
 * @returns undefined for a path of another form
 */
export function printerAt(path: string): { readonly printer: string; readonly jobId: number | undefined } | undefined {
  const match = /^\/ipp\/print(?:\/([^/]+))?(?:\/(\d{1,9}))?\/?$/.exec(path)
  if (!match) return undefined
  const [, first, second] = match
  return { printer: decodePart(first ?? ANY), jobId: second === undefined ? undefined : Number(second) }
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
