import { z } from 'zod'
import { millimetres, name } from './fields.ts'
import { plotter } from './plotter.ts'

const one = z.strictObject({ name })
const STATE = ['ERR_PLOTTER_UNKNOWN', 'ERR_PLOTTER_STATE'] as const
const DEVICE = [...STATE, 'ERR_LINK_TIMEOUT', 'ERR_LINK_CLOSED', 'ERR_DEVICE'] as const

/** Methods on plotters. All but list and get are a person's word; nothing else moves a plotter. */
export const PLOTTER_METHODS = {
  'plotter.list': {
    summary: 'All plotters of the configuration.',
    params: z.strictObject({}),
    result: z.array(plotter).readonly(),
    errors: [],
  },
  'plotter.get': { summary: 'One plotter.', params: one, result: plotter, errors: ['ERR_PLOTTER_UNKNOWN'] },
  'plotter.ready': {
    summary: 'A fresh sheet is down and the carriage stands at home: the next job may be drawn.',
    params: one,
    result: plotter,
    errors: STATE,
  },
  'plotter.pause': {
    summary: 'Stop at the end of the stroke, pen up.',
    params: one,
    result: plotter,
    errors: STATE,
  },
  'plotter.resume': {
    summary: 'Go on after a pause, a pen change or a new sheet.',
    params: one,
    result: plotter,
    errors: STATE,
  },
  'plotter.cancel': { summary: 'Lift the pen and cancel the plot.', params: one, result: plotter, errors: STATE },
  'plotter.pen': {
    summary: 'Raise or lower the pen.',
    params: z.strictObject({ name, to: z.enum(['up', 'down']) }),
    result: plotter,
    errors: DEVICE,
  },
  'plotter.jog': {
    summary: 'Move with the pen up, relative, mm.',
    params: z.strictObject({ name, dx: millimetres.default(0), dy: millimetres.default(0) }),
    result: plotter,
    errors: DEVICE,
  },
  'plotter.home': { summary: 'Pen up, and back to home.', params: one, result: plotter, errors: DEVICE },
  'plotter.setHome': { summary: 'Here is home: (0, 0).', params: one, result: plotter, errors: DEVICE },
  'plotter.motors': {
    summary: 'Hold the carriage, or let it be moved by hand (home is lost then).',
    params: z.strictObject({ name, on: z.boolean() }),
    result: plotter,
    errors: DEVICE,
  },
  'plotter.clear': { summary: 'The cause of a fault is mended.', params: one, result: plotter, errors: DEVICE },
  'plotter.connect': {
    summary: 'Try the link now instead of at the next retry. Never moves anything.',
    params: one,
    result: plotter,
    errors: [...STATE, 'ERR_TRANSPORT'],
  },
} as const
