import type { InferredOptionTypes } from 'yargs'
import { PlotdError } from '../../../src/errors.ts'
import type { importDocument, ReadOptions } from '../../../src/index.ts'
import { type Flags, kebab } from '../args/command.ts'
import { lengthFlag } from './length-flag.ts'

/**
 * Flags for reading an SVG or another document without a daemon. Each has the meaning of a parameter of the svg task. A
 * length without a unit is in mm.
 */
export const READING = {
  'layers-by': {
    type: 'string',
    choices: ['inkscape', 'color', 'group', 'none'],
    describe: 'how to divide the drawing into layers (a pen each)',
    requiresArg: true,
    group: 'Drawing:',
  },
  'page-number': { type: 'number', describe: 'page of a document', requiresArg: true, group: 'Drawing:' },
  pictures: {
    type: 'string',
    choices: ['none', 'halftone', 'squiggle', 'stipple'],
    describe: 'how to draw pictures in a document',
    requiresArg: true,
    group: 'Drawing:',
  },
  outlines: { type: 'boolean', describe: 'text of a document as outlines of its letters', group: 'Drawing:' },
  unit: {
    type: 'string',
    choices: ['mm', 'cm', 'm', 'in', 'ft', 'pt', 'px'],
    describe: 'unit of a drawing whose file names none',
    requiresArg: true,
    group: 'Drawing:',
  },
  hatches: {
    type: 'string',
    choices: ['edges', 'lines', 'none'],
    describe: 'how to draw the hatches of a DXF drawing',
    requiresArg: true,
    group: 'Drawing:',
  },
  'pen-down-z': {
    type: 'number',
    describe: 'highest Z of G-code with the pen down, mm',
    requiresArg: true,
    group: 'Drawing:',
  },
  'text-paper': {
    type: 'string',
    describe: 'paper of a plain text, such as a4 or 148x210mm',
    requiresArg: true,
    group: 'Drawing:',
  },
  'text-margin': lengthFlag('text-margin', 'white border of a plain text, mm', 'Drawing:'),
  'text-size': lengthFlag('text-size', 'height of capitals of a plain text, mm', 'Drawing:'),
  'strokes-only': {
    type: 'boolean',
    describe: 'leave out shapes without a stroke',
    group: 'Drawing:',
  },
  fill: {
    type: 'string',
    choices: ['none', 'hatch', 'crosshatch', 'contour'],
    describe: 'fill shapes with lines; white stays empty',
    requiresArg: true,
    group: 'Drawing:',
  },
  'fill-all': {
    type: 'boolean',
    describe: 'with --fill: also fill closed shapes that have no fill',
    group: 'Drawing:',
  },
  'fill-spacing': lengthFlag('fill-spacing', 'distance between the lines of a fill, mm', 'Drawing:'),
  'fill-angle': {
    type: 'number',
    describe: 'angle of a hatch, degrees clockwise',
    requiresArg: true,
    group: 'Drawing:',
  },
  'draw-white': {
    type: 'boolean',
    describe: 'draw shapes with a white fill and no stroke',
    group: 'Drawing:',
  },
  hide: { type: 'boolean', describe: 'remove lines that later filled shapes cover', group: 'Drawing:' },
  tolerance: lengthFlag('tolerance', 'largest distance of a line from the curve it replaces, mm', 'Drawing:'),
  font: { type: 'string', describe: 'stroke font for text elements', requiresArg: true, group: 'Drawing:' },
} as const satisfies Flags

export type ReadingArgs = InferredOptionTypes<typeof READING>

/** Refuses flags that have a meaning only with `--fill`. @throws PlotdError ERR_PARAMS naming the first */
export function refuseFillFlags(args: object): void {
  const flags = new Map(Object.entries(args).map(([name, value]) => [kebab(name), value]))
  if (!['none', undefined].includes(flags.get('fill'))) return
  const flag = ['fill-all', 'fill-spacing', 'fill-angle'].find((name) => flags.get(name) !== undefined)
  if (flag !== undefined)
    throw new PlotdError('ERR_PARAMS', `--${flag} needs --fill: expected --fill hatch, crosshatch or contour with it`)
}

/**
 * Options for `readSvg`, from the flags. The defaults of `readSvg` are those of the svg task.
 *
 * @throws PlotdError ERR_PARAMS as `refuseFillFlags`
 */
export function readOptions(args: ReadingArgs): ReadOptions {
  refuseFillFlags(args)
  const { fill, hide, tolerance, font } = args
  const options = {
    layers: args['layers-by'],
    strokesOnly: args['strokes-only'],
    fillAll: args['fill-all'],
    hide,
    drawWhite: args['draw-white'],
    tolerance,
    font,
    fill:
      fill === undefined || fill === 'none'
        ? undefined
        : withoutUndefined({ mode: fill, spacing: args['fill-spacing'], angle: args['fill-angle'] }),
  }
  return withoutUndefined(options) as ReadOptions
}

/** Options for `importDocument`, from the flags. */
export const importFlags = (args: ReadingArgs): NonNullable<Parameters<typeof importDocument>[1]> =>
  withoutUndefined({
    page: args['page-number'],
    pictures: args.pictures,
    outlines: args.outlines,
    unit: args.unit,
    font: args.font,
    hatches: args.hatches,
    penDownZ: args['pen-down-z'],
    text: withoutUndefined({ paper: args['text-paper'], margin: args['text-margin'], size: args['text-size'] }),
  })

const withoutUndefined = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))

/** Limits on an SVG, from the configuration that a daemon would load. @throws PlotdError ERR_CONFIG */
export async function svgLimits(): Promise<Required<NonNullable<ReadOptions['limits']>>> {
  const { loadConfig } = await import('../../../src/daemon/config/config.ts')
  return loadConfig().config.svg
}
