import type { HpglModel } from './models.ts'
import { Scaling } from './scaling.ts'

type Point = readonly [x: number, y: number]

/** An operation of the plotter. Moves are in plotter units, after scaling, clipping and rotation. */
export type Action =
  | { readonly is: 'move'; readonly to: Point }
  | { readonly is: 'pen'; readonly down: boolean }
  | { readonly is: 'select'; readonly pen: number }
  | { readonly is: 'velocity'; readonly cmPerSecond: number | undefined }
  | { readonly is: 'output'; readonly what: string }

/**
 * Allowed numbers of parameters by instruction. PA, PR, PU and PD (`MOVING`) are not listed, because they are checked
 * pair by pair.
 */
const COUNTS: Readonly<Record<string, readonly number[]>> = {
  IN: [0],
  DF: [0],
  SP: [0, 1],
  VS: [0, 1, 2],
  IP: [0, 4],
  SC: [0, 4],
  IW: [0, 4],
  RO: [0, 1],
  CI: [1, 2],
  EA: [2],
  ER: [2],
  AA: [3, 4],
  AR: [3, 4],
  ...Object.fromEntries(['OA', 'OC', 'OD', 'OE', 'OF', 'OH', 'OI', 'OO', 'OP', 'OS', 'OW'].map((name) => [name, [0]])),
}
const MOVING = new Set(['PA', 'PR', 'PU', 'PD'])
/**
 * Instructions that the simulator accepts and does not draw, such as instructions for labels, fills, ticks and page
 * feeds.
 */
const WITHOUT_INK = new Set(
  'AF CA CP CS DC DI DP DR DT ES FT IM LB LT PG PT RA RR SA SI SL SM SR SS TL UC WG EW XT YT'.split(' '),
)

/** Converts instructions to operations of the pen. It stores the first error for OE. */
export class Interpreter {
  readonly scaling: Scaling
  readonly actions: Action[] = []
  /** First error since OE, IN or DF: 1 unknown instruction, 2 number of parameters, 3 bad parameter, 6 overflow. */
  error = 0
  /** Number of accepted instructions that the simulator does not draw. */
  withoutInk = 0
  isInitialized = true
  readonly #model: HpglModel
  #mnemonic = ''
  #numbers: number[] = []
  #isRelative = false
  #isDown = false
  /** The place to which the program has moved, plotter units. It may lie outside the pen's reach. */
  #at: Point = [0, 0]

  constructor(model: HpglModel) {
    this.#model = model
    this.scaling = new Scaling(model)
  }

  begin(mnemonic: string): void {
    this.#mnemonic = mnemonic
    this.#numbers = []
    const isKnown = MOVING.has(mnemonic) || WITHOUT_INK.has(mnemonic) || COUNTS[mnemonic] !== undefined
    if (!isKnown) this.fail(1)
    if (mnemonic === 'PA' || mnemonic === 'PR') this.#isRelative = mnemonic === 'PR'
    if (mnemonic === 'PU' || mnemonic === 'PD') this.#pen(mnemonic === 'PD')
    if (WITHOUT_INK.has(mnemonic)) this.withoutInk++
  }

