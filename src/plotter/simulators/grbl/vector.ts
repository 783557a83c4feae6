/** A value for each axis. */
export type Vector = readonly [x: number, y: number, z: number]

/** Makes a vector, axis by axis. */
export const eachAxis = (of: (axis: 0 | 1 | 2) => number): Vector => [of(0), of(1), of(2)]
