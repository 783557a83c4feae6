import { type Affine, compose, IDENTITY, rotation, scaling, translation } from '../../../geometry/affine.ts'
import { evaluate } from './calc.ts'
import { type LengthContext, parseLength, resolveAgainst, splitAtBlanks, splitOutside } from './lengths.ts'

/** The box to which percentages and the origin refer, user units. */
export interface ReferenceBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const DEGREES: ReadonlyMap<string, number> = new Map([
  ['deg', 1],
  ['grad', 0.9],
  ['rad', 180 / Math.PI],
  ['turn', 360],
])

/** An angle in degrees; undefined for invalid text. 0 needs no unit. */
export function parseAngle(text: string): number | undefined {
  const angle = parseLength(text)
  if (angle === undefined) return undefined
  const { value, unit, calc } = angle
  // Inside calc() a number without a unit is a factor.
  if (calc !== undefined) return evaluate(calc, (n, u) => (u === '' ? n : inDegrees(n, u)))
  return unit === '' && value === 0 ? 0 : inDegrees(value, unit)
}

function inDegrees(value: number, unit: string): number | undefined {
  const degrees = DEGREES.get(unit)
  return degrees === undefined ? undefined : value * degrees
}

/** The content of brackets, with up to three levels of nested brackets. */
const INSIDE = '(?:[^()]|\\((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*\\))*'
const CALLS = new RegExp(`^\\s*(?:[a-zA-Z0-9]+\\(${INSIDE}\\)\\s*)+$`)
const CALL = new RegExp(`([a-zA-Z0-9]+)\\((${INSIDE})\\)`, 'g')

/** Parses the CSS property `transform` (CSS Transforms 1 and 2). Undefined for any error. */
export function parseCssTransform(text: string, box: ReferenceBox, context: LengthContext): Affine | undefined {
  if (text.trim() === 'none') return IDENTITY
  const calls = CALLS.test(text) ? text.matchAll(CALL) : []
  let matrix: Affine | undefined
  for (const [, name = '', list = ''] of calls) {
    const next = functionMatrix(
      name.toLowerCase(),
      splitOutside(list, ',').map((value) => value.trim()),
      box,
      context,
    )
    if (next === undefined) return undefined
    matrix = compose(matrix ?? IDENTITY, next)
  }
  return matrix
}

/** The least and the greatest number of arguments of each function (CSS Transforms 2). */
const ARGUMENTS: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['matrix', [6, 6]],
  ['matrix3d', [16, 16]],
  ['perspective', [1, 1]],
  ['rotate', [1, 1]],
  ['rotate3d', [4, 4]],
  ['rotatex', [1, 1]],
  ['rotatey', [1, 1]],
  ['rotatez', [1, 1]],
  ['scale', [1, 2]],
  ['scale3d', [3, 3]],
  ['scalex', [1, 1]],
  ['scaley', [1, 1]],
  ['scalez', [1, 1]],
  ['skew', [1, 2]],
  ['skewx', [1, 1]],
  ['skewy', [1, 1]],
  ['translate', [1, 2]],
  ['translate3d', [3, 3]],
  ['translatex', [1, 1]],
  ['translatey', [1, 1]],
  ['translatez', [1, 1]],
])

function functionMatrix(
  name: string,
  values: readonly string[],
  box: ReferenceBox,
  context: LengthContext,
): Affine | undefined {
  const [least, most] = ARGUMENTS.get(name) ?? [0, 0]
  if (values.length < least || values.length > most) return undefined
  const [first = '', second] = values
  switch (name) {
    case 'matrix':
      return matrixOf(values.map(plainNumber))
    case 'translate':
    case 'translate3d':
      return shift(first, second ?? '0', box, context)
    case 'translatex':
      return shift(first, '0', box, context)
    case 'translatey':
      return shift('0', first, box, context)
    case 'scale':
    case 'scale3d':
      return scaleMatrix(factor(first), factor(second ?? first))
    case 'scalex':
      return scaleMatrix(factor(first), 1)
    case 'scaley':
      return scaleMatrix(1, factor(first))
    case 'rotate':
    case 'rotatez':
      return mapDefined(parseAngle(first), (angle) => rotation(angle))
    case 'skew':
      return skewMatrix(parseAngle(first), parseAngle(second ?? '0'))
    case 'skewx':
      return skewMatrix(parseAngle(first), 0)
    case 'skewy':
      return skewMatrix(0, parseAngle(first))
    default:
      return matrixOf3d(name, values)
  }
}

