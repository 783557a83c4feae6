import { at, stroke, strokeCount } from '../../geometry/drawing.ts'
import type { TextLayout } from '../../hershey/index.ts'
import type { Canvas } from '../draw/canvas.ts'
import { layoutLettering, noteCharacters } from '../draw/lettering.ts'
import type { Page, Point } from './page.ts'

const UNITS_PER_CM = 400
/** Width and height of capitals until a file sets them, cm: the default of a plotter with A4 paper. */
const DEFAULT_SIZE: Point = [0.187, 0.269]
/** Width of a cell, in widths of a character. */
const CELL_WIDTH = 1.5
/** Height of a cell, in heights of a character. */
const CELL_HEIGHT = 2
/** Number of steps across a character in the grid of user-defined characters (UC). */
const GRID_X = 4
/** Number of steps from the bottom to the top of a character in the grid of user-defined characters. */
const GRID_Y = 8

/** The control character in a label that selects the alternate set, as SA does. */
const SHIFT_OUT = '\u000e'
/** The control character in a label that selects the standard set, as SS does. */
const SHIFT_IN = '\u000f'

/** Draws the labels of a file, and keeps their settings: size, direction, slant, origin, spacing and character set. */
export class Labels {
  readonly #canvas: Canvas
  readonly #page: Page
  readonly #font: string
  readonly #glyphs = new Map<string, TextLayout>()
  /** Width and height of capitals: cm or, when relative, percent of the distances between P1 and P2. */
  #size: { readonly isRelative: boolean; readonly by: Point } = { isRelative: false, by: DEFAULT_SIZE }
  #direction: { readonly isRelative: boolean; readonly by: Point } = { isRelative: false, by: [1, 0] }
  #slant = 0
  #origin = 1
  #extra: Point = [0, 0]
  #isVertical = false
  #set = 0
  #alternateSet = 0
  #isAlternate = false
  /** Whether a font (SD, AD) sets the size of labels. plotd does not read that size. */
  #hasFontSize = false
  #start: Point = [0, 0]

  constructor(canvas: Canvas, page: Page, font: string) {
    this.#canvas = canvas
    this.#page = page
    this.#font = font
  }

  /** Restores the default settings of text. */
  reset(): void {
    this.#size = { isRelative: false, by: DEFAULT_SIZE }
    this.#direction = { isRelative: false, by: [1, 0] }
    this.#slant = 0
    this.#origin = 1
    this.#extra = [0, 0]
    this.#isVertical = false
    this.#set = 0
    this.#alternateSet = 0
    this.#isAlternate = false
    this.#hasFontSize = false
  }

  /** Executes an instruction that changes a setting of text. @returns false for any other instruction */
  set(name: string, numbers: readonly number[]): boolean {
    const [a, b] = numbers
    if (name === 'SI' || name === 'SR') this.#hasFontSize = false
    if (name === 'SI')
      this.#size = { isRelative: false, by: a === undefined || b === undefined ? DEFAULT_SIZE : [a, b] }
    else if (name === 'SR') this.#size = { isRelative: true, by: [a ?? 0.75, b ?? 1.5] }
    else if (name === 'DI') this.#direct(false, a, b)
    else if (name === 'DR') this.#direct(true, a, b)
    else if (name === 'SL') this.#slant = Math.max(-3.5, Math.min(3.5, a ?? 0))
    else if (name === 'LO') this.#origin = a ?? 1
    else if (name === 'ES') this.#extra = [a ?? 0, b ?? 0]
    else if (name === 'DV') this.#isVertical = a === 1 || a === 3
    else if (name === 'CS') this.#set = a ?? 0
    else if (name === 'CA') this.#alternateSet = a ?? 0
    // A font is pairs of a kind and a value: kind 3 is the pitch, and kind 4 is the height.
    else if (name === 'SD' || name === 'AD')
      this.#hasFontSize = numbers.some((kind, i) => i % 2 === 0 && (kind === 3 || kind === 4))
    else if (name === 'SS' || name === 'SA') this.#isAlternate = name === 'SA'
    else return false
    return true
  }

