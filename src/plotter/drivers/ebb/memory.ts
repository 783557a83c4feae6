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

/** Writes down what is remembered. */
export type Save = () => Promise<void>

/** Motor steps from home, if this is the board that is remembered and it was not reset since. */
export async function recall(
  wire: EbbWire,
  memory: EbbMemory,
  save: Save,
): Promise<readonly [number, number] | undefined> {
  const token = Number(await wire.ask('QL'))
  if (memory.token !== undefined && token === memory.token) return stepsFromHome(wire, memory)
  delete memory.base
  await mark(wire, memory, save, () => Promise.resolve())
  return undefined
}

/**
 * Do something that sets the board's counters to zero, which from then on count from `memory.base`. What is remembered
 * is written down with a new byte before, and the board gets the byte after: cut anywhere in between, the two differ,
 * and nobody believes in a position that is none.
 */
export async function mark(wire: EbbWire, memory: EbbMemory, save: Save, act: () => Promise<void>): Promise<void> {
  const before = memory.token ?? 0
  memory.token = 1 + ((before + Math.floor(Math.random() * 254)) % 255)
  await save()
  await act()
  await wire.ok(`SL,${memory.token}`)
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
