/**
 * The room `signs`: QR codes and place cards. `qr-code` (here) draws a QR code, for `qr`, `place-card` and postcards.
 */
import { encode } from 'uqr'
import { PlotdError } from '../../errors.ts'
import { transformStrokes, translation } from '../../geometry/affine.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'

/** A QR code in strokes, mm from the upper left corner of its quiet zone. */
export interface QrCode {
  readonly strokes: Strokes
  /** Side of the square with the quiet zone, mm. */
  readonly side: number
  /** Modules on one side, without the quiet zone. */
  readonly modules: number
}

/** The sizes of a QR code. */
export interface QrOptions {
  /** Width of the pen's line, mm. */
  readonly pen: number
  /** Side of a module, mm; `smallestModule(pen)` when absent. */
  readonly module?: number
}

/** Number of white modules on each side, as ISO/IEC 18004 asks. */
const QUIET = 4
/**
 * Maximum distance of two lines, in pen widths. No white line appears, even when the ink is 30 % thinner than the pen.
 */
const SPACING = 0.7
/** Maximum number of characters of a code. 500 small Latin letters take 85 modules on a side. */
export const LONGEST_CODE = 500

/** The smallest module that cameras read, mm: two pen widths, and at least 0.8. */
export const smallestModule = (pen: number): number => Math.max(2 * pen, 0.8)

/**
 * Draws a QR code with error correction M or better. Dark areas are hatched, with the pen's centre half a pen width
 * inside their edges. Dark modules that share a side are one area, so that no white gap divides them.
 *
 * @param text  at most `LONGEST_CODE` characters
 * @throws PlotdError ERR_PARAMS when the modules are too small for the pen, or the text has a lone surrogate
 */
export function qrCode(text: string, { pen, module = smallestModule(pen) }: QrOptions): QrCode {
  if (module < smallestModule(pen) - 1e-9) {
    throw new PlotdError(
      'ERR_PARAMS',
      `module is ${module} mm, expected at least ${smallestModule(pen)} mm with a pen of ${pen} mm`,
      { issues: [{ field: 'module', value: module, expected: `expected at least ${smallestModule(pen)}` }] },
    )
  }
  const [half] = /\p{Surrogate}/u.exec(text) ?? []
  if (half !== undefined) {
    const name = `U+${half.charCodeAt(0).toString(16).toUpperCase()}`
    throw new PlotdError('ERR_PARAMS', `code has ${name}, half of a character: expected whole characters`, {
      issues: [{ field: 'code', value: name, expected: 'expected whole characters' }],
    })
  }
  const { size, data } = encode(text, { ecc: 'M', boostEcc: true, border: 0 })
  const dark = (row: number, column: number): boolean => data[row]?.[column] === true
  const strokes = transformStrokes(translation(QUIET * module, QUIET * module), hatchedModules(size, dark, module, pen))
  return { strokes, side: (size + 2 * QUIET) * module, modules: size }
}

/** A run: dark modules side by side in a row, in the columns `from … to - 1`. */
interface Run {
  readonly row: number
  readonly from: number
  readonly to: number
}

type IsDark = (row: number, column: number) => boolean

function runsIn(row: number, size: number, dark: IsDark): Run[] {
  const runs: Run[] = []
  for (let from = 0; from < size; from++) {
    if (!dark(row, from)) continue
    let to = from
    while (to < size && dark(row, to)) to++
    runs.push({ row, from, to })
    from = to
  }
  return runs
}

/**
 * The dark modules of a square, hatched, mm from its upper left corner. Each run is a serpentine of lines. Where dark
 * modules lie below a run, one more line covers the edge between the two rows. A stroke continues to the run below when
 * the stroke ends above an end of that run.
 */
export function hatchedModules(size: number, dark: IsDark, module: number, pen: number): Strokes {
  const rows = Array.from({ length: size }, (_, row) => runsIn(row, size, dark))
  return new ModuleHatcher(rows, module, pen).hatch()
}

