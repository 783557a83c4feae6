import type { Params } from '../../../src/daemon/protocol/index.ts'
import { paperOptions } from './prepare-flags.ts'

type PlotOptions = NonNullable<NonNullable<Params<'job.submit'>['plot']>['options']>

interface PenArgs {
  readonly speed?: unknown
  readonly 'pen-down'?: unknown
}

/** `plot.options` as the flags say; undefined when none of them was given. The daemon checks their values. */
export function plotOptions(args: object): PlotOptions | undefined {
  const { speed, 'pen-down': penDown } = args as PenArgs
  const options = {
    ...paperOptions(args),
    ...(speed === undefined ? {} : { speedPercent: speed }),
    ...(penDown === undefined ? {} : { penDownPercent: penDown }),
  }
  return Object.keys(options).length === 0 ? undefined : options
}
