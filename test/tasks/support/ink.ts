import { type Bounds, boundsOf } from '../../../src/geometry/bounds.ts'

/** The box around all paths in an SVG that plotd wrote (absolute M, L and z only), and the number of paths. */
export function inkOf(svg: string): { bounds: Bounds; strokes: number } {
  const paths = [...svg.matchAll(/<path d="([^"]+)"/g)].map(([, data = '']) => data)
  const strange = paths.find((data) => /[^MLz\d\s.,-]/.test(data))
  if (strange !== undefined) throw new Error(`a command that is not M, L or z in ${strange.slice(0, 60)}`)
  const numbers = paths.flatMap((data) => (data.match(/-?\d*\.?\d+/g) ?? []).map(Number))
  return { bounds: boundsOf({ points: Float64Array.from(numbers) }), strokes: paths.length }
}
