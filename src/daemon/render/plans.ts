import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, PlotdError } from '../../errors.ts'
import { at, type Drawing, strokeCount, x, y } from '../../geometry/drawing.ts'
import { inEventTurns } from '../../plotter/plan/event-turns.ts'
import { readPlan } from '../../plotter/plan/make-plan.ts'
import type { Plan } from '../../plotter/plan/plan.ts'

/** Reads the frozen plan with this hash. @throws PlotdError ERR_FILE when its file is missing or damaged */
export async function loadPlan(folder: string, hash: string): Promise<Plan> {
  const path = join(folder, hash)
  const file = await open(path).catch((cause: unknown) => {
    const isGone = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    const why = isGone ? 'is gone; retry the job on a new sheet' : `cannot be opened: ${messageOf(cause)}`
    throw new PlotdError('ERR_FILE', `the plan ${hash.slice(0, 12)}… ${why}`, { path }, cause)
  })
  try {
    const { size } = await file.stat()
    return await readPlan({ bytes: size, read: (into, from) => readWhole(file, into, from) })
  } finally {
    await file.close()
  }
}

async function readWhole(file: FileHandle, into: Uint8Array, from: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, from + done)
    if (bytesRead === 0) throw new PlotdError('ERR_FILE', 'the plan file became shorter while it was read')
    done += bytesRead
  }
}

/**
 * The motion before each of N strokes, as a fraction of all motion without the return to home. Has N + 1 entries, 0 …
 * 1. Entry k is the fraction before the travel to stroke k. The last entry is 1, or 0 when there is no motion.
 */
export async function shares({ points, starts }: Drawing): Promise<Float64Array<ArrayBuffer>> {
  const count = strokeCount({ points, starts })
  const before = new Float64Array(count + 1)
  let stroke = 0
  let length = 0
  let penX = 0
  let penY = 0
  await inEventTurns(points.length / 2, (from, to) => {
    for (let i = from; i < to; i++) {
      while (stroke < count && at(starts, stroke) === i) before[stroke++] = length
      const dx = x(points, i) - penX
      const dy = y(points, i) - penY
      length += Math.sqrt(dx * dx + dy * dy)
      penX = x(points, i)
      penY = y(points, i)
    }
  })
  before.fill(length, stroke)
  const whole = length || 1
  await inEventTurns(count + 1, (from, to) => {
    for (let s = from; s < to; s++) before[s] = at(before, s) / whole
  })
  return before
}

/** The ink before each of N strokes, mm: N + 1 entries. Entry k is the ink before stroke k; the last is all ink. */
export async function inkBefore({
  points,
  starts,
}: Pick<Drawing, 'points' | 'starts'>): Promise<Float64Array<ArrayBuffer>> {
  const count = strokeCount({ points, starts })
  const before = new Float64Array(count + 1)
  let stroke = 0
  let length = 0
  await inEventTurns(points.length / 2, (from, to) => {
    for (let i = from; i < to; i++) {
      if (stroke < count && at(starts, stroke) === i) before[stroke++] = length
      else length += Math.hypot(x(points, i) - x(points, i - 1), y(points, i) - y(points, i - 1))
    }
  })
  before.fill(length, stroke)
  return before
}
