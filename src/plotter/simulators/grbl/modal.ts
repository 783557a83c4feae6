import { chords } from './arcs.ts'
import { eachAxis, type Vector } from './vector.ts'
import { GrblError, type Word } from './words.ts'

export type Operation =
  | { readonly is: 'move'; readonly to: Vector; readonly feed: number }
  /** Waits until the planner is empty, then waits `ms` more. */
  | { readonly is: 'dwell'; readonly ms: number }
  /** Waits until the planner is empty, then switches the spindle output. */
  | { readonly is: 'spindle'; readonly on: boolean; readonly value: number }
  | { readonly is: 'end' }

const MOTION = new Set([0, 1, 2, 3, 80])
const MODAL: Readonly<Record<number, string>> = {
  ...Object.fromEntries([0, 1, 2, 3, 38.2, 38.3, 38.4, 38.5, 80].map((g) => [g, 'motion'])),
  ...Object.fromEntries([17, 18, 19].map((g) => [g, 'plane'])),
  ...Object.fromEntries([90, 91].map((g) => [g, 'distance'])),
  ...Object.fromEntries([93, 94].map((g) => [g, 'feed mode'])),
  ...Object.fromEntries([20, 21].map((g) => [g, 'units'])),
  ...Object.fromEntries([54, 55, 56, 57, 58, 59].map((g) => [g, 'system'])),
  ...Object.fromEntries([4, 10, 28, 30, 28.1, 30.1, 53, 92, 92.1].map((g) => [g, 'once'])),
  ...Object.fromEntries([40, 49, 61, 91.1].map((g) => [g, `fixed ${g}`])),
}
const MCODES = new Set([0, 1, 2, 3, 4, 5, 7, 8, 9, 30])
const MM_PER_INCH = 25.4

/** A move as a line describes it. Lengths are in the line's unit. */
interface LineMove {
  /** The motion mode: 0 to 3. */
  readonly motion: number
  readonly axes: readonly (number | undefined)[]
  /** Whether the axes are in machine coordinates (G53). */
  readonly isMachine: boolean
  /** The line's unit, mm. */
  readonly scale: number
  /** mm/min */
  readonly feed: number
  /** The number after a letter of the line. */
  readonly value: (letter: string) => number | undefined
}

/** The interpreter's state between lines (grbl's gc_state). Work coordinates = machine coordinates − `offset`. */
export class Modal {
  /** Each dwell lasts a multiple of this time, ms. */
  dwellMs = 50
  motion = 0
  plane = 17
  isAbsolute = true
  usesInches = false
  system = 54
  feed = 0
  speed = 0
  spindle = 5
  coolant = 9
  /** Origins of G54 … G59 by number, machine mm. */
  readonly systems = new Map<number, Vector>()
  g92: Vector = [0, 0, 0]

  get offset(): Vector {
    const system = this.systems.get(this.system) ?? [0, 0, 0]
    return [system[0] + this.g92[0], system[1] + this.g92[1], system[2] + this.g92[2]]
  }

  /** Sets the default modes, as a reset does. Stored coordinate systems stay. */
  reset(): void {
    this.motion = 0
    this.plane = 17
    this.isAbsolute = true
    this.usesInches = false
    this.system = 54
    this.feed = 0
    this.speed = 0
    this.spindle = 5
    this.coolant = 9
    this.g92 = [0, 0, 0]
  }

  /** The line that answers `$G`: the present modes. */
  report(): string {
    const words = [`G${this.motion}`, `G${this.system}`, `G${this.plane}`, this.usesInches ? 'G20' : 'G21']
    words.push(this.isAbsolute ? 'G90' : 'G91', 'G94', `M${this.spindle}`, `M${this.coolant}`, 'T0')
    return `[GC:${words.join(' ')} F${this.feed} S${this.speed}]`
  }

  /** The operations of one line. @throws GrblError for a refused line, which has no effect */
  line(words: readonly Word[], place: Vector, arcTolerance: number): Operation[] {
    const before = Object.assign({}, this)
    try {
      return this.#line(words, place, arcTolerance)
    } catch (error) {
      Object.assign(this, before)
      throw error
    }
  }

  #line(words: readonly Word[], place: Vector, arcTolerance: number): Operation[] {
    const g = words.filter(({ letter }) => letter === 'G').map(({ value }) => value)
    const m = words.filter(({ letter }) => letter === 'M').map(({ value }) => value)
    check(words, g, m)
    const value = (letter: string): number | undefined => words.find((word) => word.letter === letter)?.value
    const usesInches = g.includes(20) || (this.usesInches && !g.includes(21))
    const scale = usesInches ? MM_PER_INCH : 1
    const axes = ['X', 'Y', 'Z'].map((letter) => value(letter))
    const isMoving = axes.some((axis) => axis !== undefined)
    const motion = g.find((code) => MOTION.has(code)) ?? this.motion
    const nonModal = g.find((code) => MODAL[code] === 'once')
    const feed = value('F') === undefined ? this.feed : (value('F') ?? 0) * scale
    if (isMoving && nonModal === undefined && motion !== 0 && motion !== 80 && feed === 0) throw new GrblError(22)
    if (isMoving && motion === 80 && nonModal === undefined) throw new GrblError(31)
    if (nonModal === 4 && value('P') === undefined) throw new GrblError(28)
    this.#setModes(g, motion, feed, value('S'))
    const operations: Operation[] = []
    for (const code of m) this.#mcode(code, operations)
    if (nonModal === 4)
      operations.push({ is: 'dwell', ms: Math.ceil(((value('P') ?? 0) * 1000) / this.dwellMs - 1e-9) * this.dwellMs })
    else if (nonModal === 92 || nonModal === 92.1) this.#setG92(axes, nonModal, place, scale)
    else if (nonModal === 10) this.#setSystem(axes, value('L') ?? 0, value('P') ?? 0, place, scale)
    else if (nonModal === 28 || nonModal === 30) operations.push({ is: 'move', to: [0, 0, 0], feed: Infinity })
    else if (isMoving) {
      const move = { motion, axes, isMachine: nonModal === 53, scale, feed, value }
      operations.push(...this.#moves(move, place, arcTolerance))
    }
    if (m.includes(2) || m.includes(30)) operations.push({ is: 'end' })
    return operations
  }