/** The matrix of a 3D function: its effect on the page, seen from above. */
function matrixOf3d(name: string, values: readonly string[]): Affine | undefined {
  const [first = '', second = '', third = '', fourth = ''] = values
  switch (name) {
    case 'translatez':
    case 'perspective':
      return first === 'none' || parseLength(first) !== undefined ? IDENTITY : undefined
    case 'scalez':
      return Number.isNaN(factor(first)) ? undefined : IDENTITY
    case 'rotatex':
      return axisRotation(1, 0, 0, parseAngle(first))
    case 'rotatey':
      return axisRotation(0, 1, 0, parseAngle(first))
    case 'rotate3d':
      return axisRotation(plainNumber(first), plainNumber(second), plainNumber(third), parseAngle(fourth))
    case 'matrix3d':
      return matrixOf([0, 1, 4, 5, 12, 13].map((i) => plainNumber(values[i] ?? '')))
    default:
      return undefined
  }
}

/** The plane part of a rotation about an axis in space (CSS Transforms 2, section 14.2). */
function axisRotation(x: number, y: number, z: number, degrees: number | undefined): Affine | undefined {
  const length = Math.hypot(x, y, z)
  if (degrees === undefined || Number.isNaN(length)) return undefined
  if (length === 0) return IDENTITY
  const ux = x / length
  const uy = y / length
  const uz = z / length
  const cos = Math.cos((degrees * Math.PI) / 180)
  const sin = Math.sin((degrees * Math.PI) / 180)
  const across = ux * uy * (1 - cos)
  return [ux * ux * (1 - cos) + cos, across + uz * sin, across - uz * sin, uy * uy * (1 - cos) + cos, 0, 0]
}

const plainNumber = (text: string): number => {
  const length = parseLength(text)
  if (length?.calc !== undefined)
    return evaluate(length.calc, (value, unit) => (unit === '' ? value : undefined)) ?? Number.NaN
  return length?.unit === '' ? length.value : Number.NaN
}
const factor = (text: string): number => {
  const length = parseLength(text)
  return length?.unit === '%' ? length.value / 100 : plainNumber(text)
}
const mapDefined = (value: number | undefined, make: (value: number) => Affine): Affine | undefined =>
  value === undefined ? undefined : make(value)

const scaleMatrix = (sx: number, sy: number): Affine | undefined =>
  Number.isNaN(sx + sy) ? undefined : scaling(sx, sy)

function matrixOf([a = Number.NaN, b = 0, c = 0, d = 0, e = 0, f = Number.NaN]: readonly number[]): Affine | undefined {
  return Number.isNaN(a + b + c + d + e + f) ? undefined : [a, b, c, d, e, f]
}

function skewMatrix(x: number | undefined, y: number | undefined): Affine | undefined {
  if (x === undefined || y === undefined) return undefined
  return [1, Math.tan((y * Math.PI) / 180), Math.tan((x * Math.PI) / 180), 1, 0, 0]
}

function shift(x: string, y: string, box: ReferenceBox, context: LengthContext): Affine | undefined {
  const dx = boxLength(x, box.width, context)
  const dy = boxLength(y, box.height, context)
  return dx === undefined || dy === undefined ? undefined : translation(dx, dy)
}

/** A CSS length. Only 0 may lack a unit. Percentages refer to the box. */
function boxLength(text: string, whole: number, context: LengthContext): number | undefined {
  const length = parseLength(text)
  if (length === undefined || (length.unit === '' && length.value !== 0)) return undefined
  return resolveAgainst(length, whole, context)
}

const KEYWORDS: Readonly<Record<string, string>> = {
  left: '0%',
  top: '0%',
  center: '50%',
  right: '100%',
  bottom: '100%',
}

/**
 * The fixed point of a transform, from the text of `transform-origin`, else from `initial`. An invalid coordinate
 * counts as 0: the left or the top edge of the box.
 */
export function transformOrigin(
  text: string | undefined,
  box: ReferenceBox,
  context: LengthContext,
  initial: string,
): [x: number, y: number] {
  let [first = '50%', second = '50%'] = splitAtBlanks(text ?? initial)
  if (/^(top|bottom)$/.test(first) || /^(left|right)$/.test(second)) [first, second] = [second, first]
  const place = (value: string, whole: number): number => {
    const length = parseLength(KEYWORDS[value] ?? value)
    if (length === undefined) return 0
    return resolveAgainst(length, whole, context) ?? 0
  }
  return [box.x + place(first, box.width), box.y + place(second, box.height)]
}
