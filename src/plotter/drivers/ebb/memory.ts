import type { EbbWire } from './wire.ts'

/**
 * What is worth keeping of a board between two connections. The board counts its steps as long as it has power, and
 * keeps a byte for us: when the byte is still there after a reconnect, so are the counters, and the carriage's position
 * is known without anybody touching it.
 */
export interface EbbMemory {
  /** The byte, 1 … 255; a board that was reset holds 0. */
  token?: number
  /** Motor steps from home at which the board's counters stood at zero; missing when nobody knows. */
  base?: readonly [number, number]
}

/** Motor steps from home, if this is the board that is remembered and it was not reset since. */
export async function recall(wire: EbbWire, memory: EbbMemory): Promise<readonly [number, number] | undefined> {
  const token = Number(await wire.ask('QL'))
  if (memory.token !== undefined && token === memory.token) return stepsFromHome(wire, memory)
  delete memory.base
  memory.token = 1 + Math.floor(Math.random() * 255)
  await wire.ok(`SL,${memory.token}`)
  return undefined
}

/** Motor steps from home by the board's own count. */
export async function stepsFromHome(
  wire: EbbWire,
  { base }: EbbMemory,
): Promise<readonly [number, number] | undefined> {
  if (!base) return undefined
  const [one = NaN, two = NaN] = (await wire.ask('QS')).split(',').map(Number)
  return Number.isInteger(one) && Number.isInteger(two) ? [base[0] + one, base[1] + two] : undefined
}