  /** A `$J=` line is a feed move that does not change the modes. */
  jog(words: readonly Word[], place: Vector): Operation[] {
    const before = Object.assign({}, this)
    this.motion = 1
    try {
      return this.line(words, place, 0.002)
    } finally {
      Object.assign(this, before)
    }
  }

  #setModes(g: readonly number[], motion: number, feed: number, speed: number | undefined): void {
    this.motion = motion
    this.feed = feed
    this.speed = speed ?? this.speed
    for (const code of g) {
      if (MODAL[code] === 'plane') this.plane = code
      else if (MODAL[code] === 'distance') this.isAbsolute = code === 90
      else if (MODAL[code] === 'units') this.usesInches = code === 20
      else if (MODAL[code] === 'system') this.system = code
    }
  }

  #mcode(code: number, operations: Operation[]): void {
    if (code >= 3 && code <= 5) {
      this.spindle = code
      operations.push({ is: 'spindle', on: code !== 5, value: this.speed })
    } else if (code >= 7 && code <= 9) this.coolant = code
    else if (code === 0) operations.push({ is: 'dwell', ms: 0 })
  }

  #target({ axes, isMachine, scale }: LineMove, place: Vector): Vector {
    const { offset } = this
    return eachAxis((k) => {
      const axis = axes[k]
      if (axis === undefined) return place[k]
      if (isMachine) return axis * scale
      return this.isAbsolute ? axis * scale + offset[k] : place[k] + axis * scale
    })
  }

  /** The straight moves of a line; an arc becomes chords. @throws GrblError when the arc cannot be drawn */
  #moves(move: LineMove, place: Vector, arcTolerance: number): Operation[] {
    const { motion, scale, feed, value } = move
    const to = this.#target(move, place)
    if (motion < 2) return [{ is: 'move', to, feed: motion === 0 ? Infinity : feed }]
    const field = (letter: string) =>
      value(letter) === undefined ? {} : { [letter.toLowerCase()]: (value(letter) ?? 0) * scale }
    const points = chords(
      {
        from: [place[0], place[1]],
        to: [to[0], to[1]],
        clockwise: motion === 2,
        ...field('I'),
        ...field('J'),
        ...field('R'),
      },
      arcTolerance,
    )
    return Array.from({ length: points.length / 2 }, (_, k) => ({
      is: 'move',
      to: [points[2 * k] ?? 0, points[2 * k + 1] ?? 0, to[2]],
      feed,
    }))
  }

  #setG92(axes: readonly (number | undefined)[], code: number, place: Vector, scale: number): void {
    if (code === 92.1) this.g92 = [0, 0, 0]
    else {
      const system = this.systems.get(this.system) ?? [0, 0, 0]
      const old = this.g92
      this.g92 = eachAxis((k) => {
        const axis = axes[k]
        return axis === undefined ? old[k] : place[k] - system[k] - axis * scale
      })
    }
  }

  /** Sets a coordinate system, as G10 does. */
  #setSystem(axes: readonly (number | undefined)[], l: number, p: number, place: Vector, scale: number): void {
    if (l !== 2 && l !== 20) throw new GrblError(20)
    const key = p === 0 ? this.system : 53 + p
    const old = this.systems.get(key) ?? [0, 0, 0]
    const offset = eachAxis((k) => {
      const axis = axes[k]
      if (axis === undefined) return old[k]
      return l === 2 ? axis * scale : place[k] - axis * scale
    })
    this.systems.set(key, offset)
  }
}

function check(words: readonly Word[], g: readonly number[], m: readonly number[]): void {
  const groups = g.map((code) => MODAL[code])
  if (groups.includes(undefined) || m.some((code) => !MCODES.has(code))) throw new GrblError(20)
  if (new Set(groups).size !== groups.length) throw new GrblError(21)
  const otherLetters = words.filter(({ letter }) => letter !== 'G' && letter !== 'M').map(({ letter }) => letter)
  if (otherLetters.some((letter) => !'FIJKLNPRSTXYZ'.includes(letter))) throw new GrblError(20)
  if (new Set(otherLetters).size !== otherLetters.length) throw new GrblError(25)
  if (words.some(({ letter, value }) => 'FNPTS'.includes(letter) && value < 0)) throw new GrblError(4)
}
