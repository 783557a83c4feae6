import { type Canvas, limit } from '../draw/canvas.ts'
import { appendCubic } from '../draw/curves.ts'
import { appendArc, byCenter, byRadius, type Center, type Place } from './arcs.ts'
import { type Block, blocksOf, type Word } from './words.ts'

/** A setting that may lift a pen. Each digital or analogue output is a channel, also the coolants M7 and M8. */
export type Channel = 'z' | 'spindle' | 'servo' | 'fan' | `output ${string}`

/**
 * The channels that the file has set, as they are during a move:
 *
 * - `z`: mm; undefined while the height is unknown: after a Z beside G28, G30 or G53
 * - `spindle`: power of M3 and M4; 0 is off. Set when M3 or M4 has a power, or by the first M5
 * - `servo`: angle of M280 or M300
 * - `fan`: power of M106; 0 is off
 * - `output …`: value of this output; 0 is off
 */
export type Levels = Readonly<Partial<Record<Channel, number | undefined>>>

/** A move in X and Y, machine mm. A change of the levels alone is a move of length 0. */
export interface Move {
  /** x, y interleaved, with the start. */
  readonly line: readonly number[]
  readonly isRapid: boolean
  readonly before: Levels
  readonly levels: Levels
  readonly layer: number
}

/** A layer: moves of one pen, under one name. */
export interface Layer {
  readonly name: string
  readonly pen: number
}

export interface Program {
  readonly moves: readonly Move[]
  readonly layers: readonly Layer[]
  /** Whether the file states that its y grows downwards. */
  readonly isYDown: boolean
}

const INCH = 25.4
/** Limit on the moves; each takes about 150 bytes. */
const MAX_MOVES = 1_500_000
/** Limit on the channels; plotd ignores further outputs. */
const MAX_CHANNELS = 20
/** Steps of work for one point of a curve. */
const POINT = 4
/** Steps of work for one layer. */
const LAYER = 20

/** Executes G-code, and returns the moves and layers. @throws PlotdError ERR_DOCUMENT, ERR_SVG_LIMIT */
export function programOf(text: string, canvas: Canvas, tolerance: number): Program {
  const machine = new Machine(canvas, tolerance)
  for (const block of blocksOf(text)) machine.run(block)
  return machine.program()
}

type Values = Partial<Record<string, number>>

/** The modal state of a machine with three axes. */
class Machine {
  readonly #canvas: Canvas
  readonly #tolerance: number
  readonly #moves: Move[] = []
  readonly #layers: Layer[] = [{ name: '', pen: 1 }]
  /** The index of each layer by its pen and name. The key with a pen and no name has the pen's first layer. */
  readonly #placeOf = new Map([['1 ', 0]])
  #layer = 0
  #unit = 1
  #isRelative = false
  #isCenterAbsolute = false
  #motion = 0
  #isFlat = true
  #isYDown = false
  #levels: Levels = {}
  #isOn = false
  /** Whether M3 or M4 waits for its power: no S came yet, and no drawn move or M5 came since M3 or M4. */
  #awaitsPower = false
  /** Whether the program has ended (M2, M30). Subprograms often follow, which plotd does not draw. */
  #hasEnded = false
  /** The first coordinate system that the file chooses, such as G54. */
  #system: string | undefined
  /** The power that the last S set. */
  #power: number | undefined
  /** Place of the tool, machine mm. */
  #at = { x: 0, y: 0, z: 0 }
  /** Zero of the program (G92), machine mm. */
  #zero = { x: 0, y: 0, z: 0 }

  constructor(canvas: Canvas, tolerance: number) {
    this.#canvas = canvas
    this.#tolerance = tolerance
  }

