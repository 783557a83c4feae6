import { z } from 'zod'
import { CORNERS, type Corner } from './constants.ts'
import { id, millimetres, name, now } from './fields.ts'
import { plotter } from './plotter.ts'

const height = z.number().min(0).max(100).exactOptional().meta({ description: 'percent, 0 to 100; higher is up' })
const one = z.strictObject({ name })
const STATE = ['ERR_PLOTTER_UNKNOWN', 'ERR_PLOTTER_STATE'] as const
export const DEVICE = [
  ...STATE,
  'ERR_LINK_TIMEOUT',
  'ERR_LINK_CLOSED',
  'ERR_DEVICE',
  'ERR_DEVICE_POWER',
  'ERR_DEVICE_UNKNOWN',
] as const
/** The errors of a thread that reads the SVG of record, and checks that the plotter can draw it. */
const DRAWABLE = [
  'ERR_PLAN_OUT_OF_BOUNDS',
  'ERR_EMPTY',
  'ERR_FILE',
  'ERR_OUTPUT_PATH',
  'ERR_SVG_INVALID',
  'ERR_SVG_LIMIT',
  'ERR_TASK_FAILED',
  'ERR_TASK_MEMORY',
  'ERR_DAEMON_AWAY',
] as const
/** The errors of a request for a grant. */
export const READY = [...DEVICE, ...DRAWABLE, 'ERR_TASK_TIMEOUT'] as const

