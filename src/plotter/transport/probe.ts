import type { Duplex } from 'node:stream'
import { toPlotdError } from '../../errors.ts'
import { supplyVolts } from '../profiles/ebb-supply.ts'
import { isKlipper } from '../profiles/klipper.ts'
import type { Profile } from '../profiles/profile.ts'
import { SPOIL, SPOIL_EBB } from '../profiles/spoil.ts'

/** The answers of a board about itself and its machine. */
export interface BoardIdentity {
  readonly dialect: Profile['dialect']
  /** 'EBB 2.8.1', 'grbl 1.1h', '7475A' */
  readonly model: string
  /** The baud rate at which the board answered. */
  readonly baud: number
  /** grbl: the settings that `$$` lists, by number. */
  readonly settings?: Readonly<Record<number, number>>
  /** The board's report of its firmware, from the answer to `$I` or `M115`. */
  readonly info?: string
  /**
   * The lines of the board's answers about its axes. Marlin answers M503, M211 and M119, Klipper answers
   * SET_VELOCITY_LIMIT and M119, and FluidNC answers `$/…`.
   */
  readonly report?: readonly string[]
  /** EBB: the name that its owner gave it. */
  readonly nickname?: string
  /** EBB: the motor supply, V. */
  readonly volts?: number
  /**
   * HP-GL: the hard-clip limits from the answer to `OH`, plotter units. These limits follow from the paper size, which
   * is set by switches on the plotter.
   */
  readonly limits?: readonly [x1: number, y1: number, x2: number, y2: number]
}

/** Opens a port at a baud rate. */
export type OpenPort = (baud: number) => Promise<Duplex>

/** Longest wait for each answer of an EBB, grbl or Marlin board after the first, ms. */
const MORE_MS = 2000

/**
 * Longest wait for a board's first answer, and for each answer of HP-GL, ms. An Arduino that restarts when its port is
 * opened needs almost two seconds.
 */
const WAIT_MS = { ebb: 700, grbl: 3000, marlin: 3000, hpgl: 2500 } as const
/** Time after which the first query to grbl or Marlin is repeated, ms. A restarting board loses the first query. */
const REPEAT_MS = 1800

/**
 * Asks the board at a port for its name and for the settings of its machine. No query moves a motor, a pen or a servo.
 * But an HP-GL plotter draws what another program has left unfinished. The queries are:
 *
 * - EBB: `V`, `QC`, `QT`
 * - grbl: `$I`, `$$`, and on FluidNC `$/junction_deviation_mm` and `$/axes/…`
 * - Marlin: `M115`, `M503`, `M211`, `M119`
 * - Klipper: `M115`, `SET_VELOCITY_LIMIT`, `M119`
 * - HP-GL: `OI`, `OH`
 *
 * @param first  the dialect to try first
 * @returns undefined when no board of a known dialect answers
 * @throws PlotdError ERR_TRANSPORT when the port cannot be opened
 */
export async function identifyPort(
  open: OpenPort,
  first: Profile['dialect'] = 'ebb',
): Promise<BoardIdentity | undefined> {
  const order = [first, ...(['ebb', 'grbl', 'marlin', 'hpgl'] as const).filter((dialect) => dialect !== first)]
  for (const dialect of order) {
    const answer = await askPort(open, dialect === 'hpgl' ? 9600 : 115_200, QUESTIONS[dialect])
    if (answer) return answer
  }
  return undefined
}

const GRBL_QUESTIONS = `${SPOIL}\n$I\n$$\n`
const MARLIN_QUESTION = `${SPOIL}\nM115\n`

/** Queries a board of one dialect. Resolves with undefined when no such board answers. */
type Questions = (port: Conversation) => Promise<Omit<BoardIdentity, 'baud'> | undefined>

