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
          'the purpose of a `pen-change`: another pen, the next layer, the other side of the sheet, or a service of the pen',
      }),
      since: z
        .number()
        .meta({ description: 'the start of this pause, ms since 1970; clients tell pauses apart by it' }),
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
    by: z.string().meta({ description: "name of the token or page session that gave the grant, or 'the button'" }),
    since: z.number(),
    until: z
      .number()
      .meta({ description: 'the time at which the grant ends if no sheet begins before, ms since 1970' }),
    for: z.union([
      z.object({ job: id, title: z.string() }),
      z.object({ sheets: count.meta({ description: 'remaining sheets' }), of: count }),
    ]),
    sheet: z
      .union([z.object({ is: z.enum(['fresh', 'used']) }), z.object({ is: z.literal('fed'), job: id })])
      .optional()
      .meta({
        description:
          'with a feeder: the sheet under the pen; the feeder changes a used sheet before the next job or copy',
      }),
  })
  .meta({ description: 'the right to begin one sheet for one job, or a number of sheets for the next jobs' })

/** A plotter on the wire. */
export const plotter = z.object({
  name: z.string(),
  url: z
    .string()
    .meta({ description: 'address of the device, such as serial:/dev/ttyACM0, tcp://host:port or sim:ebb' }),
  profile: z.string(),
  widthMm: z.number(),
  heightMm: z.number(),
  gate: z.boolean().meta({ description: 'whether each sheet needs a grant' }),
  queuePaused: z.boolean(),
  host: z
    .string()
    .optional()
    .meta({ description: 'the host that the plotter is connected to, where several hosts share a queue' }),
  paper: z
    .string()
    .optional()
    .meta({ description: 'the size of the sheets in the plotter, such as a5, letter or 148x105mm' }),
  room: z.string().optional().meta({ description: 'the room in which the plotter stands' }),
  tags: z
    .array(z.string())
    .readonly()
    .optional()
    .meta({ description: 'properties that a job may need: pens, paper, sizes' }),
  maintenance: z
    .object({ reason: z.string(), by: z.string(), since: z.number() })
    .optional()
    .meta({ description: 'present while the plotter takes no jobs, with the reason' }),
  state: plotterState,
  job: id.optional().meta({
    description: 'the job that the plotter draws or is about to draw; do not move its sheet',
  }),
  willPause: z.literal(true).optional().meta({
    description: 'present when a user paused before the next sheet began: the sheet begins with a pause',
  }),
  grant: grant.optional(),
  grants: count.optional().meta({ description: 'number of all grants on this plotter so far' }),
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
        slot: count.meta({ description: 'slot of the carousel, or pen number of the layer' }),
        pen: z.string().optional().meta({ description: 'name of the pen in the configuration' }),
        color: z.string().optional(),
        widthMm: z.number().optional(),
        drawnMm: z.number().meta({ description: 'ink that the pen has drawn, mm, as far as plotd knows' }),
        leftMm: z.number().optional(),
        isGuess: z.boolean().optional().meta({ description: '`leftMm` comes from a guess for this kind of pen' }),
        sheetsLeft: count
          .optional()
          .meta({ description: 'number of usual sheets for which the ink of the pen is enough' }),
        since: z.number().optional(),
      }),
    )
    .readonly()
    .optional()
    .meta({ description: 'the pens that have drawn here, or that the user has put in' }),
  penNames: z.array(z.string()).readonly().optional().meta({ description: 'the pens of the configuration' }),
  layerPens: z
    .array(z.object({ layer: z.string(), pen: z.string() }))
    .readonly()
    .optional()
    .meta({ description: 'the pen that draws each named layer here' }),
  marks: z
    .object({
      places: z
        .array(z.object({ x: z.number(), y: z.number(), foundX: z.number(), foundY: z.number() }))
        .readonly()
        .meta({ description: 'the place of each mark in the drawing, and the place of the pen over it, mm' }),
      turnDegrees: z.number().optional().meta({ description: 'rotation of the sheet, clockwise' }),
      missMm: z.number().optional().meta({
        description: 'error of the worst mark; with two marks, 0 does not prove that both are right',
      }),
    })
    .optional()
    .meta({
      description:
        'the marks of the present sheet; the paused plot uses them, or the next job whose `plot.options` have `printed`',
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
        'the plot is paused before a layer: the user may move the sheet or turn it over, and marks show its position',
    }),
  button: z
    .literal('ready')
    .optional()
    .meta({ description: 'with the board’s button the user says that a fresh sheet is down' }),
  interrupted: z
    .object({ job: id, title: z.string(), done: count.meta({ description: 'strokes that are drawn' }), of: count })
    .optional()
    .meta({
      description:
        'the interrupted job whose sheet lies on this plotter; no other job begins until the job ends or a user takes its sheet off',
    }),
  planned: percents.meta({
    description: 'the profile’s pen heights and speed; a layer may have other values',
  }),
  adjusted: percents.meta({
    description:
      'values that a user set after plotd connected to the plotter; the heights override all other heights, and `plotter.adjust` explains the speed',
  }),
  device: z
    .object({
      dialect: z.string(),
      firmware: z.string(),
      nickname: z.string().optional(),
      volts: z.number().optional(),
      mustHome: z.literal(true).optional().meta({
        description:
          'the machine has limit switches: while `position` is absent, only `plotter.home` moves the carriage',
      }),
    })
    .optional(),
  pace: z.object({ factor: z.number(), plots: count }).optional().meta({
    description:
      '`factor` is the measured time of past plots, divided by the profile’s estimates; plotd multiplies estimated times by it',
  }),
  position: z.object({ x: z.number(), y: z.number() }).optional().meta({ description: 'mm from home, if known' }),
})

export type WirePlotter = z.output<typeof plotter>
