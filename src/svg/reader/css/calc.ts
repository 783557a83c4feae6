const TOKEN = /\s*(?:([a-z-]{0,20}\()|((?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)([a-z%]*)|([-+*/(),]|[a-z]{1,20}))/iy
const MAX_DEPTH = 32
const CONSTANTS: ReadonlyMap<string, number> = new Map(Object.entries({ e: Math.E, pi: Math.PI, infinity: Infinity }))

/** Whether a text begins with calc(), min(), max() or clamp(), after an optional sign and an optional `-webkit-`. */
export const isCalc = (text: string): boolean => /^\s*[-+]?(?:-webkit-)?(?:calc|min|max|clamp)\(/i.test(text)

/** Converts a number with a unit; undefined for a unit that is not allowed. */
export type UnitConverter = (value: number, unit: string) => number | undefined

/**
 * Evaluates a math function of CSS (Values 4, section 10): calc(), min(), max(), clamp(), abs(), the operators + - * /
 * and brackets. Undefined for a syntax error, an unknown unit, a result of NaN, or more than 32 nested terms.
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
  readonly #convert: UnitConverter
  #at = 0
  #depth = 0

  constructor(text: string, convert: UnitConverter) {
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
    else if (call !== '' || sign === '(') value = callFunction(call.slice(0, -1), this.#list())
    else if (sign === '-' || sign === '+') value = (sign === '-' ? -1 : 1) * this.#term()
    else value = CONSTANTS.get(sign)
    if (value === undefined) throw new CalcSyntaxError()
    this.#depth--
    return value
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

function callFunction(name: string, values: readonly number[]): number | undefined {
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = values
  switch (name) {
    case '':
    case 'calc':
    case '-webkit-calc':
      return values.length === 1 ? a : undefined
    case 'min':
      return Math.min(...values)
    case 'max':
      return Math.max(...values)
    case 'clamp':
      return Math.max(a, Math.min(b, c))
    case 'abs':
      return Math.abs(a)
    default:
      return undefined
  }
}
