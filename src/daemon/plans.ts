import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlotdError } from '../errors.ts'
import { at, type Drawing, strokeCount, x, y } from '../geometry/drawing.ts'
import { decodePlan } from '../plotter/make-plan.ts'
import type { Plan } from '../plotter/plan.ts'

/** The frozen plan of that hash. @throws PlotdError ERR_FILE when it is gone or damaged */
export async function loadPlan(folder: string, hash: string): Promise<Plan> {
  const path = join(folder, hash)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new PlotdError(
      'ERR_FILE',
      `the plan ${hash.slice(0, 12)}… is gone; retry the job on a new sheet`,
      { path },
      cause,
    )
  })
  return decodePlan(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}

/** For each stroke, the share of all motion that is done before it: what is left of the time goes by this. */
export function shares({ points, starts }: Drawing): Float64Array {
  const count = strokeCount({ points, starts })
  const before = new Float64Array(count + 1)
  let [length, hx, hy] = [0, 0, 0]
  for (let s = 0; s < count; s++) {
    before[s] = length
    for (let i = at(starts, s); i < at(starts, s + 1); i++) {
      length += Math.hypot(x(points, i) - hx, y(points, i) - hy)
      hx = x(points, i)
      hy = y(points, i)
    }
  }
  before[count] = length
  const whole = length || 1
  return before.map((value) => value / whole)
}
