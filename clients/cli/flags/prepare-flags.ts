import { basename } from 'node:path'
import type { InferredOptionTypes } from 'yargs'
import { PlotdError } from '../../../src/errors.ts'
import type { characterName, PlanResult, PrepareOptions, Profile, SvgReading } from '../../../src/index.ts'
import type { Flags } from '../args/command.ts'
import { readBytes } from '../io/files.ts'
import { length, plural, size } from '../ui/format.ts'
import { lengthFlag } from './length-flag.ts'
import { importFlags, READING, readOptions, svgLimits } from './reading-flags.ts'

/** Flags of paper and pen. A length without a unit is in mm. */
const OWN = {
  page: {
    type: 'string',
    describe: 'paper size: a5, letter, 148x105mm; default: the drawing’s size',
    requiresArg: true,
    group: 'Paper:',
  },
  landscape: { type: 'boolean', describe: 'turn the paper to landscape', group: 'Paper:' },
  margin: lengthFlag('margin', 'empty border: 10, 10mm, 0.5in', 'Paper:'),
  fit: { type: 'boolean', describe: 'scale the ink to the page, inside the margin', group: 'Paper:' },
  scale: {
    type: 'number',
    describe: 'scale the ink by this factor, from the top left corner; the page keeps its size',
    requiresArg: true,
    group: 'Paper:',
  },
  rotate: { type: 'number', describe: 'degrees clockwise', requiresArg: true, group: 'Paper:' },
  align: {
    type: 'string',
    choices: ['keep', 'center', 'top-left'],
    describe: 'position of the ink on the paper',
    group: 'Paper:',
  },
  clip: {
    type: 'string',
    choices: ['page', 'margins', 'none'],
    describe: 'cut off the ink outside the page or the margins; default: page',
    group: 'Paper:',
  },
  layers: {
    alias: 'l',
    type: 'string',
    describe: 'only these layers, separated by commas',
    requiresArg: true,
    group: 'Paper:',
  },
  profile: {
    alias: 'm',
    type: 'string',
    describe: 'profile of the machine; default: axidraw-v3',
    requiresArg: true,
    group: 'Pen:',
  },
  'keep-order': { type: 'boolean', describe: 'keep the order and directions of the file', group: 'Pen:' },
  once: { type: 'boolean', describe: 'draw repeated lines once, if that saves time', group: 'Pen:' },
  simplify: lengthFlag('simplify', 'drop vertices that change the line by at most this, mm', 'Pen:'),
  'drop-shorter': lengthFlag('drop-shorter', 'leave out strokes shorter than this, mm', 'Pen:'),
  join: lengthFlag('join', 'draw across gaps up to this, mm; default: 0.15; with 0, every gap stays', 'Pen:'),
  effort: {
    type: 'number',
    describe: 'effort to find a better order; 1 takes one to five seconds for 10,000 strokes',
    requiresArg: true,
    group: 'Pen:',
  },
  reverse: { type: 'boolean', describe: 'draw everything in reverse', group: 'Pen:' },
  passes: { type: 'number', describe: 'draw every stroke this many times', requiresArg: true, group: 'Pen:' },
  strict: { type: 'boolean', describe: 'fail when something would not be drawn', group: 'Pen:' },
} as const satisfies Flags

/** Flags of the verbs that prepare a file without a daemon. */
export const PREPARE = { ...OWN, ...READING }

/** Flags of paper and pen for the verbs that queue a file at the daemon. */
export const PAPER = without(OWN, 'page', 'fit', 'layers', 'profile', 'strict')

function without<T extends object, K extends keyof T & string>(all: T, ...names: readonly K[]): Omit<T, K> {
  const remaining = Object.entries(all).filter(([name]) => !names.some((known) => known === name))
  return Object.fromEntries(remaining) as Omit<T, K>
}

/** Options whose name differs from the flag. */
const NAMES: Readonly<Record<string, string>> = { 'keep-order': 'keepOrder', 'drop-shorter': 'dropShorterThan' }

/** The options from the flags of `PAPER` that were given. */
export function paperOptions(args: object): Record<string, unknown> {
  const flags = args as Readonly<Record<string, unknown>>
  const options = Object.keys(PAPER).map((flag) => [NAMES[flag] ?? flag, flags[flag]] as const)
  return Object.fromEntries(options.filter(([, value]) => value !== undefined))
}

export type PrepareArgs = InferredOptionTypes<typeof PREPARE>

export interface PreparedFile extends PlanResult {
  readonly reading: SvgReading
  readonly profile: Profile
  /** A phrase for each part of the drawing that will not be on the paper. */
  readonly losses: readonly string[]
  /** Other sentences about the result. */
  readonly notes: readonly string[]
}