  program(): Program {
    return { moves: this.#moves, layers: this.#layers, isYDown: this.#isYDown }
  }

  run({ words, comment, command, notDrawn }: Block): void {
    this.#canvas.spend(2 + words.length)
    if (this.#hasEnded) {
      if (words.length > 0) this.#canvas.note('not-drawn', 'a line after the end of the program (M2, M30)', 1)
      return
    }
    if (comment !== '') this.#readComment(comment)
    if (command !== undefined) this.#canvas.note('import', `a command such as ${command} is ignored`, 1)
    if (notDrawn !== undefined) {
      this.#canvas.note('not-drawn', notDrawn, 1)
      return
    }
    const values: Values = {}
    const codes: string[] = []
    for (const word of words)
      if (word.letter === 'G' || word.letter === 'M') codes.push(nameOf(word))
      else values[word.letter] ??= word.value
    if (codes.every(mayHavePower)) {
      if (values['S'] !== undefined) this.#setPower(values['S'])
      if (values['T'] !== undefined) this.#select(values['T'], '')
    }
    for (const code of codes) this.#code(code, values)
    // The numbers of axes beside an M code are settings (M92 X80). They are a place when the block has a motion (G1 X10
    // M92), or when the code is a switch (X10 M3).
    const hasMotion = codes.some((code) => MOTIONS[code] !== undefined)
    const isSpecial = codes.some(
      (code) => SETTING.has(code) || (code.startsWith('M') && !hasMotion && !SWITCHES.has(code)),
    )
    const hasPlace = ['X', 'Y', 'Z', 'I', 'J', 'R'].some((letter) => values[letter] !== undefined)
    if (hasPlace && !isSpecial) this.#move(values, codes.includes('G53'))
    if (!isSpecial && ['U', 'V', 'W'].some((letter) => values[letter] !== undefined))
      this.#canvas.note('not-drawn', 'a move of the axis U, V or W', 1)
    if (hasPlace && !isSpecial && values['E'] !== undefined)
      this.#canvas.note('import', 'a move with E: the extruder of a 3D printer does not lift the pen', 1)
    this.#hasEnded = codes.some((code) => code === 'M2' || code === 'M30')
  }

  #readComment(comment: string): void {
    if (/^plotd: y grows downwards$/i.test(comment)) this.#isYDown = true
    const [, number, name = ''] = /^(?:pen|tool|layer)\s+(\d{1,3})\b[:\s]*(.{0,40})$/i.exec(comment) ?? []
    if (number !== undefined) this.#select(Number(number), name)
  }

  /**
   * Selects the layer of a tool's pen; tool 0 has pen 1. A missing layer is added. Before the first move, the added
   * layer replaces the only layer.
   */
  #select(tool: number, name: string): void {
    const pen = Math.max(1, Math.trunc(tool))
    const place = this.#placeOf.get(`${pen} ${name}`)
    if (place !== undefined) {
      this.#layer = place
      return
    }
    this.#canvas.spend(LAYER)
    if (this.#moves.length === 0) {
      this.#layers.length = 0
      this.#placeOf.clear()
    }
    this.#layer = this.#layers.push({ name, pen }) - 1
    this.#placeOf.set(`${pen} ${name}`, this.#layer)
    if (!this.#placeOf.has(`${pen} `)) this.#placeOf.set(`${pen} `, this.#layer)
  }

