import { request as httpRequest } from 'node:http'
import { OPERATIONS, type Operation, STATUS, type Status } from '../../clients/printer/ipp/codes.ts'
import { decode } from '../../clients/printer/ipp/decode.ts'
import { encode } from '../../clients/printer/ipp/encode.ts'
import { type Attributes, attributes, GROUPS, name, uri, type Value } from '../../clients/printer/ipp/values.ts'

export interface IppRequest {
  readonly job?: Readonly<Record<string, Value | readonly Value[]>>
  readonly operation?: Readonly<Record<string, Value | readonly Value[]>>
  readonly document?: Uint8Array
  readonly user?: string
  readonly password?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface IppAnswer {
  readonly http: number
  readonly status: Status
  readonly job: Attributes
  readonly jobs: readonly Attributes[]
  readonly printer: Attributes
  readonly message: string
}

export function ippRequest(
  url: string,
  operation: Operation,
  { job, operation: more, document, user }: IppRequest = {},
): Buffer {
  const own = attributes({
    'attributes-charset': { is: 'charset', value: 'utf-8' },
    'attributes-natural-language': { is: 'naturalLanguage', value: 'en' },
    'printer-uri': uri(url),
    'requesting-user-name': name(user ?? 'ada'),
    ...more,
  })
  const groups = [
    { tag: GROUPS.operation, attributes: own },
    ...(job ? [{ tag: GROUPS.job, attributes: attributes(job) }] : []),
  ]
  const head = encode({ version: [2, 0], code: OPERATIONS[operation], requestId: 1, groups })
  return Buffer.concat([head, document ?? Buffer.alloc(0)])
}

/** Posts bytes to a printer. @returns the HTTP status and the body */
export function post(
  url: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ http: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'Content-Type': 'application/ipp', ...headers } }
    const request = httpRequest(url.replace(/^ipp/, 'http'), options, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ http: response.statusCode ?? 0, body: Buffer.concat(parts) }))
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Sends one request to a printer and reads its answer. */
export async function ipp(url: string, operation: Operation, request: IppRequest = {}): Promise<IppAnswer> {
  const { password, headers } = request
  const login =
    password === undefined ? {} : { Authorization: `Basic ${Buffer.from(`x:${password}`).toString('base64')}` }
  const { http, body } = await post(url, ippRequest(url, operation, request), { ...login, ...headers })
  const { groups, code } = decode(body).message
  const groupsOf = (tag: number): Attributes[] =>
    groups.filter((group) => group.tag === tag).map((group) => group.attributes)
  const [status = 'internal-error'] = Object.entries(STATUS).find(([, value]) => value === code) ?? []
  const [message] = groupsOf(GROUPS.operation)[0]?.get('status-message') ?? []
  return {
    ...{ http, status: status as Status, jobs: groupsOf(GROUPS.job) },
    job: groupsOf(GROUPS.job)[0] ?? new Map(),
    printer: groupsOf(GROUPS.printer)[0] ?? new Map(),
    message: message?.is === 'text' ? message.value : '',
  }
}

/** A JPEG of 12 × 12 pixels, dark at the left. */
export const JPEG = Buffer.from(
  [
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7',
    'gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8',
    'fHx8fHx8fHz/wAARCAAMAAwDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABgT/xAAaEAABBQEAAAAAAAAAAAAAAAAAAQQG',
    'NYKy/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AJY1ettcqPQFGr1trlR6',
    'B//Z',
  ].join(''),
  'base64',
)
