/** A point or direction in space. */
export type Vec = readonly [x: number, y: number, z: number]

/** Three columns of a linear map, then the translation. */
export interface Matrix {
  readonly x: Vec
  readonly y: Vec
  readonly z: Vec
  readonly at: Vec
}

export const IDENTITY: Matrix = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1], at: [0, 0, 0] }

export const plus = (a: Vec, b: Vec): Vec => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const times = (a: Vec, factor: number): Vec => [a[0] * factor, a[1] * factor, a[2] * factor]
const cross = (a: Vec, b: Vec): Vec => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
const unit = (a: Vec): Vec => times(a, 1 / (Math.hypot(...a) || 1))

const direction = ({ x, y, z }: Matrix, [a, b, c]: Vec): Vec => [
  a * x[0] + b * y[0] + c * z[0],
  a * x[1] + b * y[1] + c * z[1],
  a * x[2] + b * y[2] + c * z[2],
]

export const apply = (matrix: Matrix, point: Vec): Vec => plus(direction(matrix, point), matrix.at)

/** The map that applies `inner` first, then `outer`. */
export const compose = (outer: Matrix, inner: Matrix): Matrix => ({
  x: direction(outer, inner.x),
  y: direction(outer, inner.y),
  z: direction(outer, inner.z),
  at: apply(outer, inner.at),
})

export const translation = (by: Vec): Matrix => ({ ...IDENTITY, at: by })
export const scaling = (x: number, y: number, z: number): Matrix => ({
  x: [x, 0, 0],
  y: [0, y, 0],
  z: [0, 0, z],
  at: [0, 0, 0],
})

/** @param degrees  counterclockwise about z */
export function rotation(degrees: number): Matrix {
  const cos = Math.cos((degrees * Math.PI) / 180)
  const sin = Math.sin((degrees * Math.PI) / 180)
  return { x: [cos, sin, 0], y: [-sin, cos, 0], z: [0, 0, 1], at: [0, 0, 0] }
}

/** The object coordinate system of an extrusion, by the arbitrary axis algorithm of the DXF reference. */
export function objectSystem(extrusion: Vec): Matrix {
  const [a, b, c] = extrusion
  if (a === 0 && b === 0 && c >= 0) return IDENTITY
  const z = unit(extrusion)
  const isNearPole = Math.abs(z[0]) < 1 / 64 && Math.abs(z[1]) < 1 / 64
  const x = unit(cross(isNearPole ? [0, 1, 0] : [0, 0, 1], z))
  return { x, y: unit(cross(z, x)), z, at: [0, 0, 0] }
}

/** An upper bound on how much the map stretches a length, as seen from above. */
export const largestStretch = ({ x, y, z }: Matrix): number =>
  Math.max(Math.hypot(x[0], x[1], y[0], y[1], z[0], z[1]), 1e-12)
