import { type SheetPlan, strokesOf } from './plan.ts'

/** A window on the sheet, mm. */
export interface Window {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Left, top, right, bottom of each stroke, mm. */
export function boxesOf(plan: SheetPlan): Float32Array {
  const { points, starts } = plan
  const boxes = new Float32Array(4 * strokesOf(plan))
  for (let s = 0; s + 1 < starts.length; s++) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let i = starts[s] as number; i < (starts[s + 1] as number); i++) {
      const [x, y] = [points[2 * i] as number, points[2 * i + 1] as number]
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > bottom) bottom = y
    }
    boxes.set([left, top, right, bottom], 4 * s)
  }
  return boxes
}

/** Whether any of stroke `s` may be seen through the window. */
export const isSeen = (boxes: Float32Array, s: number, { left, top, right, bottom }: Window): boolean =>
  (boxes[4 * s] as number) <= right &&
  (boxes[4 * s + 2] as number) >= left &&
  (boxes[4 * s + 1] as number) <= bottom &&
  (boxes[4 * s + 3] as number) >= top
