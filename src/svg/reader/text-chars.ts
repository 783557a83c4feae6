import type { Reading } from './context.ts'
import { type Frame, lengthContext } from './frame.ts'
import { type Axis, parseLength, resolveLength } from './lengths.ts'
import { numberList } from './scanner.ts'
import { inherit } from './style.ts'
import type { SvgElement } from './tree.ts'

/** One character of a text element with what bears on its place. */
export interface TextChar {
  readonly text: string
  readonly frame: Frame
  /** Absolute, in user units; undefined to go on from the character before. */
  readonly x: number | undefined
  readonly y: number | undefined
  readonly dx: number
  readonly dy: number
  /** Degrees. */
  readonly rotate: number
  /** The textPath around it. */
  readonly path: SvgElement | undefined
}

const CONTAINERS = new Set(['tspan', 'textPath', 'a', 'tref', 'switch'])

/** The lists of positions of one element, and how far they are used up. */
interface Lists {
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly dx: readonly number[]
  readonly dy: readonly number[]
  readonly rotate: readonly number[]
  used: number
}

/** The characters of a text element in order, white space collapsed (SVG 2, section 11.5). */
export function textChars(reading: Reading, element: SvgElement, frame: Frame): TextChar[] {
  const chars: TextChar[] = []
  new Collector(reading, chars).element(element, frame, [], undefined)
  while (chars.at(-1)?.text === ' ' && !isPreserved(chars.at(-1)?.frame, element)) chars.pop()
  return chars
}

class Collector {
  readonly #reading: Reading
  readonly #chars: TextChar[]

  constructor(reading: Reading, chars: TextChar[]) {
    this.#reading = reading
    this.#chars = chars
  }

  element(element: SvgElement, frame: Frame, outer: readonly Lists[], path: SvgElement | undefined): void {
    const lists = [listsOf(element, frame), ...outer]
    const inPath = element.name === 'textPath' ? element : path
    for (const child of element.children) {
      if (typeof child === 'string') this.#text(child, element, frame, lists, inPath)
      else if (CONTAINERS.has(child.name)) this.#child(child, frame, lists, inPath)
    }
  }

  #child(child: SvgElement, frame: Frame, lists: readonly Lists[], path: SvgElement | undefined): void {
    const declared = this.#reading.cascade.declared(child, frame.scope)
    if (declared.display === 'none') return
    this.element(child, { ...frame, style: inherit(frame.style, declared, frame) }, lists, path)
  }

  #text(text: string, element: SvgElement, frame: Frame, lists: readonly Lists[], path: SvgElement | undefined): void {
    const kept = isPreserved(frame, element)
    for (const char of text.replace(kept ? /[\t\n\r]/g : /[\t\n\r ]+/g, ' ')) {
      const before = this.#chars.at(-1)
      if (char === ' ' && !kept && (before === undefined || before.text === ' ')) continue
      this.#chars.push({ text: char, frame, path, ...placeOf(lists) })
      for (const list of lists) list.used++
    }
  }
}

function isPreserved(frame: Frame | undefined, element: SvgElement): boolean {
  if (/^(?:pre|break-spaces)/.test(frame?.style['white-space'] ?? '')) return true
  for (let up: SvgElement | undefined = element; up !== undefined; up = up.parent) {
    const space = up.attributes['xml:space']
    if (space !== undefined) return space === 'preserve'
  }
  return false
}

function listsOf({ attributes }: SvgElement, frame: Frame): Lists {
  const list = (name: string, axis: Axis): number[] => lengths(attributes[name], axis, frame)
  return {
    x: list('x', 'x'),
    y: list('y', 'y'),
    dx: list('dx', 'x'),
    dy: list('dy', 'y'),
    rotate: numberList(attributes['rotate'] ?? ''),
    used: 0,
  }
}

function lengths(text: string | undefined, axis: Axis, frame: Frame): number[] {
  if (text === undefined) return []
  const context = lengthContext(frame)
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  return parts.map((part) => {
    const length = parseLength(part)
    return (length && resolveLength(length, axis, context)) ?? 0
  })
}

/** The innermost element that says something about its so manieth character decides. */
function placeOf(lists: readonly Lists[]): Pick<TextChar, 'x' | 'y' | 'dx' | 'dy' | 'rotate'> {
  const first = (name: 'x' | 'y' | 'dx' | 'dy'): number | undefined =>
    lists.map((list) => list[name][list.used]).find((value) => value !== undefined)
  const turning = lists.find(({ rotate }) => rotate.length > 0)
  const rotate = turning?.rotate[Math.min(turning.used, turning.rotate.length - 1)] ?? 0
  return { x: first('x'), y: first('y'), dx: first('dx') ?? 0, dy: first('dy') ?? 0, rotate }
}
