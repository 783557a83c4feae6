import type { PlotdClient } from '../node/index.ts'

/**
 * The sender of a request: a program on this machine without a password, or a client that sent a token as its password.
 * Any other sender is unknown, and may ask for nothing but the printer's attributes.
 */
export type Caller =
  | { readonly is: 'local'; readonly client: PlotdClient }
  /**
   * `key` is the start of the token's SHA-256, and differs between tokens. Call `release` when the request has its
   * answer, so that the client may be closed.
   */
  | { readonly is: 'token'; readonly client: PlotdClient; readonly key: string; readonly release: () => void }
  | { readonly is: 'unknown' }

/** Whether the sender is known. Only a known sender may read jobs or print. */
export const mayRead = (caller: Caller): caller is Exclude<Caller, { is: 'unknown' }> => caller.is !== 'unknown'
