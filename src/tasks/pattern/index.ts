import { z } from 'zod'
import { drawingOf, type Strokes } from '../../geometry/drawing.ts'
import { safeName } from '../names.ts'
import { sheetSvg } from '../sheet-svg.ts'
import { defineTask } from '../task.ts'
import { grid } from './grid.ts'
import type { Pattern } from './pattern.ts'
import { spiral } from './spiral.ts'

export type { Pattern } from './pattern.ts'

/** Every pattern by name; the order is that of lists and of the gallery. */
export const patterns = { spiral, grid }

export type PatternName = keyof typeof patterns

const schema = z.discriminatedUnion('pattern', [spiral.schema, grid.schema])

export type PatternParams = z.infer<typeof schema>

/** The strokes of a pattern, in mm, inside its margin: a pure function of its parameters. */
export function drawPattern(params: PatternParams): Strokes {
  const pattern: Pick<Pattern, 'draw'> = patterns[params.pattern]
  return pattern.draw(params)
}

export const pattern = defineTask<PatternParams>({
  name: 'pattern',
  summary: 'a generative pattern: spiral, grid and many more',
  schema,
  title: ({ pattern: name, seed }) => `${name[0]?.toUpperCase()}${name.slice(1)} ${seed}`,
  outputName: ({ pattern: name, width, height, seed }) =>
    `patterns/${safeName(`${name}_${width}x${height}_${seed}`)}.svg`,
  render: (params) => sheetSvg(drawingOf(drawPattern(params), params.width, params.height, params.pattern)),
})
