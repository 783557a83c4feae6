const TOKEN =
  /\s*(?:([a-z-]{0,20}2?\()|((?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)([a-z%]*)|([-+*/(),]|[a-z][a-z-]{0,19}))/iy
const MAX_DEPTH = 32
const CONSTANTS: ReadonlyMap<string, number> = new Map(Object.entries({ e: Math.E, pi: Math.PI, infinity: Infinity }))

/** Matches an inverse function: its result is an angle. */
export const INVERSE = /\ba(?:sin|cos|tan2?)\(/i

/** Whether a text begins with a math function of CSS, after an optional sign and an optional `-webkit-`. */
export const isCalc = (text: string): boolean =>
  FUNCTIONS.has(/^\s*[-+]?(?:-webkit-)?([a-z]{1,20}2?)\(/i.exec(text)?.[1]?.toLowerCase() ?? '-')

/** Converts a number with a unit; undefined for a unit that is not allowed. */
export type UnitConverter = (value: number, unit: string) => number | undefined

/**
 * Evaluates a math function of CSS (Values 4, section 10): those of `FUNCTIONS`, the operators + - * / and brackets. An
 * angle has the unit that `convert` gives it, but sin(), cos() and tan() take radians. Undefined for a syntax error, an
 * unknown unit, a result of NaN, or more than 32 nested terms.
 */
export function evaluate(text: string, convert: UnitConverter): number | undefined {
  try {
    return new Calculator(text, convert).evaluate()
  } catch (thrown) {
    if (thrown instanceof CalcSyntaxError) return undefined
    throw thrown
  }
}

class CalcSyntaxError extends Error {}

class Calculator {
  readonly #tokens: string[][] = []
  readonly #convertOutside: UnitConverter
  #convert: UnitConverter
  #at = 0
  #depth = 0

  constructor(text: string, convert: UnitConverter) {
    this.#convertOutside = convert
    this.#convert = convert
    const { length } = text.trimEnd()
    TOKEN.lastIndex = 0
    while (TOKEN.lastIndex < length) {
      const [, call = '', number = '', unit = '', sign = ''] = TOKEN.exec(text) ?? []
      if (call + number + sign === '') throw new CalcSyntaxError()
      this.#tokens.push([call.toLowerCase(), number, unit.toLowerCase(), sign.toLowerCase()])
    }
  }

  evaluate(): number {
    const value = this.#term()
    if (this.#at < this.#tokens.length || Number.isNaN(value)) throw new CalcSyntaxError()
    return value
  }

  #sum(): number {
    let value = this.#product()
    for (let sign = this.#peek(); sign === '+' || sign === '-'; sign = this.#peek()) {
      this.#at++
      value += sign === '+' ? this.#product() : -this.#product()
    }
    return value
  }

  #product(): number {
    let value = this.#term()
    for (let sign = this.#peek(); sign === '*' || sign === '/'; sign = this.#peek()) {
      this.#at++
      value = sign === '*' ? value * this.#term() : value / this.#term()
    }
    return value
  }

  /** A number, a constant, a call, or a sum in brackets, with an optional sign. */
  #term(): number {
    if (++this.#depth > MAX_DEPTH) throw new CalcSyntaxError()
    const [call = '', number = '', unit = '', sign = ''] = this.#tokens[this.#at++] ?? []
    let value: number | undefined
    if (number !== '') value = this.#convert(Number(number), unit)
    else if (call !== '' || sign === '(') value = this.#call(call.slice(0, -1))
    else if (sign === '-' || sign === '+') value = (sign === '-' ? -1 : 1) * this.#term()
    else value = CONSTANTS.get(sign)
    if (value === undefined) throw new CalcSyntaxError()
    this.#depth--
    return value
  }

  /** Calls a function with the arguments that follow; undefined for an unknown function or a wrong number of them. */
  #call(name: string): number | undefined {
    const rounding = name === 'round' ? ROUNDINGS.get(this.#peek() ?? '') : undefined
    if (rounding !== undefined) {
      this.#at++
      if (this.#tokens[this.#at++]?.[3] !== ',') return undefined
    }
    const convert = this.#convert
    if (/^(?:sin|cos|tan)$/.test(name)) this.#convert = toRadians
    // Both arguments may be lengths, also inside sin().
    else if (name === 'atan2')
      this.#convert = (value, unit) => (RADIANS.has(unit) ? toRadians : this.#convertOutside)(value, unit)
    const values = this.#list()
    this.#convert = convert
    const [a = Number.NaN, b = 1] = values
    if (rounding !== undefined) return values.length < 3 ? toMultiple(rounding, a, b) : undefined
    const [least, most, call] = FUNCTIONS.get(name) ?? [1, 0]
    if (call === undefined || values.length < least || values.length > most) return undefined
    const unit = INVERSE.test(`${name}(`) ? convert(180 / Math.PI, 'deg') : 1
    return unit && unit * call(...values)
  }

  #list(): number[] {
    const values = [this.#sum()]
    for (; this.#peek() === ','; values.push(this.#sum())) this.#at++
    if (this.#peek() !== ')') throw new CalcSyntaxError()
    this.#at++
    return values
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]?.[3]
  }
}

const TURN = 2 * Math.PI
/** Radians of each unit of angles. A number without a unit is in radians. */
const RADIANS = new Map(Object.entries({ '': 1, rad: 1, deg: TURN / 360, grad: TURN / 400, turn: TURN }))

const toRadians: UnitConverter = (value, unit) => value * (RADIANS.get(unit) ?? Number.NaN)

const ROUNDINGS = new Map<string, (value: number) => number>(
  Object.entries({ nearest: Math.round, up: Math.ceil, down: Math.floor, 'to-zero': Math.trunc }),
)

/** The sign of `step` has no effect: `up` is always the greater multiple. */
const toMultiple = (rounding: (value: number) => number, value: number, step: number): number =>
  rounding(value / Math.abs(step)) * Math.abs(step)

type MathFunction = readonly [least: number, most: number, call: (...values: number[]) => number]
const one = (call: (value: number) => number): MathFunction => [1, 1, call]
const two = (call: (a: number, b: number) => number): MathFunction => [2, 2, (a = 0, b = 0) => call(a, b)]

/** The least and the greatest number of arguments of each function, and its value. */
const FUNCTIONS = new Map<string, MathFunction>(
  Object.entries({
    '': one((value) => value),
    calc: one((value) => value),
    '-webkit-calc': one((value) => value),
    min: [1, Infinity, Math.min],
    max: [1, Infinity, Math.max],
    clamp: [3, 3, (a = 0, b = 0, c = 0) => Math.max(a, Math.min(b, c))],
    round: [1, 2, (a = 0, b = 1) => toMultiple(Math.round, a, b)],
    mod: two((a, b) => a - b * Math.floor(a / b)),
    rem: two((a, b) => a % b),
    abs: one(Math.abs),
    sign: one(Math.sign),
    sqrt: one(Math.sqrt),
    exp: one(Math.exp),
    log: [1, 2, (a = 0, b = Math.E) => Math.log(a) / Math.log(b)],
    pow: two((a, b) => a ** b),
    hypot: [1, Infinity, Math.hypot],
    sin: one(Math.sin),
    cos: one(Math.cos),
    tan: one(Math.tan),
    asin: one(Math.asin),
    acos: one(Math.acos),
    atan: one(Math.atan),
    atan2: two(Math.atan2),
  }),
)
