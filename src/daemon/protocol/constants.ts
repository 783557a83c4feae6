/*
 * The constants that daemon and clients share besides the methods. This file imports no library, because browsers load
 * it too.
 */

export { BEGUN, completeSheets, HOLDABLE, STATUSES, UNSUCCESSFUL } from '../../spool/job.ts'

export const PROTOCOL = 1
export const DEFAULT_PORT = 7475
/** The corners of a page, as fractions of its width and height. */
export const CORNERS = {
  'top-left': { x: 0, y: 0 },
  'top-right': { x: 1, y: 0 },
  'bottom-left': { x: 0, y: 1 },
  'bottom-right': { x: 1, y: 1 },
} as const
export type Corner = keyof typeof CORNERS

/** The port resembles 631, the port of IPP. Only a superuser may use port 631. */
export const DEFAULT_PRINTER_PORT = 8631
/** The WebSocket subprotocol of the daemon. */
export const SUBPROTOCOL = 'plotd'
/** Browsers cannot set headers on a WebSocket, so they offer the token as a second subprotocol with this prefix. */
export const TOKEN_SUBPROTOCOL = 'plotd.token.'
/** The close code of a WebSocket whose token or page session is no longer valid. */
export const REVOKED = 4401
