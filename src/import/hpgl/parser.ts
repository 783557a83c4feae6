import { limit } from '../draw/canvas.ts'

/** One instruction: its two letters, its numbers, and its text if it takes one. */
export interface Instruction {
  readonly name: string
  readonly numbers: readonly number[]
  readonly text: string
}

/**
 * Instructions of HP-GL and HP-GL/2. plotd notes each instruction outside this set. plotd skips some instructions of
 * the set without a note, for example settings of the speed or the force.
 */
export const INSTRUCTIONS: ReadonlySet<string> = new Set(
  [
    'AA AC AD AF AH AP AR AS AT BF BL BP BR BZ CA CC CF CI CM CO CP CR CS CT CV DC DF DI',
    'DL DP DR DS DT DV EA EC EP ER ES EW FI FN FP FR FS FT GC GM IM IN IP IV IW KY LA LB',
    'LM LO LT MC MG MT NP NR OA OC OD OE OF OG OH OI OK OL OO OP OS OT OW PA PB PC PD PE',
    'PG PM PR PS PT PU PW QL RA RF RO RP RR RT SA SB SC SD SI SL SM SP SR SS SV TD TL TR',
    'UC UF UL VA VN VS WD WG WU XT YT',
  ].flatMap((names) => names.split(' ')),
)

const ETX = '\u0003'
/** Instructions whose parameters end at the terminator of labels. */
const LABELS = new Set(['LB', 'BL', 'WD'])
/** Matches the text of a comment (CO) or of a message on the plotter's display (MG). */
const MESSAGE = new RegExp(`\\s*"[^"]*"|[^;${ETX}]*`, 'y')
/** Limit on the numbers of one instruction. */
const MAX_NUMBERS = 2_000_000

/**
 * The instructions of an HP-GL or HP-GL/2 file, in Latin-1. PJL, PCL around the drawing and device control (`ESC.`) are
 * skipped.
 *
 * @throws PlotdError ERR_SVG_LIMIT for an instruction with too many numbers
 */
export function* instructionsOf(source: string): Generator<Instruction> {
  const reader = new Reader(source)
  for (;;) {
    const next = reader.next()
    if (next === undefined) return
    yield next
  }
}

class Reader {
  readonly #source: string
  #at = 0
  #terminator = ETX
  #isTerminatorPrinted = false
  /** Whether each character of a label has two bytes (LM1, LM3). */
  #isWide = false
  /** The place of the next return from PCL. It is kept, so that no part of the source is searched twice. */
  #back = { from: -1, to: -1 }

  constructor(source: string) {
    // The linter allows no control characters in patterns. The symbol ␛, which Latin-1 lacks, replaces ESC.
    this.#source = source.replaceAll('\u001b', '␛')
  }

