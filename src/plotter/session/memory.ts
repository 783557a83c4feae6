import type { Place } from '../drivers/driver.ts'
import type { DriverMemory } from '../drivers/index.ts'
import type { PlanPlace } from '../plan/cut.ts'
import { afterPlot, type Pace } from './pace.ts'
import type { PenLedger } from './pen-ledger.ts'

/**
 * The memory of one plotter across restarts of the process, so that an interrupted plot can continue exactly. An action
 * that would make the memory on the disk wrong waits until `save` has written the new state.
 */
export interface PlotterMemory {
  readonly driver: DriverMemory
  /**
   * The last plot that began, also after its end. `from` is its first place, if the plot began within a stroke. `start`
   * is the place of the carriage, mm from home, when the plot began or continued after a move of the carriage.
   */
  plot?: { readonly job: string; readonly plan: string; readonly from?: PlanPlace; readonly start?: Place }
  /**
   * Place of the carriage when the last plot stopped, mm from home; absent until it is measured. Null when the place is
   * unknown. Null also while a command or a service has moved the carriage away from the place where the plot
   * continues.
   */
  stop?: Place | null
  /** Ids of interrupted jobs whose sheets no longer lie on this plotter. */
  off?: readonly string[]
  /** The time of the plotter's plots compared with their estimates. */
  pace?: Pace
  /** Present while the plotter is out of service. */
  maintenance?: { readonly reason: string; readonly by: string; readonly since: number }
  /** Number of grants on this plotter so far. */
  grants?: number
  /** The ink of the plotter's pens. */
  pens?: PenLedger
  /** Resolves when the memory is on the disk. */
  save(): Promise<void>
}

/** A memory that ends with the process. */
export const shortMemory = (): PlotterMemory => ({ driver: {}, save: () => Promise.resolve() })

/**
 * The memory in a text that `textOf` wrote; an empty memory when there is no text, or a text of another form.
 *
 * @param write  writes a text to the disk; the text is durable when the promise resolves
 */
export function memoryFrom(text: string | undefined, write: (text: string) => Promise<void>): PlotterMemory {
  const memory: PlotterMemory = { ...parseMemory(text), save: () => write(textOf(memory)) }
  memory.driver.save = () => memory.save()
  return memory
}

/**
 * Writes a change of the memory to the disk. When the write fails, undoes the change and writes the old state. So the
 * memory has no change that the disk lacks, and a repeated call writes again.
 */
export async function saveChange<T extends Pick<PlotterMemory, 'save'>>(memory: T, change: Change<T>): Promise<void> {
  const before: Change<T> = {}
  for (const key of Object.keys(change) as (keyof T)[]) before[key] = memory[key]
  put(memory, change)
  try {
    await memory.save()
  } catch (error) {
    put(memory, before)
    await memory.save().catch(() => {}) // the failed write may have brought the change to the disk
    throw error
  }
}

/** The new values; undefined removes a value. */
type Change<T> = { [K in keyof T]?: T[K] | undefined }

function put<T extends object>(memory: T, change: Change<T>): void {
  for (const key of Object.keys(change) as (keyof T)[]) {
    const value = change[key]
    if (value === undefined) delete memory[key]
    else memory[key] = value
  }
}

/**
 * Records that a plot begins, so that the stop of an earlier plot no longer counts. Resolves when the record is on the
 * disk. Only then may anything move.
 */
export async function noteBegin(
  memory: PlotterMemory,
  job: string,
  plan: string,
  from: PlanPlace = { stroke: 0, mm: 0 },
  start?: Place,
): Promise<void> {
  await saveChange(memory, {
    plot: { job, plan, ...(from.mm > 0 && { from }), ...(start && { start }) },
    stop: undefined,
  })
}

/**
 * Records where the last plot stopped, or that the place is unknown. Only the first call after a plot counts, so call
 * it before the carriage moves again.
 */
export async function noteStop(memory: PlotterMemory, place: Place | undefined): Promise<void> {
  if (!memory.plot || memory.stop !== undefined) return
  memory.stop = place ?? null
  await memory.save().catch(() => {}) // the next start measures the place again, or asks the user
}

/**
 * 'away' records that a command or a service moves the carriage away from the place where the plot continues. 'back'
 * records that the carriage returns to that place, because the plot continues.
 *
 * @param start  where the carriage stands before it returns
 */
export async function noteMoving(memory: PlotterMemory, where: 'away' | 'back', start?: Place): Promise<void> {
  const isAway = memory.stop === null
  if (isAway === (where === 'away')) return
  if (isAway)
    await saveChange(memory, { stop: undefined, ...(memory.plot && start && { plot: { ...memory.plot, start } }) })
  else await saveChange(memory, { stop: null })
}

/** Records that a user takes the plotter out of service, or, without a reason, returns it to service. */
export async function noteMaintenance(memory: PlotterMemory, by: string, reason: string | undefined): Promise<void> {
  await saveChange(memory, { maintenance: reason === undefined ? undefined : { reason, by, since: Date.now() } })
}

/** Counts a grant. The key of a notification contains the count, so plotd can notify again after a grant. */
export async function noteGrant(memory: PlotterMemory): Promise<void> {
  memory.grants = (memory.grants ?? 0) + 1
  await memory.save().catch(() => {}) // the next save writes the same count
}

/** Records the time and the estimate of a plot that ran without a pause, s. */
export async function notePace(memory: PlotterMemory, expected: number, took: number): Promise<void> {
  const pace = afterPlot(memory.pace, expected, took)
  if (pace !== undefined) memory.pace = pace
  await memory.save().catch(() => {}) // the next save writes the same pace
}

/** The place of the carriage when a plot stopped, mm from home. `from` and `start` come from the plot. */
export type Stop = Place & { readonly from?: PlanPlace; readonly start?: Place }

/** The stop of a job's plot; undefined when the place is unknown, or when a later plot has begun here. */
export function stopOf({ plot, stop }: PlotterMemory, job: string, plan: string): Stop | undefined {
  if (plot?.job !== job || plot.plan !== plan || !stop) return undefined
  return { ...stop, ...(plot.from && { from: plot.from }), ...(plot.start && { start: plot.start }) }
}

/** The text for the disk. JSON leaves functions out. */
const textOf = (memory: PlotterMemory): string =>
  JSON.stringify({ ...memory, driver: { ...memory.driver, gcodePen: undefined } })

function parseMemory(text: string | undefined): Omit<PlotterMemory, 'save'> {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isRecord(value) && isRecord(value['driver'])
      ? (value as unknown as Omit<PlotterMemory, 'save'>)
      : { driver: {} }
  } catch {
    return { driver: {} }
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
