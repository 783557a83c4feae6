import { eachAxis, type Vector } from '../grbl/vector.ts'

/** Returns the number after a letter of a line. */
export type Value = (letter: string) => number | undefined

/** A line's command, such as `G1` or `SET_SERVO`, and its numbers. */
export function parseCommand(text: string): { readonly word: string; readonly value: Value } {
  const [word = ''] = /^([A-Z]\d+|[A-Z_]+)/.exec(text) ?? []
  const value = (letter: string): number | undefined => {
    const number = new RegExp(`${letter} *(-?\\d*\\.?\\d+)`).exec(text.slice(word.length))?.[1]
    return number === undefined ? undefined : Number(number)
  }
  return { word, value }
}

/** The place that a line names: `X0 Y220`, or `X=0 Y=220`. Axes that the line does not name keep their value. */
export const placeIn = (text: string, from: Vector): Vector =>
  eachAxis((k) => Number(new RegExp(`${'XYZ'.charAt(k)}=?(-?[\\d.]+)`).exec(text)?.[1] ?? from[k]))
