import { z } from 'zod'
import { count, id } from './fields.ts'

export const plotterState = z
  .discriminatedUnion('is', [
    z.object({ is: z.literal('offline'), why: z.string() }),
    z.object({ is: z.literal('unknown'), since: z.number(), why: z.string() }),
    z.object({ is: z.literal('idle'), ready: z.boolean() }),
    z.object({ is: z.literal('plotting'), job: id }),
    z.object({
      is: z.literal('paused'),
      job: id,
      why: z.enum(['operator', 'pen-change', 'sheet']),
      prompt: z.string().optional(),
      asks: z.enum(['pen', 'layer', 'side', 'service']).optional().meta({
        description:
          'with `pen-change`: another pen, a look at the next layer, a turn of the sheet, or a service of the pen',
      }),
      since: z.number().meta({ description: 'ms since 1970; no two pauses of a plotter have the same' }),
    }),
    z.object({ is: z.literal('fault'), code: z.string(), message: z.string() }),
  ])
  .meta({
    description:
      'offline, idle, plotting, paused or fault, in `is`; unknown while the host of the plotter does not answer',
  })

const percents = z.object({
  penUpPercent: z.number().exactOptional(),
  penDownPercent: z.number().exactOptional(),
  speedPercent: z.number().exactOptional(),
})

const grant = z
  .object({
    by: z.string().meta({ description: 'name of the token that gave it' }),
    since: z.number(),
    until: z.number().meta({ description: 'it ends then, unless it ends before' }),
    for: z.union([
      z.object({ job: id, title: z.string() }),
      z.object({ sheets: count.meta({ description: 'sheets that are left' }), of: count }),
    ]),
    sheet: z
      .union([z.object({ is: z.enum(['fresh', 'used']) }), z.object({ is: z.literal('fed'), job: id })])
      .optional()
      .meta({ description: 'with a feeder: what lies under the pen; a used sheet is changed before the next job' }),
  })
  .meta({ description: 'permission to begin: one sheet for one job, or a number of sheets for the next jobs' })

export const plotter = z.object({
  name: z.string(),
  url: z.string().meta({ description: 'its transport: serial:/dev/ttyACM0, tcp://host:port, sim:ebb' }),
  profile: z.string(),
  widthMm: z.number(),
  heightMm: z.number(),
  gate: z.boolean().meta({ description: 'asks for ready before each sheet' }),
  queuePaused: z.boolean(),
  host: z.string().optional().meta({ description: 'the host that it is connected to, where several share a queue' }),
  paper: z.string().optional().meta({ description: 'the sheets that lie in it: a5, letter, 148x105mm' }),
  room: z.string().optional().meta({ description: 'where it stands' }),
  tags: z.array(z.string()).readonly().optional().meta({ description: 'what a job can need: pens, paper, sizes' }),
  maintenance: z
    .object({ reason: z.string(), by: z.string(), since: z.number() })
    .optional()
    .meta({ description: 'it takes no jobs, for this reason' }),
  state: plotterState,
  job: id.optional().meta({
    description: 'the job that this plotter holds, also before its first move: its sheet stays where it lies',
  }),
  grant: grant.optional(),
  grants: count.optional().meta({ description: 'grants that were given on this plotter, ever' }),
  feeder: z
    .discriminatedUnion('is', [
      z.object({ is: z.literal('waits') }),
      z.object({ is: z.literal('feeding'), job: id, since: z.number() }),
      z.object({ is: z.literal('failed'), why: z.string(), at: z.number() }),
    ])
    .optional()
    .meta({
      description: 'the feeder of the configuration; after a failure nothing begins before `ready`',
    }),
  pens: z
    .array(
      z.object({
        slot: count.meta({ description: 'number of the pen: of a carousel, or of the layer' }),
        pen: z.string().optional().meta({ description: 'its name in the configuration' }),
        color: z.string().optional(),
        widthMm: z.number().optional(),
        drawnMm: z.number().meta({ description: 'ink since it was put in: executed strokes only' }),
        leftMm: z.number().optional(),
        isGuess: z.boolean().optional().meta({ description: '`leftMm` rests on a guess for pens of its kind' }),
        sheetsLeft: count.optional().meta({ description: 'number of usual sheets for which its ink is enough' }),
        since: z.number().optional(),
      }),
    )
    .readonly()
    .optional()
    .meta({ description: 'the pens that have drawn here, or were put in' }),
  penNames: z.array(z.string()).readonly().optional().meta({ description: 'the pens of the configuration' }),
  layerPens: z
    .array(z.object({ layer: z.string(), pen: z.string() }))
    .readonly()
    .optional()
    .meta({ description: 'by the name of a layer: the pen that draws it here' }),
  marks: z
    .object({
      places: z
        .array(z.object({ x: z.number(), y: z.number(), foundX: z.number(), foundY: z.number() }))
        .readonly()
        .meta({ description: 'where marks belong in the drawing, and where the pen stood over them, mm' }),
      turnDegrees: z.number().optional().meta({ description: 'how far the sheet is turned, clockwise' }),
      missMm: z.number().optional().meta({
        description: 'error of the mark that fits worst; with two marks, 0 does not prove that both are right',
      }),
    })
    .optional()
    .meta({
      description: 'of the sheet that lies here: for the next job that is for a printed one, or for the paused plot',
    }),
  registers: z
    .object({
      job: id,
      widthMm: z.number(),
      heightMm: z.number(),
      required: z.boolean().meta({ description: 'the plot does not continue without two marks' }),
    })
    .optional()
    .meta({
      description:
        'the plot is paused before a layer: the sheet may be moved or turned over, and marks show how it lies',
    }),
  button: z.literal('ready').optional().meta({ description: 'the board’s button says that a fresh sheet is down' }),
  interrupted: z
    .object({ job: id, title: z.string(), done: count.meta({ description: 'strokes that are drawn' }), of: count })
    .optional()
    .meta({
      description: 'the interrupted job whose sheet lies on this plotter: no other job begins before it is settled',
    }),
  planned: percents.meta({
    description: 'the profile’s pen heights and speed; a layer may have others',
  }),
  adjusted: percents.meta({ description: 'set by a user since the link was made; overrides all other settings' }),
  device: z
    .object({
      dialect: z.string(),
      firmware: z.string(),
      nickname: z.string().optional(),
      volts: z.number().optional(),
    })
    .optional(),
  pace: z
    .object({ factor: z.number(), plots: count })
    .optional()
    .meta({ description: 'the time of its past plots against the profile’s estimates; all reported times use it' }),
  position: z.object({ x: z.number(), y: z.number() }).optional().meta({ description: 'mm from home, if known' }),
})

export type WirePlotter = z.output<typeof plotter>
