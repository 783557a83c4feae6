import { PlotdError } from '../../../errors.ts'
import type { EbbWire } from './wire.ts'

/** Below this the motor supply is missing: USB alone reads about 5 V. */
export const LEAST_VOLTS = 6.5

/** Motor supply by QC: 10 bit over the divider and diode of boards since 2.3. */
export async function supply(wire: EbbWire): Promise<number> {
  const [, reading = '0'] = (await wire.ask('QC')).split(',')
  return Math.round(((Number(reading) / 1023) * 3.3 * 9.2 + 0.3) * 10) / 10
}

export const noSupply = (volts: number): PlotdError =>
  new PlotdError(
    'ERR_DEVICE_POWER',
    `the motors have no supply (${volts.toFixed(1)} V, at least ${LEAST_VOLTS} V expected): plug in the power adapter`,
    { volts },
  )