/** Methods on plotters. All except list and get are commands of a user. */
export const PLOTTER_METHODS = {
  'plotter.list': {
    role: 'watch',
    summary: 'All plotters of this host, and of the other hosts of its farm.',
    params: z.strictObject({}),
    result: z.array(plotter).readonly(),
    errors: [],
  },
  'plotter.get': {
    role: 'watch',
    summary: 'One plotter.',
    params: one,
    result: plotter,
    errors: ['ERR_PLOTTER_UNKNOWN'],
  },
  'plotter.ready': {
    role: 'operate',
    summary:
      'Say that a fresh sheet is down and the carriage stands at home. Grant one sheet to the job at the head of the ' +
      'queue or, with `sheets`, that number of sheets to the next jobs. The daemon refuses the call when the job at ' +
      'the head cannot be drawn on this plotter, and while the sheet of an interrupted job lies on the plotter.',
    params: z.strictObject({
      name,
      job: id.exactOptional().meta({ description: 'the id that the job at the head of the queue must have' }),
      sheets: z.number().int().min(1).max(1000).exactOptional().meta({
        description: 'grants this number of sheets for the next jobs, instead of one sheet for the job at the head',
      }),
      feed: z.literal(true).exactOptional().meta({
        description: 'with `sheets`: no fresh sheet is down yet, so the feeder also brings the first sheet',
      }),
      newSheet: z.literal(true).exactOptional().meta({
        description: 'the user took the sheet of the interrupted job off the plotter; the job itself stays interrupted',
      }),
    }),
    result: plotter,
    errors: READY,
  },
  'plotter.putPen': {
    role: 'operate',
    summary:
      'The user put a pen of the configuration into the holder, or into a slot of the carousel. plotd counts the ink of that pen from then on.',
    params: z.strictObject({
      name,
      slot: z.number().int().min(1).max(64).default(1),
      pen: z.string().min(1).max(64).meta({ description: 'name or colour of a pen of the configuration' }),
      drawnMm: z
        .number()
        .min(0)
        .max(1e9)
        .default(0)
        .meta({ description: 'ink that the pen has drawn before, mm; 0 for a fresh pen' }),
    }),
    result: plotter,
    errors: ['ERR_PLOTTER_UNKNOWN', 'ERR_FILE'],
  },
  'plotter.layerPen': {
    role: 'operate',
    summary:
      'Draw layers of this name with this pen from now on: the plot asks for the pen before such a layer. ' +
      'Without `pen`, such layers need no particular pen any more.',
    params: z.strictObject({
      name,
      layer: z.string().min(1).max(200),
      pen: z
        .string()
        .min(1)
        .max(64)
        .exactOptional()
        .meta({ description: 'name or colour of a pen of the configuration' }),
    }),
    result: plotter,
    errors: ['ERR_PLOTTER_UNKNOWN', 'ERR_FILE'],
  },
  'plotter.unready': {
    role: 'operate',
    summary: 'Take the grant back. A sheet that is being drawn is not affected.',
    params: one,
    result: plotter,
    errors: STATE,
  },
  'plotter.pause': {
    role: 'operate',
    summary:
      'Pause at the end of the stroke, with the pen up. Also stop a movement that a user requested, such as a jog: at ' +
      'once, with the pen up. That request, and requests that wait behind it, then fail with `ERR_PLOTTER_STATE`.',
    params: z.strictObject({ name, now }),
    result: plotter,
    errors: STATE,
  },
  'plotter.resume': {
    role: 'operate',
    summary: 'Continue after a pause, a pen change or a new sheet.',
    params: one,
    result: plotter,
    errors: READY,
  },
  'plotter.cancel': {
    role: 'operate',
    summary: 'Lift the pen and cancel the plot. Also stop a movement that a user requested, as `plotter.pause` does.',
    params: one,
    result: plotter,
    errors: [...STATE, 'ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'plotter.pen': {
    role: 'operate',
    summary: 'Raise or lower the pen, or toggle it.',
    params: z.strictObject({ name, to: z.enum(['up', 'down', 'toggle']) }),
    result: plotter,
    errors: DEVICE,
  },
  'plotter.jog': {
    role: 'operate',
    summary: 'Move by `dx` and `dy`, in mm, with the pen up. `plotter.pause` stops the movement.',
    params: z.strictObject({ name, dx: millimetres.default(0), dy: millimetres.default(0) }),
    result: plotter,
    errors: [...DEVICE, 'ERR_PLAN_OUT_OF_BOUNDS'],
  },
  'plotter.home': {
    role: 'operate',
    summary:
      'Lift the pen and return to home. A machine with limit switches first finds home by its switches. ' +
      '`plotter.pause` stops the movement.',
    params: one,
    result: plotter,
    errors: DEVICE,
  },
  'plotter.setHome': {
    role: 'operate',
    summary: 'Make the present position home: (0, 0).',
    params: one,
    result: plotter,
    errors: DEVICE,
  },
  'plotter.motors': {
    role: 'operate',
    summary:
      'Switch the motors on or off. With motors off you can move the carriage by hand, and the plotter loses its position. ' +
      'HP-GL plotters cannot switch their motors off.',
    params: z.strictObject({ name, on: z.boolean() }),
    result: plotter,
    errors: DEVICE,
  },
  'plotter.align': {
    role: 'operate',
    summary:
      'Lift the pen and switch the motors off, so that the user can place pen and carriage by hand. ' +
      'HP-GL plotters lift the pen and refuse the rest.',
    params: one,
    result: plotter,
    errors: DEVICE,
  },
  'plotter.mark': {
    role: 'operate',
    summary:
      'Say that the pen stands over a mark of the printed sheet. In a pause before a layer, say that the pen stands ' +
      'over a corner or a mark of the sheet that the user moved or turned over. x and y are the place of the mark in ' +
      'the drawing. Two marks show the position of the sheet. Without `at`, plotd forgets all marks.',
    params: z.strictObject({
      name,
      at: z
        .union([
          z.strictObject({ x: millimetres, y: millimetres }),
          z.strictObject({ corner: z.enum(Object.keys(CORNERS) as Corner[]) }),
        ])
        .exactOptional(),
    }),
    result: plotter,
    errors: STATE,
  },
  'plotter.frame': {
    role: 'operate',
    summary:
      'Move the lifted pen around the ink of a rendered job and return, so that the user sees the place of the ink. ' +
      '`plotter.pause` stops the movement.',
    params: z.strictObject({ name, job: id }),
    result: plotter,
    errors: [...DEVICE, ...DRAWABLE, 'ERR_JOB_UNKNOWN', 'ERR_JOB_STATE'],
  },
  'plotter.adjust': {
    role: 'operate',
    summary:
      'Set pen heights and drawing speed, also in a pause. These values apply until the plotter is disconnected. An absent ' +
      'field returns to the value of the plan.',
    params: z.strictObject({
      name,
      penUpPercent: height,
      penDownPercent: height,
      speedPercent: z.number().min(1).max(400).exactOptional().meta({
        description: 'percent of the speed of each layer, or of the profile’s speed on HP-GL plotters; 1 to 400',
      }),
    }),
    result: plotter,
    errors: DEVICE,
  },
  'plotter.clear': {
    role: 'operate',
    summary: 'Clear a fault, after you have removed its cause.',
    params: one,
    result: plotter,
    errors: DEVICE,
  },
  'plotter.maintenance': {
    role: 'operate',
    summary:
      'Take the plotter out of service: the plotter starts no job until this method is called without `reason`. The ' +
      'plotter finishes the present sheet, also when `job.resume` continues its interrupted plot. Requests that ' +
      'move the pen, such as `plotter.jog`, still work.',
    params: z.strictObject({ name, reason: z.string().min(1).max(200).exactOptional() }),
    result: plotter,
    errors: ['ERR_PLOTTER_UNKNOWN', 'ERR_FILE'],
  },
  'plotter.connect': {
    role: 'operate',
    summary: 'Connect to the plotter now instead of at the next retry. Lifts the pen, and does not move the carriage.',
    params: one,
    result: plotter,
    errors: ['ERR_PLOTTER_UNKNOWN'],
  },
} as const
