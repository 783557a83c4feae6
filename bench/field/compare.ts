/*
 * Compares plot times of one drawing: as plotd plans it, and as the fastest of several other planners plans it. The
 * drawings come from the field: from collections that other people made (`bench/field.ts` names them). Each time is
 * computed by two clocks: a simple reference model, and plotd's own motion planner.
 */
import { drawingOf, type Strokes, strokeCount } from '../../src/geometry/drawing.ts'
import { estimate } from '../../src/plotter/motion/estimate.ts'
import { type PrepareOptions, prepare } from '../../src/plotter/prepare/index.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { readSvg } from '../../src/svg/index.ts'
import { optimizePaths } from '../planning/peers.ts'
import { greedilyJoined, joinedInOrder, nearestFirst, nearestThenTwoOpt } from './planners.ts'
import { referenceSeconds } from './reference.ts'

const axidraw = profileNamed('axidraw-v3')
const [WIDTH, HEIGHT, MARGIN] = [210, 297, 10]

/**
 * A file's ink on an A4 sheet. Undefined for fewer than 3 strokes. Also undefined for 60,000 strokes or more, because
 * other planners would take minutes.
 */
export function onSheet(svg: Uint8Array): Strokes | undefined {
  const read = readSvg(svg).drawing
  if (strokeCount(read) === 0) return undefined
  const { drawing } = prepare(read, { page: 'a4', fit: 'page', margin: MARGIN, keepOrder: true }, axidraw)
  const count = strokeCount(drawing)
  return count > 2 && count < 60_000 ? drawing : undefined
}

type Planner = (strokes: Strokes) => Strokes

/**
 * The other planners that add no ink: each joins strokes only where ends meet, and keeps every vertex. The first one
 * keeps the file's own order, and the second is saxi's.
 */
const EXACT: readonly Planner[] = [
  (strokes) => strokes,
  (strokes) => optimizePaths(strokes, 0),
  nearestFirst,
  (strokes) => nearestFirst(greedilyJoined(strokes, 0)),
  (strokes) => nearestThenTwoOpt(greedilyJoined(strokes, 0)),
]
/** The other planners that also draw lines across gaps of up to 0.05 or 0.15 mm. Each planner keeps every vertex. */
const JOINING: readonly Planner[] = [
  (strokes) => nearestThenTwoOpt(greedilyJoined(strokes, 0.05)),
  (strokes) => joinedInOrder(nearestFirst(strokes), 0.15),
  (strokes) => joinedInOrder(strokes, 0.15),
]

/** Seconds of a plot, by the reference model and by plotd's own motion. */
export interface Seconds {
  readonly reference: number
  readonly motion: number
}

export interface Comparison {
  readonly strokes: number
  /** The least times of the planners in `EXACT`. */
  readonly exact: Seconds
  /** The least times of the planners in `EXACT` and `JOINING`. */
  readonly joining: Seconds
  /** plotd's times: `join0` adds no ink, `plain` has the default options, and `once` draws repeated ink once. */
  readonly join0: Seconds
  readonly plain: Seconds
  readonly once: Seconds
}

/** Measures the strokes of one drawing, as plotd and as the other planners order and join them. */
export function compare(strokes: Strokes): Comparison {
  const exact = fastest(EXACT, strokes)
  const page = drawingOf(strokes, WIDTH, HEIGHT)
  const ours = (options: PrepareOptions) => seconds(prepare(page, { clip: 'none', ...options }, axidraw).drawing)
  return {
    strokes: strokeCount(strokes),
    exact,
    joining: least([exact, fastest(JOINING, strokes)]),
    join0: ours({ join: 0 }),
    plain: ours({}),
    once: ours({ once: true }),
  }
}

const fastest = (planners: readonly Planner[], strokes: Strokes): Seconds =>
  least(planners.map((plan) => seconds(plan(strokes))))

const least = (all: readonly Seconds[]): Seconds => ({
  reference: Math.min(...all.map(({ reference }) => reference)),
  motion: Math.min(...all.map(({ motion }) => motion)),
})

const seconds = (strokes: Strokes): Seconds => ({
  reference: referenceSeconds(strokes),
  motion: estimate(drawingOf(strokes, WIDTH, HEIGHT), axidraw).seconds,
})
