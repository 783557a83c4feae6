import type { Params } from '../../src/daemon/protocol/index.ts'
import type { Flags } from './command.ts'
import { PREPARE } from './prepare-flags.ts'

const {
  landscape,
  margin,
  scale,
  rotate,
  align,
  clip,
  once,
  simplify,
  join,
  effort,
  reverse,
  passes,
  'keep-order': keepOrder,
  'drop-shorter': dropShorter,
} = PREPARE

/** How a drawing of one's own lies on the paper and is put in order, for the verbs that ask the daemon for its ink. */
export const PAPER = {
  landscape,
  margin,
  scale,
  rotate,
  align,
  clip,
  'keep-order': keepOrder,
  once,
  simplify,
  'drop-shorter': dropShorter,
  join,
  effort,
  reverse,
  passes,
} as const satisfies Flags

/** Where a flag's name and the option's name differ. */
const NAMES: Readonly<Record<string, string>> = {
  'keep-order': 'keepOrder',
  'drop-shorter': 'dropShorterThan',
  speed: 'speedPercent',
  'pen-down': 'penDownPercent',
}

const OPTIONS = [...Object.keys(PAPER), 'speed', 'pen-down']

type PlotOptions = NonNullable<NonNullable<Params<'job.submit'>['plot']>['options']>

/** `plot.options` as the flags say; undefined when none of them was given. The daemon checks their values. */
export function plotOptions(args: object): PlotOptions | undefined {
  const given = OPTIONS.flatMap((flag) => {
    const value = (args as Readonly<Record<string, unknown>>)[flag]
    return value === undefined ? [] : [[NAMES[flag] ?? flag, value] as const]
  })
  return given.length === 0 ? undefined : Object.fromEntries(given)
}