/** Draws the runs of dark modules row by row, and the edges between them. */
class ModuleHatcher {
  readonly #ink = new StrokeWriter()
  readonly #rows: readonly (readonly Run[])[]
  readonly #module: number
  readonly #pen: number
  /** Lines in the height of a module. */
  readonly #lines: number
  readonly #filled = new Set<Run>()
  /** The edges between two runs over which a stroke goes down, each as its lower row and its first column. */
  readonly #coveredEdges = new Set<string>()

  constructor(rows: readonly (readonly Run[])[], module: number, pen: number) {
    this.#rows = rows
    this.#module = module
    this.#pen = pen
    this.#lines = Math.max(2, Math.ceil((module - pen) / (SPACING * pen)) + 1)
  }

  hatch(): Strokes {
    for (const [row, runs] of this.#rows.entries()) {
      for (const run of runs) if (!this.#filled.has(run)) this.#fillChain(run)
      for (const above of this.#rows[row - 1] ?? []) for (const below of runs) this.#coverEdge(above, below)
    }
    return this.#ink.take()
  }

  /** Draws a run. The stroke continues with the run below when the stroke ends above an end of that run. */
  #fillChain(first: Run): void {
    let isAtRight = this.#fill(first, false, true)
    let above = first
    for (let below = this.#runBelow(above, isAtRight); below; below = this.#runBelow(above, isAtRight)) {
      isAtRight = this.#fill(below, this.#goDown(above, below, isAtRight), false)
      above = below
    }
  }

  /** Draws the serpentine of a run from one of its ends. @returns whether the serpentine ends at the right */
  #fill(run: Run, isFromRight: boolean, isNew: boolean): boolean {
    this.#filled.add(run)
    let isAtRight = isFromRight
    for (let line = 0; line < this.#lines; line++) {
      const y = run.row * this.#module + this.#pen / 2 + (line * (this.#module - this.#pen)) / (this.#lines - 1)
      const from = isAtRight ? this.#right(run.to) : this.#left(run.from)
      const to = isAtRight ? this.#left(run.from) : this.#right(run.to)
      if (line === 0 && isNew) this.#ink.moveTo(from, y)
      else this.#ink.lineTo(from, y)
      this.#ink.lineTo(to, y)
      isAtRight = !isAtRight
    }
    return isAtRight
  }

  /** In the next row, the run that has an end directly below the pen and is not drawn yet. */
  #runBelow(above: Run, isAtRight: boolean): Run | undefined {
    return this.#rows[above.row + 1]?.find(
      (below) => !this.#filled.has(below) && (isAtRight ? below.to === above.to : below.from === above.from),
    )
  }

  /**
   * Moves the pen to the edge between two runs, and along the edge to the other end.
   *
   * @returns whether the lower run then starts from its right
   */
  #goDown(above: Run, below: Run, isAtRight: boolean): boolean {
    const from = Math.max(above.from, below.from)
    const to = Math.min(above.to, below.to)
    const y = below.row * this.#module
    this.#ink.lineTo(isAtRight ? this.#right(to) : this.#left(from), y)
    this.#ink.lineTo(isAtRight ? this.#left(from) : this.#right(to), y)
    this.#coveredEdges.add(`${below.row} ${from}`)
    const isAtOtherEnd = isAtRight ? from === below.from : to === below.to
    return isAtOtherEnd ? !isAtRight : isAtRight
  }

  /** Draws the edge between two runs that touch, if no stroke covers the edge yet. */
  #coverEdge(above: Run, below: Run): void {
    const from = Math.max(above.from, below.from)
    const to = Math.min(above.to, below.to)
    if (from >= to || this.#coveredEdges.has(`${below.row} ${from}`)) return
    const y = below.row * this.#module
    this.#ink.add([this.#left(from), y, this.#right(to), y])
  }

  #left(column: number): number {
    return column * this.#module + this.#pen / 2
  }

  #right(column: number): number {
    return column * this.#module - this.#pen / 2
  }
}