/**
 * Reads an SVG or another document, and plans it.
 *
 * @param bound  whether the report says how near the plan is to the fastest order
 * @throws PlotdError ERR_FILE, ERR_SVG_*, ERR_DOCUMENT, ERR_EMPTY, ERR_PARAMS, ERR_FONT_UNKNOWN, ERR_CONFIG,
 *   ERR_PROFILE_INVALID; ERR_STRICT with `--strict` when a part will not be on the paper
 */
export async function prepareFile(file: string, args: PrepareArgs, bound = false): Promise<PreparedFile> {
  const {
    characterName: nameOf,
    DEFAULT_PROFILE,
    importDocument,
    isPageTurned,
    loadSolver,
    makePlan,
    notFilledMessage,
    whiteFillMessage,
    profileNamed,
    readSvg,
  } = await import('../../../src/index.ts')
  const profile = profileNamed(args.profile ?? DEFAULT_PROFILE)
  const limits = await svgLimits()
  const bytes = await readBytes(file, limits.bytes)
  const name = file === '-' ? '' : basename(file)
  const { svg, notes: importNotes, layers = 'inkscape' } = await importDocument(bytes, { name, ...importFlags(args) })
  const reading = readSvg(svg, { layers, ...readOptions(args), limits })
  const bounding = bound ? { bound, solver: await loadSolver() } : {}
  const options = prepareOptions(args)
  const result = makePlan(reading.drawing, { ...options, ...bounding }, profile)
  const lossesOfImport = importNotes.filter(({ code }) => code === 'not-drawn').map(({ message }) => message)
  const notesOfImport = importNotes.filter(({ code }) => code !== 'not-drawn').map(({ message }) => message)
  const losses = [...lossesOfImport, ...lossesOf(reading, result, nameOf)]
  if (args.strict && losses.length > 0)
    throw new PlotdError('ERR_STRICT', `Will not be drawn: ${losses.join('; ')}`, { losses })
  const white = reading.whiteFills === 0 ? [] : [whiteFillMessage(reading.whiteFills)]
  const notes = [
    ...notesOfImport,
    ...(isPageTurned(reading.drawing, options, profile) ? [turnedNote(result.plan, profile)] : []),
    ...white,
    ...(reading.notFilled === 0 ? [] : [notFilledMessage(reading.notFilled)]),
    ...(reading.hiddenLayers.length === 0 ? [] : [hiddenLayersNote(reading.hiddenLayers)]),
  ]
  return { reading, profile, losses, notes, ...result }
}

const turnedNote = ({ width, height }: PlanResult['plan'], { name }: Profile): string =>
  `the page is turned to ${size(width, height)}, because ${name} cannot reach the whole page otherwise`

const hiddenLayersNote = (layers: readonly string[]): string => {
  const more = layers.length - MAX_NAMED
  const named = [...layers.slice(0, MAX_NAMED), ...(more > 0 ? [`${more} more`] : [])]
  return `${plural(layers.length, 'layer')} marked % ${layers.length === 1 ? 'is' : 'are'} left out: ${named.join(', ')}`
}

function lossesOf({ notDrawn, text }: SvgReading, { report }: PlanResult, nameOf: typeof characterName): string[] {
  const { clippedMm, clippedDots, dropped, strokes } = report
  const missing = text?.missing ?? []
  const more = missing.length - MAX_NAMED
  return [
    ...notDrawn
      .filter(({ what }) => what !== 'character that no font has') // up to MAX_NAMED characters are named below
      .map(({ what, count, detail }) => `${plural(count, what, pluralOf(what))}${detail ? ` (${detail})` : ''}`),
    ...missing
      .slice(0, MAX_NAMED)
      .map((character) => `${nameOf(character)}, ${plural(character.count, 'time')}: no installed font has it`),
    ...(more > 0 ? [`${plural(more, 'more character')}`] : []),
    ...(clippedMm > 0.005 ? [`${length(clippedMm)} of ink outside the page or its margins`] : []),
    ...(clippedDots > 0 ? [`${plural(clippedDots, 'dot')} outside the page or its margins`] : []),
    ...(dropped.strokes > 0 ? [`${plural(dropped.strokes, 'stroke')} shorter than --drop-shorter`] : []),
    ...(strokes === 0 ? ['everything: no stroke is left to draw'] : []),
  ]
}

/** The plural of a noun with its attributes: “strokes beyond 1 km”. */
const pluralOf = (what: string): string => what.replace(/^.*?(?= (?:behind|beyond|in|of|without) |$)/, '$&s')

const MAX_NAMED = 12

function prepareOptions(args: PrepareArgs): PrepareOptions {
  const { page, fit, layers } = args
  return {
    ...paperOptions(args),
    ...(page === undefined ? {} : { page }),
    ...(fit === undefined ? {} : { fit: fit ? 'page' : 'none' }),
    ...(layers === undefined ? {} : { layers: layers.split(',').map(layerOf) }),
  }
}

/** A word of `--layers`: the number of a layer, or its name. */
export const layerOf = (word: string): string | number => (/^\d+$/.test(word.trim()) ? Number(word) : word.trim())