  /** Writes a label at the pen, and moves the pen to the end of the label. */
  write(text: string): void {
    this.#page.finish()
    this.#noteSets(text)
    if (this.#hasFontSize)
      this.#canvas.note('import', 'a label has the size of SI or SR, and not that of its font (SD, AD)', 1)
    this.#start = this.#page.at
    let shift: Point = [0, 0]
    for (const part of text.split(/([\r\n]+)/)) {
      if (/^[\r\n]/.test(part)) {
        for (const control of part) this.#control(control)
        if (part.includes('\r')) shift = [0, 0]
      } else if (part !== '') shift = this.#line(part)
    }
    // The pen ends where the next character would stand, after a centred label too.
    this.#page.at = [this.#page.at[0] + shift[0], this.#page.at[1] + shift[1]]
  }

  /**
   * Notes each character set of a label except set 0, because plotd reads all labels as set 0. The set that a label
   * selects is also the set of the labels after it.
   */
  #noteSets(text: string): void {
    const sets = new Set<number>()
    for (const character of text) {
      if (character === SHIFT_OUT || character === SHIFT_IN) this.#isAlternate = character === SHIFT_OUT
      else if (character > ' ') sets.add(this.#isAlternate ? this.#alternateSet : this.#set)
    }
    sets.delete(0)
    for (const set of sets) this.#canvas.note('import', `a label in the character set ${set} is read as set 0`, 1)
  }

  /** CP moves the pen by cells and lines. CP without numbers moves the pen to the next line. */
  move([cells, lines]: readonly number[]): void {
    this.#page.finish()
    if (cells === undefined) {
      this.#control('\r')
      this.#control('\n')
    } else this.#advance(cells, lines ?? 0)
  }

  /** Draws a character centred at the pen, for SM. */
  symbol(character: string): void {
    const [width, height] = this.#sizes()
    const middle = this.#offset(-width / 2, -height / 2)
    const [x, y] = this.#page.at
    this.#glyph(character, [x + middle[0], y + middle[1]])
  }

  /**
   * Draws a character that the file defines as steps on a grid (UC). The pen is down after a number above 98, and up
   * after a number below −98.
   */
  userDefined(numbers: readonly number[]): void {
    const [width, height] = this.#sizes()
    let isDown = false
    let x = 0
    let y = 0
    let line: number[] = []
    const place = (): number[] => {
      const [dx, dy] = this.#offset((x * width) / GRID_X, (y * height) / GRID_Y)
      return [this.#page.at[0] + dx, this.#page.at[1] + dy]
    }
    const end = (): void => {
      if (line.length > 2) this.#page.stroke(line)
      line = []
    }
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i] ?? 0
      if (value > 98) isDown = true
      else if (value < -98) {
        isDown = false
        end()
      } else {
        if (isDown && line.length === 0) line = place()
        x += value
        y += numbers[++i] ?? 0
        if (isDown) line.push(...place())
      }
    }
    end()
    this.#advance(1, 0)
  }

