import type { Params } from '../../../../src/daemon/protocol/index.ts'
import type { Values } from './schema.ts'

/** How soon, how often, and how it is to lie on the paper. Lengths in mm; what is absent is as the drawing has it. */
export interface Wish {
  readonly priority?: 'high' | 'default' | 'low'
  /** '' is no plotter, only the SVG; absent is any, where there is one. */
  readonly plotter?: string
  readonly copies?: number
  readonly page?: string
  readonly landscape?: boolean
  readonly margin?: number
  readonly fit?: 'none' | 'shrink' | 'page'
  readonly align?: 'keep' | 'center' | 'top-left'
  readonly rotate?: number
  /** Places of the chosen layers, from 1; all when absent. */
  readonly layers?: readonly number[]
  readonly keepOrder?: boolean
  readonly once?: boolean
  readonly passes?: number
  readonly speedPercent?: number
}

/** All that was typed and chosen, by task: it outlives the drawer's tabs, a restart of the daemon and a reload. */
export interface Composition {
  readonly task: string
  readonly values: Readonly<Record<string, Values>>
  readonly wishes: Readonly<Record<string, Wish>>
}

/** A card with a picture on it: `blank` is a choice, not a beginning. */
export const EMPTY: Composition = { task: 'postcard', values: { postcard: { template: 'birthday' } }, wishes: {} }

export type PlotRequest = NonNullable<Params<'job.submit'>['plot']>

/** The wish as the daemon takes it; undefined when there is to be no ink. */
export function plotOf(wish: Wish, anyPlotter: boolean): PlotRequest | undefined {
  const { priority: _, plotter = anyPlotter ? 'any' : '', copies, page, layers, ...options } = wish
  if (plotter === '') return undefined
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined && value !== false),
  )
  return {
    plotter,
    ...(copies === undefined ? {} : { copies }),
    ...(page === undefined ? {} : { pageSize: page }),
    ...(layers === undefined ? {} : { layers }),
    ...(Object.keys(given).length === 0 ? {} : { options: given }),
  }
}

const KEY = 'plotd.composition'

export function restored(store: { getItem(key: string): string | null }): Composition {
  try {
    return { ...EMPTY, ...(JSON.parse(store.getItem(KEY) ?? '{}') as Partial<Composition>) }
  } catch {
    return EMPTY
  }
}

/** A full store (a private window, say) is no reason to stop typing. */
export function keep(store: { setItem(key: string, value: string): void }, composition: Composition): void {
  try {
    store.setItem(KEY, JSON.stringify(composition))
  } catch {}
}