  #code(code: string, values: Values): void {
    const motion = MOTIONS[code]
    if (motion !== undefined) this.#motion = motion
    else if (code === 'G17') this.#isFlat = true
    else if (code === 'G18' || code === 'G19') this.#isFlat = false
    else if (code === 'G20' || (code === 'G70' && !isCycle(values))) this.#unit = INCH
    else if (code === 'G21' || (code === 'G71' && !isCycle(values))) this.#unit = 1
    else if (code === 'G90') this.#isRelative = false
    else if (code === 'G91') this.#isRelative = true
    else if (code === 'G90.1') this.#isCenterAbsolute = true
    else if (code === 'G91.1') this.#isCenterAbsolute = false
    else if (code === 'G92') this.#setZero(values)
    else if (code === 'G92.1' || code === 'G92.2') this.#zero = { x: 0, y: 0, z: 0 }
    else if (code === 'G28' || code === 'G30') this.#home(values)
    else if (code === 'M3' || code === 'M4') this.#switchOn(values['S'] ?? this.#power)
    else if (code === 'M5') this.#switchOff()
    else if (code === 'M280') this.#change({ servo: values['S'] ?? 0 })
    else if (code === 'M300') this.#unicornServo(values['S'])
    else if (code === 'M106') this.#change({ fan: values['S'] ?? 255 })
    else if (code === 'M107') this.#change({ fan: 0 })
    else if (code === 'M7' || code === 'M8') this.#change({ [`output ${code}`]: 1 })
    else if (code === 'M9') this.#change({ 'output M7': 0, 'output M8': 0 })
    else if (DIGITAL[code] !== undefined) this.#setOutput(`P${values['P'] ?? 0}`, DIGITAL[code])
    else if (code === 'M42') this.#setOutput(`pin ${values['P'] ?? ''}`, values['S'] ?? 0)
    else if (code === 'M67' || code === 'M68') this.#setOutput(`E${values['E'] ?? 0}`, values['Q'] ?? 0)
    else if (/^G5[4-9](?:\.\d)?$/.test(code)) this.#chooseSystem(code)
    else if (code === 'G10' && (values['L'] === 2 || values['L'] === 20))
      this.#canvas.note('import', 'the zero of a coordinate system (G10) is ignored', 1)
    else if (SUBPROGRAMS.has(code) || (code.startsWith('G') && !IGNORED.has(code)))
      this.#canvas.note('not-drawn', `the code ${code.slice(0, 6)}, which plotd does not know`, 1)
  }

  /** The zeros of the coordinate systems are in the machine, and not in the file. */
  #chooseSystem(code: string): void {
    this.#system ??= code
    if (this.#system !== code)
      this.#canvas.note(
        'import',
        `${code} is drawn with the zero of ${this.#system}: the file gives no zero of either`,
        1,
      )
  }

  #setPower(power: number): void {
    this.#power = power
    this.#awaitsPower = false
    // In files for lasers, S beside a move sets the power. After M5 the laser stays off.
    if (this.#isOn) this.#change({ spindle: power })
  }

  /** Switches a spindle or laser on. In files of LightBurn, the power of a laser follows with the first drawn move. */
  #switchOn(power: number | undefined): void {
    this.#isOn = true
    this.#awaitsPower = power === undefined
    if (power !== undefined) this.#change({ spindle: power })
  }

  #switchOff(): void {
    this.#assumePower()
    this.#isOn = false
    this.#change({ spindle: 0 })
  }

  /** A program that switches by M3 and M5 alone needs no S. */
  #assumePower(): void {
    if (!this.#awaitsPower) return
    this.#awaitsPower = false
    this.#change({ spindle: 1 })
  }

  #setOutput(name: string, value: number): void {
    const channel: Channel = `output ${name}`
    const isKnown = Object.hasOwn(this.#levels, channel)
    if (isKnown || Object.keys(this.#levels).length < MAX_CHANNELS) this.#change({ [channel]: value })
    else this.#canvas.note('import', 'a switch of an output is ignored: the program has too many outputs', 1)
  }

  #change(levels: Levels): void {
    const before = this.#levels
    this.#levels = { ...before, ...levels }
    this.#push([this.#at.x, this.#at.y], false, before)
  }

  /** Inkscape's extension Unicorn sets the angle of the servo by M300. An S above 180 is the frequency of a beep. */
  #unicornServo(angle: number | undefined): void {
    if (angle !== undefined && angle <= 180) this.#change({ servo: angle })
  }

  #setZero(values: Values): void {
    for (const axis of ['x', 'y', 'z'] as const) {
      const value = values[axis.toUpperCase()]
      if (value !== undefined) this.#zero[axis] = this.#at[axis] - value * this.#unit
    }
  }

  /** Moves the axes that the block names, or else X and Y, to the zero of the machine. */
  #home(values: Values): void {
    const namedAxes = (['x', 'y', 'z'] as const).filter((axis) => values[axis.toUpperCase()] !== undefined)
    const to = { ...this.#at }
    for (const axis of namedAxes.length > 0 ? namedAxes : (['x', 'y'] as const)) to[axis] = 0
    const before = this.#levels
    // The file does not say how high the zero of the machine is above the paper.
    if (values['Z'] !== undefined) this.#levels = { ...before, z: undefined }
    this.#push([this.#at.x, this.#at.y, to.x, to.y], true, before)
    this.#at = to
  }

  /** @param isMachine  whether the block gives a place in machine coordinates (G53); G91 and G92 then do not apply */
  #move(values: Values, isMachine: boolean): void {
    if (this.#motion !== 0) this.#assumePower()
    const from = this.#at
    const to = { ...from }
    for (const axis of ['x', 'y', 'z'] as const) {
      const value = values[axis.toUpperCase()]
      const base = this.#isRelative ? from[axis] : this.#zero[axis]
      if (value !== undefined) to[axis] = value * this.#unit + (isMachine ? 0 : base)
    }
    const before = this.#levels
    if (values['Z'] !== undefined) this.#levels = { ...before, z: isMachine ? undefined : to.z - this.#zero.z }
    const line = [from.x, from.y]
    if (this.#motion === 2 || this.#motion === 3) this.#arc(line, from, to, values)
    else if (this.#motion === 5) this.#spline(line, from, to, values)
    else if (to.x !== from.x || to.y !== from.y) line.push(to.x, to.y)
    this.#at = this.#motion === DRILL ? { ...to, z: from.z } : to
    if (this.#motion === DRILL) this.#drawHole(to, before)
    else this.#push(line, this.#motion === 0, before)
  }

  #drawHole(to: { x: number; y: number }, before: Levels): void {
    this.#canvas.note('import', 'a drilled hole is drawn as a dot', 1)
    this.#canvas.add(this.#name(), 'black', [to.x, to.y], this.#layers[this.#layer]?.pen)
    this.#levels = before
  }

  #name(): string {
    return layerName(this.#layers[this.#layer])
  }

  /**
   * Appends an arc. The program gives the arc's centre (I, J) or radius (R). A negative radius gives the longer arc.
   * Without a centre, or outside the plane of X and Y, appends a straight line.
   */
  #arc(line: number[], from: Place, to: Place, values: Values): void {
    const center = this.#isFlat ? this.#center(from, to, values) : undefined
    if (center === undefined) {
      const kind = this.#isFlat ? 'without a centre' : 'that is not in the plane of X and Y'
      this.#canvas.note('import', `an arc ${kind} is drawn as a line`, 1)
      line.push(to.x, to.y)
      return
    }
    if (center.misfit !== undefined) this.#canvas.note('import', center.misfit, 1)
    const before = line.length
    appendArc(line, from, to, center, this.#motion === 2, this.#tolerance)
    this.#canvas.spend((POINT * (line.length - before)) / 2)
  }

  #center(from: Place, to: Place, { I: i, J: j, R: r }: Values): Center | undefined {
    if (i === undefined && j === undefined)
      return r === undefined ? undefined : byRadius(from, to, r * this.#unit, this.#motion === 2)
    const origin = this.#isCenterAbsolute ? this.#zero : from
    return byCenter(from, to, { x: (i ?? 0) * this.#unit + origin.x, y: (j ?? 0) * this.#unit + origin.y })
  }

  #spline(line: number[], from: Place, to: Place, { I = 0, J = 0, P = 0, Q = 0 }: Values): void {
    const unit = this.#unit
    const a = [from.x + I * unit, from.y + J * unit] as const
    const b = [to.x + P * unit, to.y + Q * unit] as const
    const before = line.length
    appendCubic(line, [from.x, from.y], a, b, [to.x, to.y], this.#tolerance)
    this.#canvas.spend((POINT * (line.length - before)) / 2)
  }

  #push(line: readonly number[], isRapid: boolean, before: Levels): void {
    if (this.#moves.length >= MAX_MOVES) throw limit('moves', MAX_MOVES, 'moves')
    this.#moves.push({ line, isRapid, before, levels: this.#levels, layer: this.#layer })
  }
}

/** The motion of all drilling cycles. */
const DRILL = 81
const MOTIONS: Readonly<Record<string, number>> = {
  G0: 0,
  G1: 1,
  G2: 2,
  G3: 3,
  G5: 5,
  G80: 0,
  ...Object.fromEntries(['G73', 'G81', 'G82', 'G83', 'G85', 'G86', 'G89'].map((code) => [code, DRILL])),
}
/**
 * Whether G70 or G71 is a cycle: of a lathe (P, Q, U), or holes on a circle (L). Otherwise G70 selects inches and G71
 * mm, as in the programs that Vectric writes for Mach3.
 */
const isCycle = (values: Values): boolean => ['P', 'Q', 'U', 'L'].some((letter) => values[letter] !== undefined)
/** Switches of the spindle and of the coolant. A move may stand beside them. */
const SWITCHES = new Set(['M3', 'M4', 'M5', 'M7', 'M8', 'M9'])
/** The value to which these codes switch the digital output P: 1 is on. */
const DIGITAL: Readonly<Record<string, number>> = { M62: 1, M63: 0, M64: 1, M65: 0 }
/**
 * Whether S beside this code is the power of the spindle, and T is a tool. With G4, S is a time. With most M codes, S
 * and T are other settings, such as a temperature and its heater.
 */
const mayHavePower = (code: string): boolean =>
  code !== 'G4' && (!code.startsWith('M') || SWITCHES.has(code) || code === 'M6')
/** Codes whose X, Y and Z do not give the end of a move. */
const SETTING = new Set(['G4', 'G10', 'G28', 'G29', 'G30', 'G38.2', 'G52', 'G92', 'G92.1', 'G92.2'])

/** Codes that draw a part of the file again. */
const SUBPROGRAMS = new Set(['M97', 'M98'])

/** Codes that plotd ignores: a pause, retraction, compensation, coordinate systems, speeds and the like. */
const IGNORED = new Set(
  [
    'G4 G10 G11 G15 G22 G23 G28.1 G29 G30.1 G38.2 G40 G41 G42 G43 G43.1 G43.2 G49 G50 G50.1 G53 G54 G55 G56 G57 G58',
    'G59 G59.1 G59.2 G59.3 G60 G61 G61.1 G64 G69 G92.3 G93 G94 G95 G96 G97 G98 G99',
  ].flatMap((codes) => codes.split(' ')),
)

/** The code of a word, such as `G1` for `G01`. */
const nameOf = ({ letter, value }: Word): string => `${letter}${value}`

/** The name of a layer: the name in the file, else the number of the layer's pen. */
export const layerName = (layer: Layer | undefined): string =>
  layer === undefined || layer.name === '' ? `pen ${layer?.pen ?? 1}` : layer.name
