import type { EbbWire } from './wire.ts'

/**
 * The memory of a board between connections. The board counts its steps while it has power, and stores one byte for
 * plotd. If that byte is still there after a reconnect, the counters and the position are valid.
 */
export interface EbbMemory {
  /** The byte, 1 … 255. A board that was reset holds 0. */
  token?: number | undefined
  /** The place of the carriage where the board's counters are zero, motor steps from home; absent when unknown. */
  base?: readonly [number, number] | undefined
}

/** Writes the memory to disk. */
export type Save = () => Promise<void>

/** The memories that are being written to the disk with a new byte. The board still holds the earlier byte. */
const saving = new WeakSet<EbbMemory>()

/** Whether the board was reset since it got the byte. Does not ask the board while a new byte goes to the disk. */
export async function wasReset(wire: EbbWire, memory: EbbMemory): Promise<boolean> {
  const { token } = memory
  return token !== undefined && !saving.has(memory) && Number(await wire.ask('QL')) !== token
}

/**
 * Motor steps from home; undefined without a base, after a reset of the board, or when the memory is of another board.
 */
export async function recall(
  wire: EbbWire,
  memory: EbbMemory,
  save: Save,
): Promise<readonly [number, number] | undefined> {
  const token = Number(await wire.ask('QL'))
  if (memory.token !== undefined && token === memory.token) return stepsFromHome(wire, memory)
  await resetCounters(wire, memory, undefined, save, () => Promise.resolve())
  return undefined
}

/**
 * Calls `reset`, which sets the board's counters to zero. From then on, the counters count from `base`. While the base
 * is unknown, `reset` may do nothing. Writes a new byte to the disk before `reset`, and to the board after `reset`. If
 * the link breaks in between, the two bytes differ, and the position is not trusted. If the disk refuses the write, the
 * memory keeps the earlier byte and base.
 */
export async function resetCounters(
  wire: EbbWire,
  memory: EbbMemory,
  base: EbbMemory['base'],
  save: Save,
  reset: () => Promise<void>,
): Promise<void> {
  const before = { ...memory }
  memory.token = 1 + (((before.token ?? 0) + Math.floor(Math.random() * 254)) % 255)
  memory.base = base
  saving.add(memory)
  try {
    await save()
  } catch (error) {
    memory.token = before.token
    if (memory.base) memory.base = before.base // absent when the motors lost their supply meanwhile
    throw error
  } finally {
    saving.delete(memory)
  }
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
