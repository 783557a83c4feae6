import { PlotdError } from '../../../errors.ts'

/** A place by axis, mm. */
export type Axes = readonly [x: number, y: number, z: number]

export interface Status {
  /** Idle, Run, Hold:0, Hold:1, Jog, Alarm, Door:n, Check, Home, Sleep */
  readonly state: string
  /** Machine position, mm; undefined when the board reports no position. */
  readonly machine: Axes | undefined
  /** Origin of the work coordinates, machine mm. */
  readonly offset: Axes
  /** Letters of the active input pins; S is cycle start. */
  readonly pins: string
}

/**
 * Reads a status report.
 *
 * @param offset  origin of the work coordinates as the board last reported it, machine mm
 * @throws PlotdError ERR_DEVICE_UNKNOWN for a report without a state
 */
export function statusIn(line: string, offset: Axes): Status {
  const state = /^<([^|>]+)/.exec(line)?.[1]
  if (state === undefined) {
    throw new PlotdError('ERR_DEVICE_UNKNOWN', `"?" was answered ${JSON.stringify(line)}; a grbl status was expected`)
  }
  const [, kind, numbers = ''] = /\|([MW])Pos:([-\d.,]+)/.exec(line) ?? []
  const [x, y, z = 0] = numbers.split(',').map(Number)
  const [ox, oy, oz] = offset
  const pins = /\|Pn:([A-Z]+)/.exec(line)?.[1] ?? ''
  if (x === undefined || y === undefined) return { state, machine: undefined, offset, pins }
  return { state, machine: kind === 'M' ? [x, y, z] : [x + ox, y + oy, z + oz], offset, pins }
}
