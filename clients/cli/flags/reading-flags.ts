import type { ReadOptions } from '../../../src/index.ts'
import type { Flags } from '../args/command.ts'

/** How an SVG is read, for the verbs that do it without a daemon: the words of the svg task. Lengths in mm. */
export const READING = {
  'layers-by': {
    type: 'string',
    choices: ['inkscape', 'color', 'group', 'none'],
    describe: 'what makes a layer, and so a pen',
    requiresArg: true,
    group: 'The drawing:',
  },
  'strokes-only': {
    type: 'boolean',
    describe: 'leave out shapes that have a fill only',
    group: 'The drawing:',
  },
  fill: {
    type: 'string',
    choices: ['none', 'hatch', 'crosshatch', 'contour'],
    describe: 'lines inside what has a fill; white is left empty',
    requiresArg: true,
    group: 'The drawing:',
  },
  'fill-spacing': {
    type: 'number',
    describe: 'between the lines of a fill, mm',
    requiresArg: true,
    group: 'The drawing:',
  },
  'fill-angle': {
    type: 'number',
    describe: 'of the lines of a hatch, degrees clockwise',
    requiresArg: true,
    group: 'The drawing:',
  },
  hide: { type: 'boolean', describe: 'remove the lines that later filled shapes cover', group: 'The drawing:' },
  tolerance: {
    type: 'number',
    describe: 'how far a line may be from the curve it stands for, mm',
    requiresArg: true,
    group: 'The drawing:',
  },
  font: { type: 'string', describe: 'stroke font for text elements', requiresArg: true, group: 'The drawing:' },
} as const satisfies Flags

export interface ReadingArgs {
  readonly 'layers-by': string | undefined
  readonly 'strokes-only': boolean | undefined
  readonly fill: string | undefined
  readonly 'fill-spacing': number | undefined
  readonly 'fill-angle': number | undefined
  readonly hide: boolean | undefined
  readonly tolerance: number | undefined
  readonly font: string | undefined
}

/** What was said, for `readSvg`; what was not said is left to its defaults, which are the svg task's. */
export function readOptions(args: ReadingArgs): ReadOptions {
  const { fill, hide, tolerance, font } = args
  const options = {
    layers: args['layers-by'],
    strokesOnly: args['strokes-only'],
    hide,
    tolerance,
    font,
    fill:
      fill === undefined || fill === 'none'
        ? undefined
        : given({ mode: fill, spacing: args['fill-spacing'], angle: args['fill-angle'] }),
  }
  return given(options) as ReadOptions
}

const given = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
