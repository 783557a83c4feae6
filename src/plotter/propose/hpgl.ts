import type { Profile } from '../profiles/profile.ts'
import type { BoardIdentity } from '../transport/probe.ts'
import { type Fact, trim } from './facts.ts'

/** Profiles of HP-GL models by the answer to OI. Of two profiles, the first is for A3 and the second for A4. */
const MODELS: readonly (readonly [model: RegExp, ...profiles: string[]])[] = [
  [/^7470/, 'hp-7470a'],
  [/^7475|^7440/, 'hp-7475a', 'hp-7475a-a4'],
  [/^7550/, 'hp-7550a'],
  [/^75[89]\d/, 'hp-7585b'],
  [/^D[XP]/, 'roland-dxy-1300'],
]
const UNKNOWN_MODEL = ['hp-7475a', 'hp-7475a-a4', 'roland-dxy-1300', 'hpgl-cutter']

/** Length of a plotter unit, mm. */
const UNIT_MM = 0.025
/** Width above which a sheet is A3, mm. */
const A3_FROM = 350

type Limits = NonNullable<BoardIdentity['limits']>

const spans = ([x1, y1, x2, y2]: Limits): [width: number, height: number] => [
  Math.abs(x2 - x1) * UNIT_MM,
  Math.abs(y2 - y1) * UNIT_MM,
]

/** The names of the profiles that fit a plotter, the most likely one first. */
export function hpglChoices({ model, limits }: BoardIdentity): string[] {
  const [, ...names] = MODELS.find(([pattern]) => pattern.test(model)) ?? ['', ...UNKNOWN_MODEL]
  const sheet = limits && names.length === 2 ? [names[spans(limits)[0] > A3_FROM ? 0 : 1] ?? ''] : []
  return [...new Set([...sheet, ...names])]
}

/**
 * The size and origin of the sheet for which the plotter's switches are set. A profile whose reach lies within that
 * sheet keeps its own size and origin.
 */
export function hpglFacts({ limits }: BoardIdentity, base: Profile): Fact[] {
  if (!limits || !base.hpgl) return []
  const [x1, y1, x2, y2] = limits
  const left = Math.min(x1, x2)
  const top = Math.max(y1, y2)
  const { origin } = base.hpgl
  const isWithinX = left <= origin.x && origin.x + base.width / UNIT_MM <= Math.max(x1, x2) + 1
  const isWithinY = origin.y <= top && origin.y - base.height / UNIT_MM >= Math.min(y1, y2) - 1
  const isWithin = isWithinX && isWithinY
  const [width, height] = isWithin ? [base.width, base.height] : spans(limits)
  const from = isWithin ? `the profile ${base.name}, within OH` : 'OH'
  const corner = isWithin ? origin : { x: left, y: top }
  return [
    { path: 'width', value: width, from },
    { path: 'height', value: height, from },
    { path: 'hpgl.origin', value: corner, from },
  ]
}

/** Sentences for the user about an HP-GL plotter. */
export function hpglNotes({ limits }: BoardIdentity): string[] {
  if (!limits) return []
  const [width, height] = spans(limits).map((mm) => trim(Math.round(mm * 10) / 10))
  return [`Its switches are set to a sheet with ${width} × ${height} mm to draw on.`]
}
