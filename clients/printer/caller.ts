import type { PlotdClient } from '../node/index.ts'

/**
 * Who sends a request: a program on this machine, which needs no password; the holder of a token, which came as the
 * password; or somebody unknown, who may only look at the printer.
 */
export type Caller =
  | { readonly is: 'local'; readonly client: PlotdClient }
  | { readonly is: 'token'; readonly client: PlotdClient }
  | { readonly is: 'unknown' }

export const mayRead = (caller: Caller): caller is Exclude<Caller, { is: 'unknown' }> => caller.is !== 'unknown'
