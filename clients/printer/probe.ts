import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { OPERATIONS, PRINTER_STATES } from './ipp/codes.ts'
import { decode } from './ipp/decode.ts'
import { encode } from './ipp/encode.ts'
import { attributes, GROUPS, keywords, numberOf, stringOf, stringsOf, uri } from './ipp/values.ts'

/** The state of a printer, as the printer reports it. */
export interface PrinterStatus {
  readonly state: 'idle' | 'processing' | 'stopped'
  readonly reasons: readonly string[]
  readonly message: string
  /** 'urn:uuid:' and the UUID of the printer; '' when the answer has no UUID. */
  readonly uuid: string
}

/** Default time limit of a probe, ms. */
const TIMEOUT_MS = 5000
/** Maximum number of bytes of an answer. An answer of plotd has less than two KiB. */
const MAX_ANSWER = 64 * 1024

/**
 * Asks a printer of plotd for its state over IPP.
 *
 * @param address  'ipp://127.0.0.1:8631/ipp/print/axidraw'
 * @returns undefined when no printer of plotd answers there within `limitMs`
 */
export async function probe(address: string, limitMs = TIMEOUT_MS): Promise<PrinterStatus | undefined> {
  const body = encode({
    version: [2, 0],
    code: OPERATIONS['Get-Printer-Attributes'],
    requestId: 1,
    groups: [
      {
        tag: GROUPS.operation,
        attributes: attributes({
          'attributes-charset': { is: 'charset', value: 'utf-8' },
          'attributes-natural-language': { is: 'naturalLanguage', value: 'en' },
          'printer-uri': uri(address),
          'requested-attributes': keywords(
            'printer-make-and-model',
            'printer-state',
            'printer-state-reasons',
            'printer-state-message',
            'printer-uuid',
          ),
        }),
      },
    ],
  })
  const answer = await post(address, body, limitMs)
    .then((bytes) => decode(bytes))
    .catch(() => undefined)
  const printer = answer?.message.groups.find(({ tag }) => tag === GROUPS.printer)?.attributes
  // Another program may have the port, such as a printer server.
  if (!stringOf(printer?.get('printer-make-and-model'))?.startsWith('plotd ')) return undefined
  return {
    state: stateOf(numberOf(printer?.get('printer-state'))),
    reasons: stringsOf(printer?.get('printer-state-reasons')).filter((reason) => reason !== 'none'),
    message: stringOf(printer?.get('printer-state-message')) ?? '',
    uuid: stringOf(printer?.get('printer-uuid')) ?? '',
  }
}

function stateOf(number: number | undefined): PrinterStatus['state'] {
  if (number === PRINTER_STATES.processing) return 'processing'
  return number === PRINTER_STATES.idle ? 'idle' : 'stopped'
}

function post(address: string, body: Buffer, limitMs: number): Promise<Buffer> {
  const url = address.replace(/^ipp/, 'http')
  const isTls = url.startsWith('https:')
  const options = {
    method: 'POST',
    headers: { 'Content-Type': 'application/ipp' },
    signal: AbortSignal.timeout(limitMs),
    // The request holds no secret, and the certificate may bear another name than this machine's.
    ...(isTls && { rejectUnauthorized: false }),
  }
  return new Promise((resolve, reject) => {
    const request = (isTls ? httpsRequest : httpRequest)(url, options, (response) => {
      const parts: Buffer[] = []
      let length = 0
      response.on('data', (part: Buffer) => {
        parts.push(part)
        length += part.length
        if (length > MAX_ANSWER) request.destroy(new Error('the answer is too long'))
      })
      response.on('end', () => resolve(Buffer.concat(parts)))
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}
