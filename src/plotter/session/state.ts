/** The pause reasons of the spool's jobs, repeated here because `plotter` does not import `spool`. */
export type PauseReason = 'operator' | 'pen-change' | 'sheet'
/** The purpose of a pause: another pen, the next layer, the other side of the sheet, or a service of the pen. */
export type PauseAsks = 'pen' | 'layer' | 'side' | 'service'
export type InterruptReason = 'restart' | 'connection-lost' | 'device-fault' | 'power-lost'

/** The state of one plotter, as clients see it. Only the events `begin` and `resume` change it to `plotting`. */
export type PlotterState =
  | { readonly is: 'offline'; readonly why: string }
  | { readonly is: 'idle'; readonly ready: boolean }
  | { readonly is: 'plotting'; readonly job: string }
  | {
      readonly is: 'paused'
      readonly job: string
      readonly why: PauseReason
      readonly prompt?: string
      readonly asks?: PauseAsks
      readonly since: number
    }
  | { readonly is: 'fault'; readonly code: string; readonly message: string }

/** Whether a plot is under way. */
export const hasPlot = ({ is }: PlotterState): boolean => is === 'plotting' || is === 'paused'

/**
 * The drawn part of an unfinished plot: the first `executed` strokes, and possibly parts of the later strokes with an
 * index below `begun`.
 */
interface DrawnPart {
  readonly executed: number
  readonly begun: number
  readonly message: string
}

/** The end of a plot. */
export type PlotOutcome =
  | { readonly is: 'finished'; readonly seconds: number }
  | ({ readonly is: 'canceled' } & Omit<DrawnPart, 'message'>)
  | ({ readonly is: 'registered' } & Omit<DrawnPart, 'message'>)
  | ({ readonly is: 'interrupted'; readonly why: InterruptReason } & DrawnPart)
  | ({ readonly is: 'failed'; readonly code: string } & DrawnPart)
