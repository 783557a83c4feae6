/** An escape instruction of the RS-232 interface. It is executed on arrival and never buffered. */
export interface DeviceControl {
  readonly letter: string
  readonly parameters: readonly (number | undefined)[]
}

/** The role of a byte: part or end of an instruction, an error, or HP-GL. */
export type ControlStep =
  | { readonly is: 'inside' }
  | { readonly is: 'done'; readonly control: DeviceControl }
  | { readonly is: 'error'; readonly number: 11 | 12 | 14 }
  | { readonly is: 'data' }

const ESC = 27
const WITH_PARAMETERS = '@HIMNPQST'
const PLAIN = 'ABEJKLORUYZ()'
const MAX_PARAMETERS = 20

/** Extracts escape instructions, such as `ESC.B` and `ESC.@1024;0:`, from the stream of bytes. */
export class ControlParser {
  #state: 'data' | 'escape' | 'letter' | 'parameters' = 'data'
  #letter = ''
  #digits = ''
  #parameters: (number | undefined)[] = []

  /** Whether an instruction has begun and is not complete. */
  get isInside(): boolean {
    return this.#state !== 'data'
  }

  step(byte: number): ControlStep {
    const char = String.fromCharCode(byte)
    switch (this.#state) {
      case 'data':
        if (byte !== ESC) return { is: 'data' }
        this.#state = 'escape'
        return { is: 'inside' }
      case 'escape':
        this.#state = char === '.' ? 'letter' : 'data'
        return char === '.' ? { is: 'inside' } : { is: 'data' }
      case 'letter':
        return this.#begin(char)
      case 'parameters':
        return this.#parameter(char)
      default:
        return this.#state satisfies never
    }
  }

  #begin(char: string): ControlStep {
    this.#letter = char
    this.#digits = ''
    this.#parameters = []
    if (PLAIN.includes(char)) return this.#end()
    if (WITH_PARAMETERS.includes(char)) {
      this.#state = 'parameters'
      return { is: 'inside' }
    }
    this.#state = 'data'
    return { is: 'error', number: 11 }
  }

  #parameter(char: string): ControlStep {
    if (char >= '0' && char <= '9') {
      this.#digits += char
      return { is: 'inside' }
    }
    if (char !== ';' && char !== ':') {
      this.#state = 'data'
      return { is: 'error', number: 12 }
    }
    this.#parameters.push(this.#digits === '' ? undefined : Number(this.#digits))
    this.#digits = ''
    if (this.#parameters.length > MAX_PARAMETERS) {
      this.#state = 'data'
      return { is: 'error', number: 14 }
    }
    return char === ':' ? this.#end() : { is: 'inside' }
  }

  #end(): ControlStep {
    this.#state = 'data'
    return { is: 'done', control: { letter: this.#letter, parameters: this.#parameters } }
  }
}
