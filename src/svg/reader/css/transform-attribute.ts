import { type Affine, compose, IDENTITY, rotation, scaling, translation } from '../../../geometry/affine.ts'
import { Scanner } from './scanner.ts'

const radians = (degrees: number): number => (degrees * Math.PI) / 180
const skewX = (degrees: number): Affine => [1, 0, Math.tan(radians(degrees)), 1, 0, 0]
const skewY = (degrees: number): Affine => [1, Math.tan(radians(degrees)), 0, 1, 0, 0]

/** Functions by name and number of arguments; any other number of arguments is an error. */
const FUNCTIONS: Readonly<Record<string, Readonly<Record<number, (a: readonly number[]) => Affine>>>> = {
  matrix: { 6: ([a = 1, b = 0, c = 0, d = 1, e = 0, f = 0]) => [a, b, c, d, e, f] },
  translate: { 1: ([x = 0]) => translation(x, 0), 2: ([x = 0, y = 0]) => translation(x, y) },
  scale: { 1: ([s = 1]) => scaling(s), 2: ([x = 1, y = 1]) => scaling(x, y) },
  rotate: { 1: ([a = 0]) => rotation(a), 3: ([a = 0, x = 0, y = 0]) => rotation(a, x, y) },
  skewX: { 1: ([a = 0]) => skewX(a) },
  skewY: { 1: ([a = 0]) => skewY(a) },
}

/** Parses a `transform` attribute. Undefined for any error. The whole attribute is then ignored. */
export function parseTransform(text: string): Affine | undefined {
  const scanner = new Scanner(text)
  let matrix: Affine = IDENTITY
  scanner.skipSpace()
  while (!scanner.isDone) {
    const name = /^[a-zA-Z]+/.exec(text.slice(scanner.at, scanner.at + 12))?.[0] ?? ''
    scanner.at += name.length
    const values = numbersInBrackets(scanner)
    const make = values && FUNCTIONS[name]?.[values.length]
    if (values === undefined || make === undefined) return undefined
    matrix = compose(matrix, make(values))
    if (scanner.skipSeparator() && scanner.isDone) return undefined
  }
  return matrix
}

/** The numbers in brackets; undefined for anything else. */
function numbersInBrackets(scanner: Scanner): number[] | undefined {
  scanner.skipSpace()
  if (scanner.peek() !== 40) return undefined
  scanner.at++
  scanner.skipSpace()
  const values: number[] = []
  for (let hasComma = false; scanner.peek() !== 41 || hasComma; hasComma = scanner.skipSeparator()) {
    const value = scanner.number()
    if (Number.isNaN(value)) return undefined
    values.push(value)
  }
  scanner.at++
  return values
}

/** The largest factor by which a matrix stretches any length (its greater singular value). */
export function stretch([a, b, c, d]: Affine): number {
  const p = (a * a + b * b + c * c + d * d) / 2
  const q = a * d - b * c
  return Math.sqrt(p + Math.sqrt(Math.max(0, p * p - q * q)))
}

/** The root mean square, over all directions, of the factor by which a matrix stretches a length. */
export const rmsStretch = ([a, b, c, d]: Affine): number => Math.sqrt((a * a + b * b + c * c + d * d) / 2)
