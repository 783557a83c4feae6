/** Size of the serial buffer, bytes. */
const SERIAL_BUFFER = 127
/** A longer line is cut to this length, bytes. */
const LONGEST_LINE = 95
/** Size of the queue, lines. */
const QUEUE = 4

/** A line that is ready to be executed. */
export interface Command {
  readonly text: string
  /** The line's number; undefined for a line without a number. */
  readonly number: number | undefined
}

/**
 * Takes lines from the serial buffer and checks numbers and checksums, as Marlin's queue.cpp does. A numbered line with
 * a wrong number, or with a wrong or no checksum, empties the buffer. Then the board requests the line after the last
 * good line. The board ignores a line with the number of one of the last two good lines. Klipper checks nothing.
 */
export class LineReceiver {
  readonly #checksLines: boolean
  readonly #reply: (text: string) => void
  #buffer = ''
  #queue: Command[] = []
  #last = 0
  /** Number of bytes that arrived while the buffer was full. */
  lost = 0
  /** Number of requests for a line to be sent again. */
  resends = 0

  constructor(checksLines: boolean, reply: (text: string) => void) {
    this.#checksLines = checksLines
    this.#reply = reply
  }

  get free(): number {
    return QUEUE - this.#queue.length
  }

  get hasCommand(): boolean {
    return this.#queue.length > 0
  }

  /** Puts a byte into the serial buffer. */
  keep(char: string): void {
    const kept = char === '\r' ? '\n' : char
    if (!this.#checksLines || this.#buffer.length < SERIAL_BUFFER) this.#buffer += kept
    else {
      this.lost++
      // Marlin reads a line while the line comes, and forgets what is too long for a line
      if (kept === '\n' && !this.#buffer.includes('\n')) this.#buffer = `${this.#buffer.slice(0, -1)}\n`
    }
    this.read()
  }

  /** Moves lines from the buffer into the queue while there is room. */
  read(): void {
    for (let end = this.#buffer.indexOf('\n'); end >= 0 && this.free > 0; end = this.#buffer.indexOf('\n')) {
      const line = this.#buffer.slice(0, end).slice(0, LONGEST_LINE).trim()
      this.#buffer = this.#buffer.slice(end + 1)
      if (line !== '' && !line.startsWith(';')) this.#check(line)
    }
  }

  take(): Command | undefined {
    const command = this.#queue.shift()
    this.read()
    return command
  }

  /** Empties buffer and queue, and restarts the line numbers, as a restart of the board does. */
  clear(): void {
    this.#buffer = ''
    this.#queue = []
    this.#last = 0
  }

  /** M110 sets the number of the next line to `from` + 1. */
  count(from: number): void {
    this.#last = from
  }

  #check(line: string): void {
    const star = line.lastIndexOf('*')
    const [, digits, words = ''] = /^N(-?\d+) *(.*)$/.exec(star < 0 ? line : line.slice(0, star)) ?? []
    if (!this.#checksLines || digits === undefined) {
      this.#queue.push({ text: star < 0 ? line : line.slice(0, line.indexOf('*')), number: undefined })
      return
    }
    const number = Number(digits)
    if (words.startsWith('M110')) {
      this.#queue.push({ text: words, number })
      return
    }
    if (star < 0) this.#refuse('No Checksum with line number')
    else if (Number.parseInt(line.slice(star + 1), 10) !== sumOf(line.slice(0, star))) this.#refuse('checksum mismatch')
    else if (number === this.#last || number === this.#last - 1) return
    else if (number !== this.#last + 1) this.#refuse('Line Number is not Last Line Number+1')
    else {
      this.#last = number
      this.#queue.push({ text: words, number })
    }
  }

  #refuse(why: string): void {
    this.resends++
    this.#buffer = ''
    this.#reply(`Error:${why}, Last Line: ${this.#last}\nResend: ${this.#last + 1}\nok\n`)
  }
}

/** The exclusive or of all bytes. */
function sumOf(text: string): number {
  let sum = 0
  for (const byte of Buffer.from(text, 'latin1')) sum ^= byte
  return sum
}
