/** A value for each axis. */
export type Vector = readonly [x: number, y: number, z: number]

export const eachAxis = (valueFor: (axis: 0 | 1 | 2) => number): Vector => [valueFor(0), valueFor(1), valueFor(2)]