  number(value: number): void {
    this.#numbers.push(value)
    if (!MOVING.has(this.#mnemonic) || this.#numbers.length < 2) return
    const [x = 0, y = 0] = this.#numbers
    this.#numbers = []
    this.#go([x, y])
  }

  /** A character of a label, which the simulator does not draw. */
  character(): void {}

  end(): void {
    const { length } = this.#numbers
    const counts = COUNTS[this.#mnemonic]
    if (MOVING.has(this.#mnemonic) && length > 0) this.fail(2)
    else if (counts && !counts.includes(length)) this.fail(2)
    else if (counts) this.#run(this.#mnemonic, this.#numbers)
    this.#mnemonic = ''
  }

  fail(number: number): void {
    if (this.error === 0) this.error = number
  }

  /** Discards all actions, and moves the program's place to the pen's place. */
  resync(machine: Point): void {
    this.actions.length = 0
    this.#at = this.scaling.fromMachine(machine)
  }

  #run(mnemonic: string, [a = 0, b = 0, c = 0, d = 0]: readonly number[]): void {
    const argumentCount = this.#numbers.length
    if (mnemonic.startsWith('O')) this.actions.push({ is: 'output', what: mnemonic })
    else if (mnemonic === 'IN') this.#initialize()
    else if (mnemonic === 'DF') this.#defaults()
    else if (mnemonic === 'SP') this.#select(a)
    else if (mnemonic === 'VS') this.#velocity(argumentCount > 0 ? a : undefined)
    else if (mnemonic === 'RO') this.#rotate(a)
    else if (mnemonic === 'CI') this.#circle(a, argumentCount > 1 ? b : 5)
    else if (mnemonic === 'EA') this.#edges(this.scaling.toUnits([a, b]))
    else if (mnemonic === 'ER') this.#edges(this.#plus(this.scaling.lengthToUnits([a, b])))
    else if (mnemonic === 'AA') this.#arc(this.scaling.toUnits([a, b]), c, argumentCount > 3 ? d : 5)
    else if (mnemonic === 'AR') this.#arc(this.#plus(this.scaling.lengthToUnits([a, b])), c, argumentCount > 3 ? d : 5)
    else if (mnemonic === 'IP') {
      this.scaling.p1 = argumentCount ? [a, b] : this.#model.p1
      this.scaling.p2 = argumentCount ? [c, d] : this.#model.p2
    } else if (mnemonic === 'IW')
      this.scaling.window = argumentCount
        ? [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
        : this.scaling.limits
    else if (mnemonic === 'SC' && argumentCount && (a === b || c === d)) this.fail(3)
    else if (mnemonic === 'SC') this.scaling.user = argumentCount ? [a, b, c, d] : undefined
  }

  #initialize(): void {
    this.#at = this.scaling.toMachine(this.#at)
    this.scaling.initialize()
    this.#isRelative = false
    this.error = 0
    this.isInitialized = true
    this.#pen(false)
    this.#velocity(undefined)
  }

  #defaults(): void {
    this.scaling.reset()
    this.#isRelative = false
    this.#velocity(undefined)
    this.error = 0
  }

  #select(pen: number): void {
    if (pen >= 0 && pen <= this.#model.pens && pen === Math.floor(pen)) {
      this.#isDown = false
      this.actions.push({ is: 'select', pen })
    } else this.fail(3)
  }

  #velocity(cmPerSecond: number | undefined): void {
    const { limit = 127.000_1 } = this.#model.selecting ?? {}
    if (cmPerSecond === undefined || (cmPerSecond >= 0 && cmPerSecond < limit))
      this.actions.push({ is: 'velocity', cmPerSecond })
    else this.fail(3)
  }

  #rotate(degrees: number): void {
    if (degrees !== 0 && degrees !== 90) {
      this.fail(3)
      return
    }
    const machine = this.scaling.toMachine(this.#at)
    this.scaling.isRotated = degrees === 90
    this.scaling.window = this.scaling.limits
    this.#at = this.scaling.fromMachine(machine)
  }

  #pen(down: boolean): void {
    this.#isDown = down
    const isInside = this.scaling.clip(this.#at, this.#at) !== undefined
    this.actions.push({ is: 'pen', down: down && isInside })
  }

  #plus([dx, dy]: Point): Point {
    return [Math.round(this.#at[0] + dx), Math.round(this.#at[1] + dy)]
  }

  #go(point: Point): void {
    this.#vector(this.#isRelative ? this.#plus(this.scaling.lengthToUnits(point)) : this.scaling.toUnits(point))
  }

  /** Draws the part of a vector inside the window. The pen is up outside the window. */
  #vector(to: Point): void {
    const from = this.#at
    this.#at = to
    if (Math.abs(to[0]) > 32_767 || Math.abs(to[1]) > 32_767) this.fail(6)
    const part = this.scaling.clip(from, to)
    if (!part) return
    const [enter, leave] = part
    if (enter[0] !== from[0] || enter[1] !== from[1]) {
      if (this.#isDown) this.actions.push({ is: 'pen', down: false })
      this.#move(enter)
      if (this.#isDown) this.actions.push({ is: 'pen', down: true })
    }
    this.#move(leave)
    const isCut = leave[0] !== to[0] || leave[1] !== to[1]
    if (isCut && this.#isDown) this.actions.push({ is: 'pen', down: false })
  }

  #move(to: Point): void {
    this.actions.push({ is: 'move', to: this.scaling.toMachine(to) })
  }

  #edges([x, y]: Point): void {
    const [x0, y0] = this.#at
    this.#drawLines([
      [x, y0],
      [x, y],
      [x0, y],
      [x0, y0],
    ])
  }

  #circle(radius: number, chord: number): void {
    const [rx] = this.scaling.lengthToUnits([radius, 0])
    const [cx, cy] = this.#at
    const n = Math.max(3, Math.ceil(360 / Math.min(120, Math.max(0.36, Math.abs(chord)))))
    const on = (i: number): Point => {
      const angle = (i / n) * 2 * Math.PI
      return [Math.round(cx + rx * Math.cos(angle)), Math.round(cy + rx * Math.sin(angle))]
    }
    const wasDown = this.#isDown
    this.#pen(false)
    this.#vector(on(0))
    this.#drawLines(Array.from({ length: n }, (_, i) => on(i + 1)))
    this.#pen(false)
    this.#vector([cx, cy])
    this.#pen(wasDown)
  }

  #arc([cx, cy]: Point, degrees: number, chord: number): void {
    const dx = this.#at[0] - cx
    const dy = this.#at[1] - cy
    const n = Math.max(1, Math.ceil(Math.abs(degrees) / Math.min(120, Math.max(0.36, Math.abs(chord)))))
    for (let i = 1; i <= n; i++) {
      const angle = ((degrees * Math.PI) / 180) * (i / n)
      const cos = Math.cos(angle)
      const sin = Math.sin(angle)
      this.#vector([Math.round(cx + dx * cos - dy * sin), Math.round(cy + dx * sin + dy * cos)])
    }
  }

  /** Draws lines with the pen down, as CI and EA do, then restores the pen's state. */
  #drawLines(points: readonly Point[]): void {
    const wasDown = this.#isDown
    this.#pen(true)
    for (const point of points) this.#vector(point)
    if (!wasDown) this.#pen(false)
  }
}
