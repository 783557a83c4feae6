import type { EbbWire } from './wire.ts'

/**
 * The memory of a board between connections. The board counts its steps while it has power, and stores one byte for
 * plotd. If that byte is still there after a reconnect, the counters and the position are valid.
 */
export interface EbbMemory {
  /** The byte, 1 … 255. A board that was reset holds 0. */
  token?: number
  /** The place of the carriage where the board's counters are zero, motor steps from home; absent when unknown. */
  base?: readonly [number, number]
}

/** Writes the memory to disk. */
export type Save = () => Promise<void>

/** Whether the board still holds the byte. A board whose memory has no byte is not asked. */
export const hasToken = async (wire: EbbWire, { token }: EbbMemory): Promise<boolean> =>
  token === undefined || Number(await wire.ask('QL')) === token

/**
 * Motor steps from home; undefined without a base, after a reset of the board, or when the memory is of another board.
 */
export async function recall(
  wire: EbbWire,
  memory: EbbMemory,
  save: Save,
): Promise<readonly [number, number] | undefined> {
  if (memory.token !== undefined && (await hasToken(wire, memory))) return stepsFromHome(wire, memory)
  delete memory.base
  await resetCounters(wire, memory, save, () => Promise.resolve())
  return undefined
}

/**
 * Calls `reset`, which sets the board's counters to zero. From then on, the counters count from `memory.base`. While
 * the base is unknown, `reset` may do nothing. Writes a new byte to the disk before `reset`, and to the board after
 * `reset`. If the link breaks in between, the two bytes differ, and the position is not trusted.
 */
export async function resetCounters(
  wire: EbbWire,
  memory: EbbMemory,
  save: Save,
  reset: () => Promise<void>,
): Promise<void> {
  const before = memory.token ?? 0
  memory.token = 1 + ((before + Math.floor(Math.random() * 254)) % 255)
  await save()
  await reset()
  await wire.ok(`SL,${memory.token}`)
}

/** Motor steps from home by the board's own count; undefined when unknown. */
export async function stepsFromHome(
  wire: EbbWire,
  { base }: EbbMemory,
): Promise<readonly [number, number] | undefined> {
  if (!base) return undefined
  const [one = NaN, two = NaN] = (await wire.ask('QS')).split(',').map(Number)
  return Number.isInteger(one) && Number.isInteger(two) ? [base[0] + one, base[1] + two] : undefined
}
