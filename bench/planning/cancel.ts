import { drawingOf } from '../../src/geometry/drawing.ts'
import { planInThread } from '../../src/plotter/plan/plan-in-thread.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { scatter } from './cases.ts'
import { seeded } from './seeded.ts'

const STROKES = 100_000
const ROUNDS = 20

/** How long after a cancel planning is over and its thread gone, at random moments of planning 100,000 strokes. */
export async function cancel(): Promise<void> {
  const drawing = scatter(STROKES)
  const begun = performance.now()
  await plan(drawing)
  const whole = performance.now() - begun
  const random = seeded(50)
  const waits: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const controller = new AbortController()
    let asked = Infinity
    setTimeout(
      () => {
        asked = performance.now()
        controller.abort()
      },
      whole * 0.95 * random(),
    )
    await plan(drawing, controller.signal).catch(() => waits.push(performance.now() - asked))
  }
  waits.sort((a, b) => a - b)
  const [median = NaN, most = NaN] = [waits[waits.length >> 1], waits.at(-1)]
  console.log(
    `\nCancel, at ${waits.length} random moments of planning ${STROKES} strokes (${(whole / 1000).toFixed(1)} s): ` +
      `over after ${median.toFixed(1)} ms at the median, ${most.toFixed(1)} ms at most (bar: 50)`,
  )
}

const plan = (strokes: ReturnType<typeof scatter>, signal?: AbortSignal) =>
  planInThread(
    drawingOf({ points: strokes.points.slice(), starts: strokes.starts.slice() }, 1e6, 1e6),
    {},
    profileNamed('axidraw-v3'),
    signal ? { signal } : {},
  )
