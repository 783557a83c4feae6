import { type Drawing, drawingOf, type Strokes, strokesOf } from '../../src/geometry/drawing.ts'
import { layoutText } from '../../src/hershey/index.ts'
import { makePlan } from '../../src/plotter/plan/make-plan.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import { readSvg } from '../../src/svg/index.ts'
import { render } from '../../src/tasks/index.ts'
import { forty, hooks, ring, spiral } from '../plotters/shapes.ts'

export const text = (): Strokes => {
  const { strokes } = layoutText('Sphinx of black quartz, judge my vow. 0123', { size: 8, width: 90 })
  return { ...strokes, points: strokes.points.map((mm) => mm + 15) }
}

/** Drawings whose time is hard to estimate. Most have short segments, corners or short strokes. */
export const SHAPES: Readonly<Record<string, Strokes>> = {
  text: text(),
  'a long curve in segments of half a millimetre': strokesOf(spiral(1000, 0.5)),
  'a long curve in segments of three tenths of a millimetre': strokesOf(spiral(1500, 0.3)),
  'one line of 6,000 segments of a tenth of a millimetre': strokesOf(spiral(6000, 0.1)),
  'a hatch': strokesOf(
    ...Array.from({ length: 30 }, (_, i) => (i % 2 ? [10 + i, 10, 40 + i, 60] : [40 + i, 60, 10 + i, 10])),
  ),
  'small squares': strokesOf(...forty((x, y) => [x, y, x + 2, y, x + 2, y + 2, x, y + 2, x, y])),
  corners: strokesOf(...hooks(40)),
  'rings in fine chords': strokesOf(...forty((x, y) => ring(x, y, 5, 120)).slice(0, 12)),
  'rings of half a millimetre': strokesOf(...forty((x, y) => ring(x, y, 0.25, 24))),
  'dashes of three tenths of a millimetre': strokesOf(...forty((x, y) => [x, y, x + 0.3, y])),
  dots: strokesOf(...forty((x, y) => [x, y])),
}

/** Two waves, 160 mm wide, with a vertex every `mm` of the width. */
const waves = (mm: number): Strokes =>
  strokesOf(
    ...[20, 60].map((top) =>
      Array.from({ length: Math.round(160 / mm) }, (_, i) => [10 + i * mm, top + 12 * Math.sin((i * mm) / 9)]).flat(),
    ),
  )

const MORE_SHAPES: Readonly<Record<string, Strokes>> = {
  'a curve in segments of 0.03 mm': strokesOf(spiral(4000, 0.03)),
  'waves in segments of 0.2 mm': waves(0.2),
  'long lines': strokesOf(...Array.from({ length: 8 }, (_, i) => [10, 10 + 9 * i, 180, 14 + 9 * i])),
}

const TASKS = {
  'birthday card': ['postcard', { template: 'birthday', recipient: 'Ada', message: 'All good wishes!' }],
  'thank-you card': [
    'postcard',
    { template: 'thank-you', recipient: 'Ada', message: 'The book came on Friday. I read it in one night.' },
  ],
  'pattern flow': ['pattern', { pattern: 'flow' }],
  'pattern guilloche': ['pattern', { pattern: 'guilloche' }],
  'pattern hilbert': ['pattern', { pattern: 'hilbert' }],
  'pattern hatch': ['pattern', { pattern: 'hatch' }],
} as const

/**
 * The makers of all drawings, by name. A shape is the same for every profile. The drawing of a task is planned for the
 * given profile.
 */
export async function drawings(): Promise<ReadonlyMap<string, (profile: Profile) => Drawing>> {
  const all = new Map<string, (profile: Profile) => Drawing>()
  for (const [name, shape] of Object.entries({ ...SHAPES, ...MORE_SHAPES })) {
    all.set(name, () => drawingOf(shape, 200, 150))
  }
  for (const [name, [task, params]] of Object.entries(TASKS)) {
    const { drawing } = readSvg((await render(task, params)).svg)
    all.set(name, (profile) => makePlan(drawing, { page: '200x150mm', fit: 'shrink', effort: 0.1 }, profile).plan)
  }
  return all
}
