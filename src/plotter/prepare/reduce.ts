import { PlotdError } from '../../errors.ts'
import { type Bounds, boundsOf, isEmpty } from '../../geometry/bounds.ts'
import { clip } from '../../geometry/clip.ts'
import { at, type Drawing, type Strokes, stroke, strokeCount } from '../../geometry/drawing.ts'
import { filterStrokes, mapLayers } from '../../geometry/layers.ts'
import { inkLength } from '../../geometry/measure.ts'
import { simplifyStrokes } from '../../geometry/simplify.ts'
import type { Work as Steps } from '../../geometry/work.ts'
import { badOption, type PrepareOptions } from './options.ts'
import { marginsOf } from './place.ts'
import { Work } from './work.ts'

/** Maximum number of layers that an error message names. */
const MAX_NAMED = 10

/**
 * Largest coordinate of ink, mm. The SVG reader has the same limit, and no plotter is so large. Far beyond this limit,
 * the search for an order would follow rounding errors without end.
 */
const FURTHEST = 1_000_000

/** A drawing after `reduce`, with its losses: ink and dots that were clipped, and strokes that were too short. */
export interface Reduction {
  readonly drawing: Drawing
  readonly clippedMm: number
  readonly clippedDots: number
  readonly dropped: { readonly strokes: number; readonly mm: number }
}

/**
 * Selects layers, clips to the page or its margins, simplifies strokes, and removes short strokes, as the options say.
 *
 * @throws PlotdError ERR_PARAMS when a selected layer does not exist, when ink lies beyond FURTHEST, or when a
 *   coordinate is not a number; the reason of the work's signal on abort
 */
export function reduce(drawing: Drawing, options: PrepareOptions, work: Work = new Work()): Reduction {
  const steps = { spend: () => work.check() }
  const chosen = selectLayers(drawing, options.layers)
  const clipped = clipToPage(chosen, options, steps)
  const tolerance = options.simplify ?? 0
  const simple = tolerance > 0 ? mapLayers(clipped, (strokes) => simplifyStrokes(strokes, tolerance, steps)) : clipped
  const short = options.dropShorterThan ?? 0
  const remaining = dropShort(simple, short)
  requireNear(remaining)
  return {
    drawing: remaining,
    clippedMm: clipped === chosen ? 0 : inkLength(chosen) - inkLength(clipped),
    clippedDots: clipped === chosen ? 0 : Math.max(0, dotCount(chosen) - dotCount(clipped)),
    dropped: {
      strokes: strokeCount(simple) - strokeCount(remaining),
      mm: simple === remaining ? 0 : inkLength(simple) - inkLength(remaining),
    },
  }
}

function requireNear(drawing: Drawing): void {
  // `boundsOf` skips coordinates that are not numbers, so the check of FURTHEST below would not find them
  if (drawing.points.includes(Number.NaN)) {
    throw new PlotdError(
      'ERR_PARAMS',
      'a coordinate of the drawing is not a number, or became too large when the drawing was placed',
    )
  }
  const box = boundsOf(drawing)
  if (isEmpty(box)) return
  const furthest = Math.max(-box.minX, -box.minY, box.maxX, box.maxY)
  if (furthest <= FURTHEST) return
  throw new PlotdError(
    'ERR_PARAMS',
    `page and scale put ink ${furthest.toPrecision(3)} mm from the corner of the page, expected at most ${FURTHEST} mm`,
  )
}

function selectLayers(drawing: Drawing, chosen: PrepareOptions['layers']): Drawing {
  if (chosen === undefined) return drawing
  const { layers } = drawing
  const missing = chosen.find((choice) => !layers.some(({ name }, l) => choice === name || choice === l + 1))
  if (missing !== undefined) {
    const names = layers.slice(0, MAX_NAMED).map(({ name }, l) => (name === '' ? `${l + 1}` : `${l + 1} (${name})`))
    const more = layers.length > MAX_NAMED ? ', …' : ''
    throw badOption('layers', missing, `a layer of this drawing: it has ${names.join(', ') || 'none'}${more}`)
  }
  const empty: Strokes = { points: new Float64Array(0), starts: new Uint32Array(1) }
  const isSelected = (name: string, l: number) => chosen.includes(name) || chosen.includes(l + 1)
  return mapLayers(drawing, (strokes, layer) => (isSelected(layer.name, layers.indexOf(layer)) ? strokes : empty))
}

/** Programs round coordinates and sizes of pages. A line along the page's edge may lie outside the page by this, mm. */
const SLACK = 0.01

function clipToPage(drawing: Drawing, options: PrepareOptions, steps: Steps): Drawing {
  if (options.clip === 'none') return drawing
  const margin = options.clip === 'margins' ? (options.margin ?? 0) : 0
  const box = marginsOf(drawing, margin)
  if (isInside(boundsOf(drawing), box)) return drawing
  const roundedBox = marginsOf(drawing, margin - SLACK)
  return mapLayers(drawing, (strokes) => movedInto(clip(strokes, roundedBox, steps), box))
}

/** Moves each point that lies outside a box to the border of the box. */
function movedInto({ points, starts }: Strokes, { minX, minY, maxX, maxY }: Bounds): Strokes {
  const within = (value: number, i: number): number =>
    i % 2 === 0 ? Math.min(maxX, Math.max(minX, value)) : Math.min(maxY, Math.max(minY, value))
  return { points: points.map(within), starts }
}

/** The number of strokes without length. They are counted because a lost dot does not change `clippedMm`. */
function dotCount(strokes: Strokes): number {
  let dots = 0
  for (let i = 0; i < strokeCount(strokes); i++) {
    const line = stroke(strokes, i)
    if (line.length > 0 && line.every((value, k) => value === line[k & 1])) dots++
  }
  return dots
}

const isInside = (ink: Bounds, box: Bounds): boolean =>
  ink.minX >= box.minX && ink.minY >= box.minY && ink.maxX <= box.maxX && ink.maxY <= box.maxY

/** Returns the drawing itself when nothing is removed. */
function dropShort(drawing: Drawing, short: number): Drawing {
  const count = strokeCount(drawing)
  let keepsAll = true
  for (let i = 0; i < count && keepsAll; i++) keepsAll = isLongEnough(drawing, i, short)
  if (keepsAll) return drawing
  return mapLayers(drawing, (strokes) => filterStrokes(strokes, (i) => isLongEnough(strokes, i, short)))
}

/** Whether a stroke is at least `short` mm long. An empty stroke never is. */
function isLongEnough(strokes: Strokes, i: number, short: number): boolean {
  const count = at(strokes.starts, i + 1) - at(strokes.starts, i)
  if (count === 0) return false
  return short === 0 || inkLength({ points: stroke(strokes, i), starts: Uint32Array.of(0, count) }) >= short
}
