import { reverseLine } from '../../geometry/drawing.ts'
import type { Line } from './curve.ts'

export interface RibbonStyle {
  /** Number of parallel lines. */
  readonly lines: number
  /** Half the breadth at `t` = 0 … 1 along the path, mm. */
  breadth(t: number): number
  /** Rotation about the middle line, radians; at π/2 the ribbon is seen from its edge. */
  twist(t: number): number
}

/** Number of parts of each line. */
const STEPS = 200

/**
 * A ribbon of parallel lines that cross where the ribbon twists. The lines alternate in direction and form one trail.
 *
 * @param path  the middle line, called for t from `−0.5 / STEPS` to `1 + 0.5 / STEPS`
 */
export function ribbon(path: (t: number) => readonly [number, number], style: RibbonStyle): Line {
  const trail: Line = []
  for (let k = 0; k < style.lines; k++) {
    const side = style.lines === 1 ? 0 : (2 * k) / (style.lines - 1) - 1
    const line: Line = []
    for (let i = 0; i <= STEPS; i++) {
      const t = i / STEPS
      const [x, y] = path(t)
      const [ax, ay] = path(t - 0.5 / STEPS)
      const [bx, by] = path(t + 0.5 / STEPS)
      const length = Math.max(1e-9, Math.hypot(bx - ax, by - ay))
      const reach = (side * style.breadth(t) * Math.cos(style.twist(t))) / length
      // The point also moves along the path, because the far edge of a twisting ribbon lags behind the near edge.
      const lag = (side * style.breadth(t) * 0.35 * Math.sin(style.twist(t))) / length
      line.push(x - (by - ay) * reach + (bx - ax) * lag, y + (bx - ax) * reach + (by - ay) * lag)
    }
    trail.push(...(k % 2 === 0 ? line : reverseLine(line)))
  }
  return trail
}
