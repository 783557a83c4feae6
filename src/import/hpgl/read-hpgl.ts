import { markedEncoding } from '../../decode-with.ts'
import { DEFAULT_FONT } from '../../hershey/index.ts'
import { Canvas, type CanvasLimits } from '../draw/canvas.ts'
import type { ImportResult } from '../importer.ts'
import { Interpreter } from './interpreter.ts'
import { type Instruction, instructionsOf } from './parser.ts'

export interface ReadHpglOptions {
  /** Number of the page, from 1. */
  readonly page?: number
  readonly font?: string
  /** Greatest distance of a line from its curve, mm; default 0.01. */
  readonly tolerance?: number
  /** Whether fills are drawn; default true. */
  readonly fills?: boolean
  /** Blank border around the drawing, mm; default 5. */
  readonly margin?: number
  readonly limits?: CanvasLimits
}

const UNIT_MM = 0.025
/** Instructions that eject the sheet. */
const NEW_PAGE = new Set(['PG', 'AF', 'AH', 'FR'])
const INK = new Set('PD AA AR AT RT CI EA ER RA RR EW WG EP FP LB PB PE BZ BR XT YT UC'.split(' '))
/** Whether an instruction may draw. SM without a symbol only ends the drawing of symbols. */
const mayDraw = ({ name, text }: Instruction): boolean => INK.has(name) || (name === 'SM' && text !== '')

/** Reads one page. @throws PlotdError ERR_SVG_LIMIT, ERR_EMPTY, ERR_FONT_UNKNOWN */
export function readHpgl(bytes: Uint8Array, options: ReadHpglOptions = {}): ImportResult {
  const { margin = 5 } = options
  const canvas = drawHpgl(bytes, options)
  return canvas.toResult({ margin, isYUp: true, scale: UNIT_MM })
}

/** The strokes of one page in units of 0.025 mm, y up. @throws PlotdError ERR_SVG_LIMIT, ERR_FONT_UNKNOWN */
export function drawHpgl(bytes: Uint8Array, options: ReadHpglOptions = {}): Canvas {
  const { page = 1, font = DEFAULT_FONT, tolerance = 0.01, fills = true } = options
  const canvas = new Canvas(options.limits)
  const interpreter = new Interpreter(canvas, { font, tolerance: tolerance / UNIT_MM, fills })
  for (const { instruction, number } of instructionsByPage(bytes)) {
    if (number > page) break
    // A page keeps the scale and the pens of earlier pages. So the interpreter executes these pages too, and `clear`
    // discards their ink.
    if (NEW_PAGE.has(instruction.name)) {
      interpreter.end()
      canvas.clear()
    }
    interpreter.run(instruction)
  }
  interpreter.end()
  return canvas
}

/** The number of pages with ink; 1 for a file without ink. @throws PlotdError ERR_SVG_LIMIT */
export function hpglPages(bytes: Uint8Array): number {
  let pages = 1
  for (const { instruction, number } of instructionsByPage(bytes)) if (mayDraw(instruction)) pages = number
  return pages
}

/** Instructions with the number of their page. A sheet without ink does not count. */
function* instructionsByPage(bytes: Uint8Array): Generator<{ instruction: Instruction; number: number }> {
  const marked = markedEncoding(bytes)
  const source =
    marked === 'utf-8'
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
      : new TextDecoder(marked).decode(bytes)
  let number = 1
  let hasInk = false
  for (const instruction of instructionsOf(source)) {
    if (NEW_PAGE.has(instruction.name)) {
      if (hasInk) number++
      hasInk = false
    } else if (mayDraw(instruction)) hasInk = true
    yield { instruction, number }
  }
}
