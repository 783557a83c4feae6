import type { PlotdClient } from '../node/index.ts'

/**
 * The sender of a request. It is a program on this machine, which needs no password, or a client that sent a token as
 * its password. An unknown sender may only read the printer's attributes.
 */
export type Caller =
  | { readonly is: 'local'; readonly client: PlotdClient }
  | { readonly is: 'token'; readonly client: PlotdClient }
  | { readonly is: 'unknown' }

export const mayRead = (caller: Caller): caller is Exclude<Caller, { is: 'unknown' }> => caller.is !== 'unknown'
