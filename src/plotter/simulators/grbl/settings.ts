import type { Flavour } from './flavour.ts'

/** Settings by number, as `$$` lists them. */
export type GrblSettings = Record<number, number>

/** The settings of a belt machine with a bed of 300 × 200 mm. */
export const DEFAULTS: Readonly<GrblSettings> = {
  0: 10,
  1: 25,
  2: 0,
  3: 0,
  4: 0,
  5: 0,
  6: 0,
  10: 1,
  11: 0.01,
  12: 0.002,
  13: 0,
  20: 0,
  21: 0,
  22: 0,
  23: 0,
  24: 25,
  25: 500,
  26: 250,
  27: 1,
  30: 1000,
  31: 0,
  32: 0,
  100: 80,
  101: 80,
  102: 250,
  110: 8000,
  111: 8000,
  112: 1000,
  120: 300,
  121: 300,
  122: 100,
  130: 300,
  131: 200,
  132: 20,
}

/** Settings below 100 that grbl writes with three decimals. It writes the others below 100 as whole numbers. */
const WITH_DECIMALS = new Set([11, 12, 24, 25, 27])

/** A line of `$$`. */
export function settingLine(number: number, value: number): string {
  const hasDecimals = number >= 100 || WITH_DECIMALS.has(number)
  return `$${number}=${hasDecimals ? value.toFixed(3) : Math.round(value)}`
}

/** Three settings in a row: x, y, z. */
export const triple = (settings: GrblSettings, first: number): readonly [number, number, number] => [
  settings[first] ?? 1,
  settings[first + 1] ?? 1,
  settings[first + 2] ?? 1,
]

/** grbl waits $1 ms at the end of each motion. When $1 is 255, it does not wait, and other firmwares never do. */
export const idleDelay = ({ 1: wait = 0 }: GrblSettings, { waitsAtRest }: Flavour): number =>
  waitsAtRest && wait !== 255 ? wait : 0
