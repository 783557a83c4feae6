import { markedEncoding } from '../../decode-with.ts'
import { Canvas, type CanvasLimits } from '../draw/canvas.ts'
import type { ImportResult } from '../importer.ts'
import { layerName, type Program, programOf } from './moves.ts'
import { type PenRule, penRule } from './pen.ts'

export interface ReadGcodeOptions {
  /** Highest Z at which the pen is down, mm. When absent, `penRule` detects how the file lowers the pen. */
  readonly penDownZ?: number
  /** Greatest distance of a line from its arc, mm; default 0.01. */
  readonly tolerance?: number
  /** Blank border around the drawing, mm; default 5. */
  readonly margin?: number
  readonly limits?: CanvasLimits
}

/** Reads a program. @throws PlotdError ERR_DOCUMENT, ERR_SVG_LIMIT, ERR_EMPTY */
export function readGcode(bytes: Uint8Array, options: ReadGcodeOptions = {}): ImportResult {
  const { canvas, isYDown } = drawGcode(bytes, options)
  const { margin = 5 } = options
  return canvas.toResult({ margin, isYUp: !isYDown })
}

/** The strokes of a program, mm. @throws PlotdError ERR_DOCUMENT for a line that is too long, ERR_SVG_LIMIT */
export function drawGcode(bytes: Uint8Array, options: ReadGcodeOptions = {}): { canvas: Canvas; isYDown: boolean } {
  const canvas = new Canvas(options.limits)
  const text = new TextDecoder(markedEncoding(bytes)).decode(bytes)
  const program = programOf(text, canvas, options.tolerance ?? 0.01)
  const rule = penRule(program.moves, options.penDownZ)
  canvas.note('import', rule.message)
  drawMoves(canvas, program, rule)
  return { canvas, isYDown: program.isYDown }
}

/**
 * Draws the moves with the pen down. Consecutive moves in one layer become one stroke. A pen that is lowered and lifted
 * in place leaves a dot. A pen that is always down leaves none.
 */
function drawMoves(canvas: Canvas, { moves, layers }: Program, { isDown, drawsRapid }: PenRule): void {
  let line: number[] = []
  let layer: number = 0
  const end = (): void => {
    const { pen } = layers[layer] ?? { pen: 1 }
    if (line.length > 0) canvas.add(layerName(layers[layer]), 'black', line, pen)
    line = []
  }
  for (const move of moves) {
    const hasLength = move.line.length > 2
    const isDrawn = isDown(move.levels) && (!hasLength || (isDown(move.before) && (drawsRapid || !move.isRapid)))
    if (move.layer !== layer) {
      end()
      ;({ layer } = move)
    }
    if (!hasLength && isDrawn && isDown(move.before)) continue
    if (!isDrawn) {
      end()
      continue
    }
    if (line.length === 0) line.push(...move.line)
    else line.push(...move.line.slice(2))
  }
  end()
}