const QUESTIONS: Readonly<Record<Profile['dialect'], Questions>> = {
  async ebb(port) {
    port.write(`${SPOIL_EBB}V\r`)
    const version = await port.match(/EBB.*Version\s+(\d+\.\d+\.\d+)/, WAIT_MS.ebb)
    if (!version) return undefined
    const supply = await port.ask('QC\r', /\d+,(\d+)\s*\r?\n/)
    const name = await port.ask('QT\r', /([^\r\n]*)\r?\nOK/)
    return {
      dialect: 'ebb',
      model: `EBB ${version[1]}`,
      ...(supply && { volts: supplyVolts(Number(supply[1])) }),
      ...(name?.[1] && { nickname: name[1] }),
    }
  },
  async grbl(port) {
    port.write(GRBL_QUESTIONS)
    const repeat = setTimeout(() => port.write(GRBL_QUESTIONS), REPEAT_MS)
    const answer = await port.find(grblAnswer, WAIT_MS.grbl)
    clearTimeout(repeat)
    if (!answer) return undefined
    const settings = Object.fromEntries(
      [...port.text.matchAll(/\$(\d+)=(-?[\d.]+)/g)].map(([, number, value]) => [Number(number), Number(value)]),
    )
    const info = linesOf(answer.text).filter((line) => line.startsWith('['))
    const family = grblFamily(answer.text)
    const report = family === 'FluidNC' ? await fluidncReport(port) : []
    return { dialect: 'grbl', model: `${family} ${answer.version}`, settings, info: info.join('\n'), report }
  },
  async marlin(port) {
    port.write(MARLIN_QUESTION)
    const repeat = setTimeout(() => port.write(MARLIN_QUESTION), REPEAT_MS)
    const name = await port.match(/FIRMWARE_NAME:\s*(\S+(?: \d[\w.]*)?)[^\n]*\n/, WAIT_MS.marlin)
    clearTimeout(repeat)
    if (!name) return undefined
    const questions = isKlipper(name[0]) ? KLIPPER_REPORT : MARLIN_REPORT
    const report: string[] = []
    for (const [line, end] of questions) report.push(...linesOf((await port.ask(`${line}\n`, end))?.input ?? ''))
    return { dialect: 'marlin', model: name[1] ?? '', info: name[0], report }
  },
  async hpgl(port) {
    // ESC.R undoes the handshake of an earlier program. The plotter may still hold an unfinished label, an unfinished
    // instruction, or the queries for other boards. ETX ends a label, and the semicolons end the rest: the plotter
    // draws an unfinished instruction. ESC.K would discard it, but also the plot of another program, with the pen down.
    port.write('\x1b.R\x03;;OI;')
    const model = await port.match(/(\d{4}[A-Z]|DXY-?\w+|DPX-?\w+)\r/, WAIT_MS.hpgl)
    if (!model) return undefined
    port.forget()
    port.write('OH;')
    const limits = await port.match(/(-?\d+),(-?\d+),(-?\d+),(-?\d+)\r/, WAIT_MS.hpgl)
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = limits?.slice(1).map(Number) ?? []
    return { dialect: 'hpgl', model: model[1] ?? '', ...(limits ? { limits: [x1, y1, x2, y2] as const } : {}) }
  },
}

/**
 * Queries to a printer, each with the pattern that its complete answer matches. A board that restarted gets M115 twice.
 * The board's second answer to M115 may come after the first of these queries. The pattern of this query does not match
 * the answer to M115.
 */
type ReportQuestions = readonly (readonly [line: string, answer: RegExp])[]

const KLIPPER_REPORT: ReportQuestions = [
  ['SET_VELOCITY_LIMIT', /max_accel[\s\S]*\nok/],
  ['M119', /x:[\s\S]*\nok/i],
]
const MARLIN_REPORT: ReportQuestions = [
  ['M503', /M203[\s\S]*\nok/],
  ['M211', /(M211|Soft)[\s\S]*\nok/i],
  ['M119', /endstop[\s\S]*\nok/i],
]

/**
 * The version in a board's answers to `$I` and `$$`, and the text from the version on; undefined until both answers are
 * complete. A single expression for both answers would take minutes on a text that repeats their parts.
 */
