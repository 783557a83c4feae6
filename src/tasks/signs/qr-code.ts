/**
 * The room `signs`: marks for machines and for tables. `qr-code` draws a QR code, `flourish` a line under a name.
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

export interface QrOptions {
  /** Width of the pen's line, mm. */
  readonly pen: number
  /** Side of a module, mm; `smallestModule(pen)` when absent. */
  readonly module?: number
}

/** Modules of white on each side that ISO/IEC 18004 asks for. */
const QUIET = 4
/** Distance of two lines in pen widths. No white line appears even when the pen draws thinner by three tenths. */
const SPACING = 0.7
/** Most characters of a code. A code of 500 characters has 81 modules on a side. */
export const LONGEST_CODE = 500

/** The smallest module that cameras read, mm: two pen widths, and 0.8 mm on paper. */
export const smallestModule = (pen: number): number => Math.max(2 * pen, 0.8)

/**
 * Draws a QR code with error correction M or better. Dark areas are hatched, with the pen's centre half a pen width inside
 * their edges. Dark modules that touch are one area, so that no white seam divides them.
 *
 * @throws PlotdError ERR_PARAMS when the modules are too small for the pen, or the text is too long
 */
export function qrCode(text: string, { pen, module = smallestModule(pen) }: QrOptions): QrCode {
  if (module < smallestModule(pen) - 1e-9) {
    throw new PlotdError(
      'ERR_PARAMS',
      `module is ${module} mm, expected at least ${smallestModule(pen)} mm with a pen of ${pen} mm`,
      { issues: [{ field: 'module', value: module, expected: `expected at least ${smallestModule(pen)}` }] },
    )
  }
  const { size, data } = encode(text, { ecc: 'M', boostEcc: true, border: 0 })
  const dark = (row: number, column: number): boolean => data[row]?.[column] === true
  const strokes = transformStrokes(translation(QUIET * module, QUIET * module), hatchedModules(size, dark, module, pen))
  return { strokes, side: (size + 2 * QUIET) * module, modules: size }
}

/** Dark modules side by side in a row: columns `from … to - 1`. */
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
 * The dark modules of a square, hatched, mm from its upper left corner. Each run is a serpentine of lines. Where dark modules
 * lie below a run, one more line covers the edge between the two rows. A stroke continues from a run to the run below when it
 * ends above it.
 */
export function hatchedModules(size: number, dark: IsDark, module: number, pen: number): Strokes {
  const ink = new StrokeWriter()
  const lines = Math.max(2, Math.ceil((module - pen) / (SPACING * pen)) + 1)
  const left = (column: number) => column * module + pen / 2
  const right = (column: number) => column * module - pen / 2
  const rows = Array.from({ length: size }, (_, row) => runsIn(row, size, dark))
  const drawn = new Set<Run>()

  /** Draws the serpentine of a run from one of its ends. @returns whether it ends at the right */
  const fill = (run: Run, isFromRight: boolean, isNew: boolean): boolean => {
    drawn.add(run)
    let isAtRight = isFromRight
    for (let line = 0; line < lines; line++) {
      const y = run.row * module + pen / 2 + (line * (module - pen)) / (lines - 1)
      const [from, to] = isAtRight ? [right(run.to), left(run.from)] : [left(run.from), right(run.to)]
      if (line === 0 && isNew) ink.moveTo(from, y)
      else ink.lineTo(from, y)
      ink.lineTo(to, y)
      isAtRight = !isAtRight
    }
    return isAtRight
  }
  const seams = new Set<string>()
  for (const [row, runs] of rows.entries()) {
    for (const first of runs) {
      if (drawn.has(first)) continue
      let run: Run | undefined = first
      let atRight = false
      for (let isNew = true; run; isNew = false) {
        atRight = fill(run, atRight, isNew)
        const above: Run = run
        run = rows[above.row + 1]?.find(
          (below) => !drawn.has(below) && (atRight ? below.to === above.to : below.from === above.from),
        )
        if (run) {
          const from = Math.max(above.from, run.from)
          const to = Math.min(above.to, run.to)
          // The pen goes to the edge between the two rows, and along it to the other end.
          const y = run.row * module
          ink.lineTo(atRight ? right(to) : left(from), y)
          ink.lineTo(atRight ? left(from) : right(to), y)
          atRight = (atRight ? from === run.from : to === run.to) ? !atRight : atRight
          seams.add(`${run.row} ${from}`)
        }
      }
    }
    for (const above of rows[row - 1] ?? []) {
      for (const below of runs) {
        const from = Math.max(above.from, below.from)
        const to = Math.min(above.to, below.to)
        if (from >= to || seams.has(`${row} ${from}`)) continue
        ink.add([left(from), row * module, right(to), row * module])
      }
    }
  }
  return ink.take()
}
