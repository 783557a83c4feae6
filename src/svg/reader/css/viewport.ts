import type { Affine } from '../../../geometry/affine.ts'
import { Scanner } from './scanner.ts'

/** The part of the user space that a viewport shows. */
export interface ViewBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Parses a viewBox: four numbers. Undefined for any other text, or a negative side. */
export function parseViewBox(text: string | undefined): ViewBox | undefined {
  if (text === undefined) return undefined
  const scanner = new Scanner(text)
  const values: number[] = []
  scanner.skipSpace()
  for (let i = 0; i < 4; i++) {
    if (i > 0) scanner.skipSeparator()
    values.push(scanner.number())
  }
  scanner.skipSpace()
  const [x = 0, y = 0, width = 0, height = 0] = values
  return scanner.isDone && width >= 0 && height >= 0 && !Number.isNaN(x + y) ? { x, y, width, height } : undefined
}

/** Fraction of the free space that lies left of the picture or above it. */
const SHARE: Readonly<Record<string, number>> = { Min: 0, Mid: 0.5, Max: 1 }

/**
 * The transform from a viewBox to a viewport whose corner is the origin (SVG 2, section 8.2).
 *
 * @param aspect  the text of `preserveAspectRatio`
 */
export function viewBoxTransform(box: ViewBox, width: number, height: number, aspect = 'xMidYMid meet'): Affine {
  const sx = width / box.width
  const sy = height / box.height
  const words = /^\s*(none|x(Min|Mid|Max)Y(Min|Mid|Max))(?:\s*(meet|slice))?\s*$/.exec(aspect)
  if (words?.[1] === 'none') return [sx, 0, 0, sy, -box.x * sx, -box.y * sy]
  const [, , alignX = 'Mid', alignY = 'Mid', fit] = words ?? []
  const scale = fit === 'slice' ? Math.max(sx, sy) : Math.min(sx, sy)
  const dx = (width - box.width * scale) * (SHARE[alignX] ?? 0)
  const dy = (height - box.height * scale) * (SHARE[alignY] ?? 0)
  return [scale, 0, 0, scale, dx - box.x * scale, dy - box.y * scale]
}