  /** Writes one line. @returns the shift that the label origin (LO) causes, in the direction of the line */
  #line(text: string): Point {
    const width = Array.from(text).filter((character) => character >= ' ').length * this.#cell()[0]
    const back = this.#alignment(width)
    const from = this.#page.at
    this.#page.at = [from[0] + back[0], from[1] + back[1]]
    for (const character of text) {
      if (character === '\b') this.#advance(-1, 0)
      else if (character === '\u000b') this.#advance(0, 1)
      else if (character >= ' ') {
        this.#glyph(character, this.#page.at)
        this.#advance(1, 0)
      }
    }
    this.#page.at = [this.#page.at[0] - back[0], this.#page.at[1] - back[1]]
    return this.#offset((-this.#column() * width) / 2, 0)
  }

  #control(character: string): void {
    if (character === '\n') this.#advance(0, -1)
    else this.#return()
  }

  /** Returns to the start of the label on the present line; a vertical label has columns instead of lines. */
  #return(): void {
    const [ux, uy] = this.#isVertical ? this.#offset(0, 1) : this.#axis()
    const dx = this.#page.at[0] - this.#start[0]
    const dy = this.#page.at[1] - this.#start[1]
    const along = dx * ux + dy * uy
    this.#page.at = [this.#page.at[0] - along * ux, this.#page.at[1] - along * uy]
  }

  /** The part of a label that lies at its origin (LO): 0 its start, 1 its middle, 2 its end. */
  #column(): number {
    return this.#origin % 10 < 1 ? 0 : Math.floor(((this.#origin % 10) - 1) / 3)
  }

  /** The step from the label's origin (LO) to the label's lower left corner. */
  #alignment(width: number): Point {
    const [cellWidth] = this.#cell()
    const [w, h] = this.#sizes()
    const place = (this.#origin % 10) - 1
    if (place < 0) return [0, 0]
    const column = Math.floor(place / 3)
    const row = place % 3
    const isApart = this.#origin > 10
    const dx = (1 - column) * (isApart ? w / 2 : 0)
    const dy = (1 - row) * (isApart ? h / 2 : 0)
    const used = Math.max(0, width - (cellWidth - w))
    return this.#offset((-column * used) / 2 + dx, (-row * h) / 2 + dy)
  }

  #glyph(character: string, [x, y]: Point): void {
    const known = this.#glyphs.get(character)
    // Each use is noted, because a new page forgets the notes of the page before it.
    if (known !== undefined) noteCharacters(this.#canvas, known)
    const layout = known ?? this.#layout(character)
    const [width, height] = this.#sizes()
    const widthFactor = width / this.#inkOfH()
    for (let i = 0; i < strokeCount(layout.strokes); i++) {
      const points = stroke(layout.strokes, i)
      const line: number[] = []
      for (let v = 0; v < points.length; v += 2) {
        const up = -at(points, v + 1) * height
        const right = width / 2 + (at(points, v) - layout.width / 2) * widthFactor + up * this.#slant
        const [dx, dy] = this.#offset(right, up)
        line.push(x + dx, y + dy)
      }
      this.#page.stroke(line)
    }
  }

  #layout(character: string): TextLayout {
    const layout = layoutLettering(this.#canvas, character, { font: this.#font, size: 1 })
    this.#glyphs.set(character, layout)
    return layout
  }

  /** Width of a capital H, for capitals of height 1. */
  #inkOfH(): number {
    const { bounds } = this.#glyphs.get('H') ?? this.#layout('H')
    return Math.max(0.1, bounds.maxX - bounds.minX)
  }

  #sizes(): Point {
    const [a, b] = this.#size.by
    if (!this.#size.isRelative) return [a * UNITS_PER_CM, b * UNITS_PER_CM]
    const [width, height] = this.#page.scaling.size
    return [(a / 100) * Math.abs(width), (b / 100) * Math.abs(height)]
  }

  #cell(): Point {
    const [width, height] = this.#sizes()
    const [across, down] = this.#extra
    return [width * CELL_WIDTH * (1 + across), height * CELL_HEIGHT * (1 + down)]
  }

  #advance(cells: number, lines: number): void {
    const [width, height] = this.#cell()
    const [dx, dy] = this.#isVertical
      ? this.#offset(lines * width, -cells * height)
      : this.#offset(cells * width, lines * height)
    this.#page.at = [this.#page.at[0] + dx, this.#page.at[1] + dy]
  }

  #offset(right: number, up: number): Point {
    const [ux, uy] = this.#axis()
    return [right * ux - up * uy, right * uy + up * ux]
  }

  #axis(): Point {
    const [run, rise] = this.#direction.by
    const [width, height] = this.#direction.isRelative ? this.#page.scaling.size : [1, 1]
    const [x, y] = this.#page.scaling.rotatePoint([run * width, rise * height])
    const length = Math.hypot(x, y) || 1
    return [x / length, y / length]
  }

  #direct(isRelative: boolean, run: number | undefined, rise: number | undefined): void {
    const x = run ?? 1
    const y = rise ?? 0
    this.#direction = { isRelative, by: x === 0 && y === 0 ? [1, 0] : [x, y] }
  }
}
