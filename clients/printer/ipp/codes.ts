/** Numbers of RFC 8011 and PWG 5100: operations, statuses and states. */

export const OPERATIONS = {
  'Print-Job': 0x0002,
  'Validate-Job': 0x0004,
  'Create-Job': 0x0005,
  'Send-Document': 0x0006,
  'Cancel-Job': 0x0008,
  'Get-Job-Attributes': 0x0009,
  'Get-Jobs': 0x000a,
  'Get-Printer-Attributes': 0x000b,
  'Hold-Job': 0x000c,
  'Release-Job': 0x000d,
  'Cancel-My-Jobs': 0x0039,
  'Close-Job': 0x003b,
  'Identify-Printer': 0x003c,
} as const
export type Operation = keyof typeof OPERATIONS

const NAMES = new Map<number, Operation>(
  Object.entries(OPERATIONS).map(([key, code]) => [code as number, key as Operation]),
)
export const operationOf = (code: number): Operation | undefined => NAMES.get(code)

export const STATUS = {
  ok: 0x0000,
  'ok-ignored-or-substituted-attributes': 0x0001,
  'bad-request': 0x0400,
  forbidden: 0x0401,
  'not-authenticated': 0x0402,
  'not-authorized': 0x0403,
  'not-possible': 0x0404,
  timeout: 0x0405,
  'not-found': 0x0406,
  'request-entity-too-large': 0x0408,
  'request-value-too-long': 0x0409,
  'document-format-not-supported': 0x040a,
  'attributes-or-values-not-supported': 0x040b,
  'charset-not-supported': 0x040d,
  'compression-not-supported': 0x040f,
  'compression-error': 0x0410,
  'document-format-error': 0x0411,
  'document-password-error': 0x0418,
  'document-unprintable-error': 0x041b,
  'internal-error': 0x0500,
  'operation-not-supported': 0x0501,
  'service-unavailable': 0x0502,
  'version-not-supported': 0x0503,
  'not-accepting-jobs': 0x0506,
  busy: 0x0507,
  'multiple-document-jobs-not-supported': 0x0509,
} as const
export type Status = keyof typeof STATUS

export const JOB_STATES = {
  pending: 3,
  'pending-held': 4,
  processing: 5,
  'processing-stopped': 6,
  canceled: 7,
  aborted: 8,
  completed: 9,
} as const
export type JobState = keyof typeof JOB_STATES

export const PRINTER_STATES = { idle: 3, processing: 4, stopped: 5 } as const

/** The refusal of an operation: a status, and a sentence for users. */
export class Refusal extends Error {
  readonly status: Status

  constructor(status: Status, message: string) {
    super(message)
    this.status = status
  }
}
