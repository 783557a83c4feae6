import { PlotdError } from '../errors.ts'
import { rotation, transformed } from '../geometry/affine.ts'
import { type Bounds, boundsOf } from '../geometry/bounds.ts'
import type { Strokes } from '../geometry/drawing.ts'
import { type Cell, cellsOf, type MissingCharacter, type SubstitutedCharacter } from './cells.ts'
import type { StrokeFont } from './font.ts'
import { inkOf, type PlacedCell } from './ink.ts'
import { lendersFor } from './lenders.ts'
import { DEFAULT_FONT, loadFont } from './library.ts'
import { type Line, linesOf, tabStop } from './lines.ts'

export type Align = 'left' | 'center' | 'right' | 'justify'

export interface TextOptions {
  /** A name of `fontNames()`, or a font of your own; Roman simplex when left out. */
  readonly font?: string | StrokeFont
  /** Cap height in mm, > 0; 5 when left out. */
  readonly size?: number
  /** Wrap to this many mm; without it lines end only at newlines. */
  readonly width?: number
  readonly align?: Align
  /** Baseline to baseline, as a multiple of the font's own; 1. */
  readonly lineSpacing?: number
  /** mm added between characters; 0. */
  readonly letterSpacing?: number
  /** mm between tab stops; eight spaces. */
  readonly tabWidth?: number
  /** Lean in degrees, to the right when positive; 0. */
  readonly slant?: number
  /** Turn about the start of the first baseline, degrees clockwise; 0. */
  readonly rotation?: number
  /** Take single glyphs that the font lacks from other fonts; true. */
  readonly borrow?: boolean
}

export interface TextLine {
  readonly text: string
  /** mm from the text's left edge to the line's. */
  readonly x: number
  /** Sum of the advances, mm. */
  readonly width: number
  /** mm below the first baseline. */
  readonly baseline: number
}

/** Laid out text: x from 0, the first baseline at y = 0, y down, mm. Width and height are before any rotation. */
export interface TextLayout {
  readonly strokes: Strokes
  /** The widest line, or the width that was asked for when that is more. */
  readonly width: number
  /** From the ascent above the first baseline to the descent below the last. */
  readonly height: number
  readonly ascent: number
  readonly descent: number
  readonly lineHeight: number
  readonly lines: readonly TextLine[]
  readonly missing: readonly MissingCharacter[]
  readonly substituted: readonly SubstitutedCharacter[]
  /** Around the ink; empty when there is none. */
  readonly bounds: Bounds
}

/** The widest that justifying makes a space, in spaces: beyond it a line is left ragged. */
const WIDEST_SPACE = 3.5

/**
 * Text as strokes. Pure but for reading the font's file the first time. Characters that no font has are left out
 * and told in `missing`; those drawn by near glyphs or another font are told in `substituted`.
 *
 * @throws PlotdError ERR_FONT_UNKNOWN, or ERR_PARAMS naming the option at fault
 */
export function layoutText(text: string, options: TextOptions = {}): TextLayout {
  const { size = 5, lineSpacing = 1, letterSpacing = 0, align = 'left', width } = checked(options)
  const font = typeof options.font === 'object' ? options.font : loadFont(options.font ?? DEFAULT_FONT)
  const scale = size / font.metrics.capHeight
  const { paragraphs, missing, substituted } = cellsOf(text, font, options.borrow === false ? () => [] : lendersFor)
  const setting = {
    letterSpacing: letterSpacing / scale,
    tabWidth: options.tabWidth === undefined ? tabStop(font) : options.tabWidth / scale,
    width: width === undefined ? undefined : width / scale + 1e-9,
    hyphen: cellsOf('-', font, lendersFor).paragraphs[0]?.[0] as Cell,
  }
  const lines = paragraphs.flatMap((cells) => linesOf(cells, setting))
  const lineHeight = font.metrics.lineHeight * scale * lineSpacing
  const full = Math.max(width ?? 0, ...lines.map((line) => line.width * scale))
  const placed = lines.map((line, row) => placeLine(line, { scale, full, align, baseline: row * lineHeight }))
  const slant = Math.tan(((options.slant ?? 0) * Math.PI) / 180)
  const ink = inkOf(
    placed.flatMap((line) => line.cells),
    scale,
    slant,
  )
  const strokes = options.rotation ? transformed(rotation(options.rotation), ink) : ink
  const [ascent, descent] = [font.metrics.ascent * scale, font.metrics.descent * scale]
  return {
    strokes,
    width: full,
    height: ascent + Math.max(0, lines.length - 1) * lineHeight + descent,
    ascent,
    descent,
    lineHeight,
    lines: placed.map((line) => line.summary),
    missing,
    substituted,
    bounds: boundsOf(strokes),
  }
}

interface Placing {
  readonly scale: number
  readonly full: number
  readonly align: Align
  readonly baseline: number
}

function placeLine(line: Line, { scale, full, align, baseline }: Placing): { cells: PlacedCell[]; summary: TextLine } {
  const gap = full - line.width * scale
  const x = align === 'center' ? gap / 2 : align === 'right' ? gap : 0
  const extra = align === 'justify' && !line.last ? stretch(line, gap, scale) : 0
  let stretched = 0
  const cells = line.cells.map(({ char, glyph, kind }, i) => {
    const cell = { char, glyph, x: x + (line.offsets[i] ?? 0) * scale + stretched, y: baseline }
    if (kind === 'space') stretched += extra
    return cell
  })
  const text = line.cells.map((cell) => cell.char).join('')
  return { cells, summary: { text, x, width: line.width * scale + stretched, baseline } }
}

/** mm to add to each space. */
function stretch(line: Line, gap: number, scale: number): number {
  const spaces = line.cells.filter((cell) => cell.kind === 'space')
  if (spaces.length === 0 || line.cells.some((cell) => cell.kind === 'tab')) return 0
  const extra = gap / spaces.length
  return extra > (WIDEST_SPACE - 1) * scale * (spaces[0]?.glyph.advance ?? 0) ? 0 : extra
}

function checked(options: TextOptions): TextOptions {
  const demand = (name: keyof TextOptions, least: number, open: boolean) => {
    const value = options[name]
    if (value === undefined) return
    if (typeof value === 'number' && Number.isFinite(value) && (open ? value > least : value >= least)) return
    const expected = least === -Infinity ? 'a number' : `a number ${open ? 'above' : 'of at least'} ${least}`
    throw new PlotdError('ERR_PARAMS', `${name} must be ${expected}, got ${JSON.stringify(value)}`, { field: name })
  }
  demand('size', 0, true)
  demand('width', 0, true)
  demand('lineSpacing', 0, true)
  demand('tabWidth', 0, true)
  demand('letterSpacing', -Infinity, true)
  demand('slant', -Infinity, true)
  demand('rotation', -Infinity, true)
  return options
}