function grblAnswer(text: string): { readonly version: string; readonly text: string } | undefined {
  const found = /\[VER:([\d.]+[a-z]?)[^\]]{0,200}\]/.exec(text)
  if (!found) return undefined
  const last = text.indexOf('$131=', found.index) // a machine of two axes has no $132
  const lineEnd = last < 0 ? -1 : text.indexOf('\n', last)
  if (lineEnd < 0 || !/ok\r?\n/.test(text.slice(lineEnd))) return undefined
  return { version: found[1] ?? '', text: text.slice(found.index) }
}

/** The firmware's name, from its answer to `$I`. */
function grblFamily(info: string): 'grbl' | 'FluidNC' | 'grblHAL' {
  if (/FluidNC/.test(info)) return 'FluidNC'
  return /FIRMWARE:grblHAL/i.test(info) ? 'grblHAL' : 'grbl'
}

/**
 * The lines of a text. Removes `echo:` and `//` from the start of a line, because printers put them before some lines.
 */
const linesOf = (text: string): string[] => text.split(/\r?\n/).map((line) => line.replace(/^(echo:|\/\/) ?/, ''))

/**
 * Reads FluidNC's junction deviation, and the axes with their motors and homing. FluidNC keeps these settings in a
 * file, and `$$` does not list them.
 */
async function fluidncReport(port: Conversation): Promise<string[]> {
  const lines: string[] = []
  for (const name of ['junction_deviation_mm', 'axes/x', 'axes/y', 'axes/z'])
    lines.push(...linesOf((await port.ask(`$/${name}\n`, /(ok|error:\d+)\r?\n/))?.input ?? ''))
  return lines
}

async function askPort(open: OpenPort, baud: number, questions: Questions): Promise<BoardIdentity | undefined> {
  const port = await open(baud)
  const closed = new Promise<void>((resolve) => port.once('close', () => resolve()))
  try {
    const answer = await questions(new Conversation(port))
    return answer && { ...answer, baud }
  } finally {
    port.destroy()
    await closed
  }
}

/**
 * A `Conversation` keeps this many characters of the end of the port's text. A board answers a few kilobytes. A device
 * that sends more is no plotter.
 */
const MAX_CHARACTERS = 16_384

/** Queries to a port, and the text that came back. */
class Conversation {
  text = ''
  readonly #port: Duplex
  #check: () => void = () => {}

  constructor(port: Duplex) {
    this.#port = port
    port.on('error', () => {})
    port.on('data', (bytes: Buffer) => {
      this.text = (this.text + bytes.toString('latin1')).slice(-MAX_CHARACTERS)
      this.#check()
    })
  }

  write(text: string): void {
    if (!this.#port.destroyed) this.#port.write(text, 'latin1')
  }

  forget(): void {
    this.text = ''
  }

  /** Writes a query. @returns the match in the text that follows; undefined when there is none within `MORE_MS` */
  ask(question: string, pattern: RegExp): Promise<RegExpExecArray | undefined> {
    this.forget()
    this.write(question)
    return this.match(pattern, MORE_MS)
  }

  /** The first match in the text that the board sends; undefined when there is none within `withinMs`. */
  match(pattern: RegExp, withinMs: number): Promise<RegExpExecArray | undefined> {
    return this.find((text) => pattern.exec(text) ?? undefined, withinMs)
  }

  /** The first result of `search` on the text that the board sends; undefined when there is none within `withinMs`. */
  find<T>(search: (text: string) => T | undefined, withinMs: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const end = (result: T | undefined) => {
        clearTimeout(timer)
        this.#check = () => {}
        resolve(result)
      }
      const timer = setTimeout(() => end(undefined), withinMs)
      this.#check = () => {
        const result = search(this.text)
        if (result !== undefined) end(result)
      }
      this.#check()
    })
  }
}

/** Like `identifyPort`, for a serial port or a `tcp://` address. @returns `{ error }` if the port cannot be opened */
export async function identifyAddress(
  path: string,
  first?: Profile['dialect'],
): Promise<BoardIdentity | { readonly error: string } | undefined> {
  try {
    const { openTransport } = await import('./transport.ts')
    const isTcp = path.startsWith('tcp://')
    return await identifyPort((baud) => openTransport(isTcp ? path : `serial:${path}?baud=${baud}`), first)
  } catch (thrown) {
    return { error: toPlotdError(thrown).message }
  }
}
