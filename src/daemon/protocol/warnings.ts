import { z } from 'zod'
import { PlotdError } from '../../errors.ts'
import type { Warning } from '../../spool/job.ts'
import { count } from './fields.ts'

/**
 * A loss: a part of the drawing or its text will not be on the paper. A note is a harmless fact, such as the way in
 * which plotd draws a part.
 */
export type WarningKind = 'loss' | 'note'

/**
 * Every warning that the daemon gives about a job. A code that is not in this list comes from a custom task and counts
 * as a loss.
 */
const KINDS: Readonly<Record<string, WarningKind>> = {
  'not-drawn': 'loss',
  'missing-glyph': 'loss',
  'substituted-glyph': 'loss',
  clipped: 'loss',
  dropped: 'loss',
  empty: 'loss',
  'out-of-reach': 'loss',
  more: 'loss', // a warning that is left out may be a loss
  'lent-glyph': 'note',
  'composed-glyph': 'note',
  'text-font': 'note',
  'white-fill': 'note',
  'not-filled': 'note',
  'text-fit': 'note',
  'layer-hidden': 'note',
  import: 'note',
  repeated: 'note',
  'repeats-unknown': 'note',
  'page-turned': 'note',
  paper: 'note',
  address: 'note',
  'address-form': 'note',
  postage: 'note',
}

export const kindOf = (code: string): WarningKind => (Object.hasOwn(KINDS, code) && KINDS[code]) || 'loss'

export const warning = z.object({
  code: z.string(),
  message: z.string(),
  count: count.optional(),
  kind: z.enum(['loss', 'note']).meta({
    description: 'loss: part of the drawing or text will not be on the paper; note: harmless',
  }),
})

export type WireWarning = z.output<typeof warning>

/** The warnings as the wire shows them. */
export const withKinds = (warnings: readonly Warning[]): readonly WireWarning[] =>
  warnings.map((warning) => ({ ...warning, kind: kindOf(warning.code) }))

/** Refuses losses. @throws PlotdError ERR_STRICT naming the first losses and counting the others */
export function refuseLosses(warnings: readonly Warning[]): void {
  const losses = withKinds(warnings).filter(({ kind }) => kind === 'loss')
  if (losses.length === 0) return
  const list = losses.slice(0, MAX_NAMED).map(({ message }) => message)
  const more = losses.length > MAX_NAMED ? `; and ${losses.length - MAX_NAMED} more` : ''
  throw new PlotdError('ERR_STRICT', `strict: ${list.join('; ')}${more}`, { losses: losses.slice(0, MAX_NAMED) })
}

/** Maximum number of losses that the error names. */
const MAX_NAMED = 10
