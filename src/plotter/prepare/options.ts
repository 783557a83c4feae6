import { PlotdError } from '../../errors.ts'
import { landscape, type PageSize, pageNames, pageSize } from '../../geometry/pages.ts'
import type { Solver } from './bound/index.ts'

/** Options that place a drawing on the page and prepare it for the pen. Lengths in mm. */
export interface PrepareOptions {
  /** Page name or size ('a5', '210x148mm'). Default: the drawing's own size. */
  readonly page?: string
  /** Turns the page to landscape. */
  readonly landscape?: boolean
  /** Border without ink, for `fit`, `align` and `clip: 'margins'`. Default 0. */
  readonly margin?: number
  /** Rotates the drawing, degrees clockwise, before it is placed. */
  readonly rotate?: number
  /** Scales the ink by this factor from the page's top-left corner, before `fit`. The page keeps its size. */
  readonly scale?: number
  /**
   * 'page' scales the ink to fill the area within the margins. 'shrink' does so only if the ink is larger than this
   * area. Default 'none'.
   */
  readonly fit?: 'none' | 'shrink' | 'page'
  /**
   * Centres the drawing's own page on `page`, and ignores `scale`, `fit` and `align`. The drawing's page is turned by
   * 90° if the two pages have different orientations. If `page` lies within the machine's reach only after a turn, both
   * pages are turned. 'keep' does not scale. 'shrink' scales the drawing's page to `page` if the drawing's page is
   * larger. 'fit' always scales the drawing's page to `page`.
   */
  readonly sheet?: 'keep' | 'shrink' | 'fit'
  /**
   * The place of the ink. 'keep', the default without `fit`, does not move the ink; with 'keep', `fit` scales the ink
   * from the page's top-left corner. 'center', the default with `fit`, puts the ink in the middle of the area within
   * the margins. 'top-left' puts the ink in the top-left corner of this area.
   */
  readonly align?: 'keep' | 'center' | 'top-left'
  /** The area outside which ink is cut off and reported. Default 'page'. */
  readonly clip?: 'page' | 'margins' | 'none'
  /** Drops strokes shorter than this. A dot is a stroke of length 0. The default 0 drops none. */
  readonly dropShorterThan?: number
  /** Drops vertices that lie at most this far from the simplified line. The default 0 drops none. */
  readonly simplify?: number
  /** Draws over a gap of at most this between two strokes. Default `JOIN`, a gap that a fine pen's round ends cover. */
  readonly join?: number
  /** Draws repeated ink of a layer only once, unless that takes longer. Default false. */
  readonly once?: boolean
  /** Joins strokes whose ends meet, so that as few trails as possible are left. Default true. */
  readonly trails?: boolean
  /** Moves the start of closed strokes if that saves time. Default true. */
  readonly seams?: boolean
  /** Keeps the file's order, directions and strokes, without trails, seams, joins or ordering. */
  readonly keepOrder?: boolean
  /** Effort of the search for a better order; 1 takes one to five seconds for 10,000 strokes. */
  readonly effort?: number
  /** Computes a time that no order can beat. The computation takes up to a minute for 10,000 strokes. */
  readonly bound?: boolean
  /** The result of `loadSolver`. If `bound` is set, the solver raises the bound of a layer of up to 200 strokes. */
  readonly solver?: Solver | undefined
  /**
   * Draws every stroke this many times without a lift: an open one to and fro, a closed one round. A dot is drawn once.
   * Default 1.
   */
  readonly passes?: number
  /** Draws each layer's strokes in the opposite order and direction. */
  readonly reverse?: boolean
  /** Draws only these layers, by name or by number from 1. */
  readonly layers?: readonly (string | number)[]
  /** On abort, the work ends with the signal's reason. A running solver can delay the end by some seconds. */
  readonly signal?: { readonly aborted: boolean; readonly reason?: unknown }
  /** Returns true when time is up. Then the search ends with the best order so far. */
  readonly expired?: () => boolean
  /** Called with the fraction of the work that is done, 0 … 1. */
  readonly onProgress?: (done: number) => void
}

/** Half the width of a 0.3 mm fineliner, mm. Round ends this close overlap on the paper. */
export const JOIN = 0.15

const NUMBERS = [
  ['margin', 0, 10_000],
  ['rotate', -36_000, 36_000],
  ['scale', 1e-6, 1e6],
  ['dropShorterThan', 0, 1e6],
  ['simplify', 0, 1000],
  ['join', 0, 1000],
  ['effort', 0, 1000],
  ['passes', 1, 100],
] as const

/** @throws PlotdError ERR_PARAMS naming the option at fault, its value and what is allowed */
export function checkOptions(options: PrepareOptions): void {
  for (const [name, least, most] of NUMBERS) {
    const value = options[name]
    if (value === undefined || (value >= least && value <= most)) continue
    throw badOption(name, value, `a number from ${least} to ${most}`)
  }
  if (options.passes !== undefined && !Number.isInteger(options.passes)) {
    throw badOption('passes', options.passes, 'a whole number')
  }
}

/**
 * The page of the options, or the drawing's own size.
 *
 * @throws PlotdError ERR_PARAMS for an unknown page, or a margin of half the page's shorter side or more
 */
export function pageOf(options: PrepareOptions, own: PageSize): PageSize {
  const page = options.page === undefined ? own : pageSize(options.page)
  if (!page) throw badOption('page', options.page, `one of ${pageNames.join(', ')}, or a size such as 210x148mm`)
  const { width, height } = options.landscape === true ? landscape(page) : page
  const margin = options.margin ?? 0
  if (2 * margin < Math.min(width, height)) return { width, height }
  throw badOption('margin', margin, `less than half of the shorter side of the page (${width} × ${height} mm)`)
}

/** The error for an invalid option. @param expected  completes the sentence "VALUE is not …" */
export function badOption(name: string, value: unknown, expected: string): PlotdError {
  return new PlotdError('ERR_PARAMS', `${name}: ${JSON.stringify(value)} is not ${expected}`, { field: name, value })
}
