import { type Axis, parseLength, resolveLength } from '../css/lengths.ts'
import { Scanner } from '../css/scanner.ts'
import type { SvgElement } from '../document/tree.ts'
import { type Frame, lengthContext } from '../reading/reading.ts'

/** The position lists of one element, and the number of its characters that have a position already. */
export interface Lists {
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly dx: readonly number[]
  readonly dy: readonly number[]
  readonly rotate: readonly number[]
  used: number
}

/** Position of a character from the lists; x and y are undefined when the character follows the one before. */
export interface Position {
  readonly x: number | undefined
  readonly y: number | undefined
  readonly dx: number
  readonly dy: number
  /** Rotation of the glyph, degrees clockwise. */
  readonly rotate: number
}

/** The position lists in the attributes of an element, lengths in user units. */
export function listsOf({ attributes }: SvgElement, frame: Frame): Lists {
  const list = (name: string, axis: Axis): number[] => lengths(attributes[name], axis, frame)
  return {
    x: list('x', 'x'),
    y: list('y', 'y'),
    dx: list('dx', 'x'),
    dy: list('dy', 'y'),
    rotate: numbers(attributes['rotate'] ?? ''),
    used: 0,
  }
}

/** A list of lengths, up to a double comma; empty when any item is invalid. */
function lengths(text: string | undefined, axis: Axis, frame: Frame): number[] {
  const context = lengthContext(frame)
  const results: number[] = []
  for (const part of text?.trim().split(/\s*,\s*|\s+/) ?? []) {
    if (part === '') break
    const length = parseLength(part)
    const value = length && resolveLength(length, axis, context)
    if (value === undefined) return []
    results.push(value)
  }
  return results
}

/** A list of numbers; empty when any item is invalid. */
function numbers(text: string): number[] {
  const scanner = new Scanner(text)
  const results: number[] = []
  scanner.skipSpace()
  while (!scanner.isDone) {
    const value = scanner.number()
    if (Number.isNaN(value)) return []
    results.push(value)
    scanner.skipSeparator()
  }
  return results
}

/**
 * The position of the next character. Each value comes from the innermost element that has an entry for the character.
 * The last entry of `rotate` serves all further characters.
 */
export function positionOf(lists: readonly Lists[]): Position {
  const first = (name: 'x' | 'y' | 'dx' | 'dy'): number | undefined =>
    lists.map((list) => list[name][list.used]).find((value) => value !== undefined)
  const rotated = lists.find(({ rotate }) => rotate.length > 0)
  const rotate = rotated?.rotate[Math.min(rotated.used, rotated.rotate.length - 1)] ?? 0
  return { x: first('x'), y: first('y'), dx: first('dx') ?? 0, dy: first('dy') ?? 0, rotate }
}