  next(): Instruction | undefined {
    for (;;) {
      this.#skipBetween()
      if (this.#at >= this.#source.length) return undefined
      const name = this.#source.slice(this.#at, this.#at + 2).toUpperCase()
      if (!/^[A-Z]{2}$/.test(name)) {
        this.#at++
        continue
      }
      this.#at += 2
      return this.#parameters(name)
    }
  }

  /** Skips white space, NUL, commas, semicolons, escape sequences and lines of PJL. */
  #skipBetween(): void {
    for (;;) {
      const before = this.#at
      this.#match(/[\s;,\0]+/y)
      this.#match(/@PJL[^\n]*\n?/y)
      this.#skipEscape()
      if (this.#at === before) return
    }
  }

  #skipEscape(): void {
    // A printer in PCL mode draws no HP-GL until `ESC % n B`.
    if (this.#match(/␛%-?\d*A/y) !== undefined || this.#match(/␛[E9=]/y) !== undefined) {
      const { from, to } = this.#nextBack()
      if (from - this.#at < MAX_PCL) this.#at = to
      return
    }
    if (this.#match(/␛\.[A-Z@()[\]{}][\d;,:]*/iy) !== undefined) return
    if (this.#match(/␛%-?\d*[BX]/y) !== undefined) return
    if (this.#match(/␛[&*()][^A-Z␛]*[A-Z@]/y) !== undefined) return
    this.#match(/␛./sy)
  }

  /** The next `ESC % n B`; beyond the source when there is none. */
  #nextBack(): { from: number; to: number } {
    if (this.#back.from < this.#at) {
      const pattern = /␛%-?\d*B/g
      pattern.lastIndex = this.#at
      const match = pattern.exec(this.#source)
      const from = match?.index ?? Number.POSITIVE_INFINITY
      this.#back = { from, to: from + (match?.[0].length ?? 0) }
    }
    return this.#back
  }

  #parameters(name: string): Instruction {
    if (LABELS.has(name))
      return { name, numbers: [], text: this.#label() + (this.#isTerminatorPrinted ? this.#terminator : '') }
    if (name === 'PE') return { name, numbers: [], text: this.#match(/[^;␛]+/y) ?? '' }
    if (name === 'CO' || name === 'MG') return { name, numbers: [], text: this.#match(MESSAGE) ?? '' }
    if (name === 'DT') return this.#newTerminator()
    if (name === 'SM') return { name, numbers: [], text: this.#symbol() }
    if (name === 'BP' || name === 'PS' || name === 'NP') return { name, numbers: this.#numbers(/"[^"]*"/y), text: '' }
    const numbers = this.#numbers()
    if (name === 'LM') this.#isWide = numbers[0] === 1 || numbers[0] === 3
    else if (name === 'IN' || name === 'DF') {
      this.#terminator = ETX
      this.#isTerminatorPrinted = false
      this.#isWide = false
    }
    return { name, numbers, text: '' }
  }

  #numbers(ignored?: RegExp): number[] {
    const numbers: number[] = []
    for (;;) {
      this.#match(/[\s,]*/y)
      if (ignored !== undefined) this.#match(ignored)
      const text = this.#match(/[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy)
      if (text === undefined) return numbers
      if (numbers.length >= MAX_NUMBERS) throw limit('numbers in one instruction', MAX_NUMBERS, 'numbers')
      numbers.push(Number(text))
    }
  }

  /**
   * `DT c,mode` sets the terminator of labels to the character `c`, or to ETX without `c`. With mode 0, each label also
   * contains its terminator.
   */
  #newTerminator(): Instruction {
    const character = this.#source[this.#at] ?? ';'
    this.#isTerminatorPrinted = false
    if (character === ';') this.#terminator = ETX
    else {
      this.#terminator = character
      this.#at++
      this.#isTerminatorPrinted = this.#match(/,\s*[01]/y)?.endsWith('0') === true
    }
    return { name: 'DT', numbers: [], text: character }
  }

  #symbol(): string {
    if (this.#isWide) this.#match(/\0/y)
    const character = this.#source[this.#at] ?? ';'
    if (character !== ';') this.#at++
    return character === ';' || character <= ' ' ? '' : character
  }

  /** The text up to the terminator. A character of two bytes whose first byte is not 0 becomes U+FFFD. */
  #label(): string {
    const start = this.#at
    const step = this.#isWide ? 2 : 1
    const end = step === 2 ? `\0${this.#terminator}` : this.#terminator
    let index = this.#source.indexOf(end, start)
    while (index > 0 && (index - start) % step > 0) index = this.#source.indexOf(end, index + 1)
    const stop = index < 0 ? this.#source.length : index
    this.#at = stop + (index < 0 ? 0 : end.length)
    if (step === 1) return this.#source.slice(start, stop)
    let text = ''
    for (let i = start; i < stop; i += 2) text += this.#source[i] === '\0' ? (this.#source[i + 1] ?? '') : '\ufffd'
    return text
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const [text] = pattern.exec(this.#source) ?? []
    if (text === undefined || text === '') return undefined
    this.#at += text.length
    return text
  }
}

/** Limit on the bytes of PCL between two parts of HP-GL. */
const MAX_PCL = 10_000_000
