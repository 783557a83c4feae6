import { type ErrorCode, isDiskFull, type PlotdError } from '../../errors.ts'

/** JSON-RPC's own codes where they fit. All other errors have -32000, and `data.code` names the error. */
const RPC_CODES: Partial<Record<ErrorCode, number>> = {
  ERR_PROTOCOL: -32600,
  ERR_PARAMS: -32602,
  ERR_INTERNAL: -32603,
}
export const PARSE_ERROR = -32700
export const METHOD_NOT_FOUND = -32601
export const INVALID_REQUEST = -32600
const OTHER = -32000

const HTTP_STATUS: Partial<Record<ErrorCode, number>> = {
  ERR_UNAUTHORIZED: 401,
  ERR_FORBIDDEN: 403,
  ERR_FILE: 404,
  ERR_OUTPUT_PATH: 404,
  ERR_LIMIT: 413,
  ERR_INTERNAL: 500,
}

/** The error object of an answer. Branch on `data.code`; `code` is for JSON-RPC libraries. */
export interface WireError {
  readonly code: number
  readonly message: string
  readonly data: { readonly code: ErrorCode; readonly detail: Readonly<Record<string, unknown>> }
}

export const wireError = ({ code, message, detail }: PlotdError, rpcCode = RPC_CODES[code] ?? OTHER): WireError => ({
  code: rpcCode,
  message,
  data: { code, detail },
})

const TOO_MANY_REQUESTS = 429
const INSUFFICIENT_STORAGE = 507

export function httpStatus({ code, detail }: PlotdError): number {
  if (detail['limit'] === 'messagesPerSecond') return TOO_MANY_REQUESTS
  if (isDiskFull({ code: detail['system'] })) return INSUFFICIENT_STORAGE
  return HTTP_STATUS[code] ?? 400
}
