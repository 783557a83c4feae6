/**
 * The room `pattern`: the task, and one file for each pattern. `pattern.ts` defines the parts that all patterns share,
 * and patterns use the algorithms in `fit`, `nearby`, `lsystem` and `tour`. Import from this file; `photo` also imports
 * `tour`.
 */
import { z } from 'zod'
import { drawingOf, type Strokes } from '../../geometry/drawing.ts'
import { drawnSvg } from '../drawn-svg.ts'
import { safeName } from '../names.ts'
import { defineTask } from '../task.ts'
import { circles } from './circles.ts'
import { contours } from './contours.ts'
import { flow } from './flow.ts'
import { gosper } from './gosper.ts'
import { grid } from './grid.ts'
import { guilloche } from './guilloche.ts'
import { hatch } from './hatch.ts'
import { hilbert } from './hilbert.ts'
import { lissajous } from './lissajous.ts'
import { maze } from './maze.ts'
import { moire } from './moire.ts'
import type { Pattern } from './pattern.ts'
import { phyllotaxis } from './phyllotaxis.ts'
import { ridges } from './ridges.ts'
import { rose } from './rose.ts'
import { spiral } from './spiral.ts'
import { spirograph } from './spirograph.ts'
import { stipple } from './stipple.ts'
import { tree } from './tree.ts'
import { truchet } from './truchet.ts'
import { voronoi } from './voronoi.ts'
import { waves } from './waves.ts'

export type { Pattern } from './pattern.ts'

/** Every pattern by name, in the order in which lists and the gallery show the patterns. */
export const patterns = {
  spiral,
  grid,
  hatch,
  waves,
  ridges,
  truchet,
  flow,
  circles,
  moire,
  maze,
  hilbert,
  gosper,
  lissajous,
  rose,
  spirograph,
  contours,
  voronoi,
  stipple,
  tree,
  guilloche,
  phyllotaxis,
}

export type PatternName = keyof typeof patterns

const schema = z.discriminatedUnion('pattern', [
  spiral.schema,
  grid.schema,
  hatch.schema,
  waves.schema,
  ridges.schema,
  truchet.schema,
  flow.schema,
  circles.schema,
  moire.schema,
  maze.schema,
  hilbert.schema,
  gosper.schema,
  lissajous.schema,
  rose.schema,
  spirograph.schema,
  contours.schema,
  voronoi.schema,
  stipple.schema,
  tree.schema,
  guilloche.schema,
  phyllotaxis.schema,
])

/** The parameters of the task `pattern`, as its schema has parsed them. */
export type PatternParams = z.infer<typeof schema>

/**
 * The strokes of a pattern, in mm, clipped to the margin of the sheet: a pure function of the parameters.
 *
 * @param points  maximum number of points; default: the limit of an SVG
 * @throws PlotdError ERR_SVG_LIMIT for more points
 */
export function drawPattern(params: PatternParams, points?: number): Strokes {
  const pattern: Pick<Pattern, 'draw'> = patterns[params.pattern]
  return pattern.draw(params, points)
}

export const pattern = defineTask<PatternParams>({
  name: 'pattern',
  summary: 'a generative pattern: spiral, grid and many more',
  schema,
  title: ({ pattern: name, seed }) => `${name[0]?.toUpperCase()}${name.slice(1)} ${seed}`,
  isQuick: true,
  outputName: ({ pattern: name, width, height, seed }) =>
    `patterns/${safeName(`${name}_${width}x${height}_${seed}`)}.svg`,
  render: (params, { svgLimits }) => {
    const strokes = drawPattern(params, svgLimits.points)
    return drawnSvg(drawingOf(strokes, params.width, params.height, params.pattern))
  },
})
