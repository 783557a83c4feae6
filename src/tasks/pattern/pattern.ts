import { z } from 'zod'
import type { Bounds } from '../../geometry/bounds.ts'
import { clip } from '../../geometry/clip.ts'
import type { Strokes } from '../../geometry/drawing.ts'
import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { DEFAULT_LIMITS, pointLimit } from '../../svg/index.ts'
import { type Random, randomFrom } from '../draw/random.ts'
import { addTidy } from '../draw/tidy.ts'
import { pageFields, seedField } from '../fields.ts'

/** The sheet on which a pattern is drawn, in mm, and the random numbers of the pattern. */
export interface Sheet {
  /** The area within the margin. Ink outside this area is clipped. */
  readonly box: Bounds
  readonly width: number
  readonly height: number
  /** Centre of the box. */
  readonly cx: number
  readonly cy: number
  /** Radius of the largest circle in the box: half of the shorter side. */
  readonly radius: number
  readonly random: Random
}

const pageParams = {
  ...pageFields(),
  margin: z.number().min(0).max(1000).optional().describe('white border, mm; default: 12, less on a small sheet'),
  seed: seedField(),
}

type PageParams = z.infer<z.ZodObject<typeof pageParams>>
type PatternSchema<N extends string, S extends z.ZodRawShape> = z.ZodObject<
  { pattern: z.ZodLiteral<N> } & typeof pageParams & S,
  z.core.$strict
>

/** The definition of a pattern: a pure function from a sheet and the pattern's own parameters to strokes. */
export interface PatternSpec<N extends string, S extends z.ZodRawShape> {
  readonly name: N
  readonly summary: string
  readonly params: S
  /** A pattern that may have very many points returns its strokes in parts, which are simplified one after another. */
  draw(sheet: Sheet, params: z.infer<z.ZodObject<S>>): Strokes | Iterable<Strokes>
}

/** A pattern with the parameters that all patterns share. */
export interface Pattern<N extends string = string, S extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: N
  readonly summary: string
  readonly schema: PatternSchema<N, S>
  /**
   * Strokes in mm, clipped to the margin. Takes the parameters that `schema` has parsed.
   *
   * @param points  maximum number of points; default: the limit of an SVG
   * @throws PlotdError ERR_SVG_LIMIT for more points
   */
  draw(params: PageParams & object, points?: number): Strokes
}

/** Adds the parts that all patterns share: width, height, margin and seed, a sheet, and clipping to the margin. */
export function definePattern<const N extends string, S extends z.ZodRawShape>(spec: PatternSpec<N, S>): Pattern<N, S> {
  const { name, summary, params } = spec
  const kind = z.literal(name).describe(summary)
  const schema = z
    .strictObject({ pattern: kind, ...pageParams, ...params })
    .refine(leavesRoom, {
      path: ['margin'],
      error: 'expected less than half of the sheet, so that 5 mm remain to draw on',
    })
    .describe(summary) as unknown as PatternSchema<N, S>
  return {
    name,
    summary,
    schema,
    draw(values, points = DEFAULT_LIMITS.points) {
      const sheet = sheetOf(values)
      const drawn = spec.draw(sheet, values as unknown as z.infer<z.ZodObject<S>>)
      const out = new StrokeWriter(pointLimit(points))
      for (const part of Symbol.iterator in drawn ? drawn : [drawn]) addTidy(clip(part, sheet.box), out)
      return out.take()
    },
  }
}

const marginOf = ({ width, height, margin }: PageParams) => margin ?? Math.min(12, Math.min(width, height) / 10)

function leavesRoom(values: object): boolean {
  const page = values as PageParams
  return Math.min(page.width, page.height) - 2 * marginOf(page) >= 5
}

export function sheetOf(page: PageParams): Sheet {
  const { width, height, seed } = page
  const border = marginOf(page)
  const box = { minX: border, minY: border, maxX: width - border, maxY: height - border }
  return {
    box,
    width,
    height,
    cx: width / 2,
    cy: height / 2,
    radius: Math.min(width, height) / 2 - border,
    random: randomFrom(seed),
  }
}
