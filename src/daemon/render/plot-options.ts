import { z } from 'zod'
import type { Drawing, LayerOptions } from '../../geometry/drawing.ts'
import { pageNames, pageSize } from '../../geometry/pages.ts'
import type { PrepareOptions } from '../../plotter/prepare/index.ts'
import type { PlotRequest } from '../../spool/job.ts'
import { validate } from '../../tasks/index.ts'

const lengthMm = z.number().min(0).max(10_000)

/** The schema of `plot.options`, which say how plotd places, prepares and draws the drawing. */
const optionsSchema = z.strictObject({
  landscape: z.boolean().exactOptional(),
  margin: lengthMm.exactOptional(),
  rotate: z.number().min(-36_000).max(36_000).exactOptional(),
  scale: z.number().min(1e-6).max(1e6).exactOptional(),
  fit: z.enum(['none', 'shrink', 'page']).exactOptional(),
  sheet: z.enum(['keep', 'shrink', 'fit']).exactOptional(),
  align: z.enum(['keep', 'center', 'top-left']).exactOptional(),
  clip: z.enum(['page', 'margins', 'none']).exactOptional(),
  dropShorterThan: lengthMm.exactOptional(),
  simplify: lengthMm.exactOptional(),
  join: lengthMm.exactOptional(),
  once: z.boolean().exactOptional(),
  trails: z.boolean().exactOptional(),
  seams: z.boolean().exactOptional(),
  keepOrder: z.boolean().exactOptional(),
  effort: z.number().min(0).max(1000).exactOptional(),
  passes: z.number().int().min(1).max(100).exactOptional(),
  reverse: z.boolean().exactOptional(),
  speedPercent: z.number().min(1).max(400).exactOptional(),
  penDownPercent: z.number().min(0).max(100).exactOptional(),
  pace: z.number().min(1).max(400).exactOptional(),
  printed: z.boolean().exactOptional(),
  register: z.boolean().exactOptional(),
})

const page = z
  .string()
  .refine(
    (name) => pageSize(name) !== undefined,
    `expected one of ${pageNames.join(', ')}, or a size such as 210x148mm`,
  )

const requestSchema = z.object({ pageSize: page.exactOptional(), options: optionsSchema.default({}) })

/** The options of a job for the preparation of its drawing. @throws PlotdError ERR_PARAMS naming the field */
export function prepareOptions({ fit, layers, ...request }: Partial<PlotRequest>): PrepareOptions {
  const { pageSize: page, options } = validate({ name: 'plot', schema: requestSchema }, request)
  const { speedPercent: _, penDownPercent: __, printed: ___, register: ____, pace: _____, ...prepare } = options
  return {
    ...(fit === true ? { fit: 'page' } : {}),
    ...(layers === undefined ? {} : { layers }),
    ...(page === undefined ? {} : { page }),
    ...prepare,
  }
}

/** The drawing with the job's speed, pen height and pace in each layer that has no value of its own. */
export function withLayerOptions(drawing: Drawing, { options }: Partial<PlotRequest>): Drawing {
  const { speedPercent, penDownPercent, pace } = (options ?? {}) as LayerOptions
  const jobOptions = {
    ...(speedPercent === undefined ? {} : { speedPercent }),
    ...(penDownPercent === undefined ? {} : { penDownPercent }),
    ...(pace === undefined ? {} : { pace }),
  }
  const layers = drawing.layers.map((layer) => ({ ...layer, options: { ...jobOptions, ...layer.options } }))
  return { ...drawing, layers }
}
