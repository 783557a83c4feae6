/** The words of the spool's job states, spelt again here because plotter/ does not import spool/. */
export type PauseReason = 'operator' | 'pen-change' | 'sheet'
export type InterruptReason = 'restart' | 'connection-lost' | 'device-fault' | 'power-lost'

/** One plotter's life, as clients see it. Nothing here moves by itself. */
export type PlotterState =
  | { readonly is: 'offline'; readonly why: string }
  | { readonly is: 'idle'; readonly ready: boolean }
  | { readonly is: 'plotting'; readonly job: string }
  | {
      readonly is: 'paused'
      readonly job: string
      readonly why: PauseReason
      readonly prompt?: string
      readonly since: number
    }
  | { readonly is: 'fault'; readonly code: string; readonly message: string }

/** What a plot that did not come to its end has drawn: the first `executed` strokes, and a part of those below `begun`. */
interface Cut {
  readonly executed: number
  readonly begun: number
  readonly message: string
}

/** How a plot ended. */
export type PlotOutcome =
  | { readonly is: 'finished'; readonly seconds: number }
  | ({ readonly is: 'canceled' } & Omit<Cut, 'message'>)
  | { readonly is: 'registered'; readonly executed: number; readonly begun: number }
  | ({ readonly is: 'interrupted'; readonly why: InterruptReason } & Cut)
  | ({ readonly is: 'failed'; readonly code: string } & Cut)
