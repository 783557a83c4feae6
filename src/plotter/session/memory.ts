import type { DriverMemory } from '../drivers/index.ts'
import { afterPlot, type Pace } from './pace.ts'
import type { PenLedger } from './pen-ledger.ts'

type Place = { readonly x: number; readonly y: number }

/**
 * What is known of one plotter from one life of the process to the next, so that a plot that was cut can be gone on with
 * exactly. `save` writes it down; whatever would make it untrue waits until the new truth is written.
 */
export interface PlotterMemory {
  readonly driver: DriverMemory
  /** The plot that was begun last and has not come to its end. */
  plot?: { readonly job: string; readonly plan: string }
  /** Where the carriage stood when that plot stopped, mm from home; null when unknown. Missing until it is measured. */
  stop?: Place | null
  /** Interrupted jobs whose sheets were taken off this plotter. */
  off?: readonly string[]
  /** How long its plots took against their estimates. */
  pace?: Pace
  /** A user took it out of work. */
  maintenance?: { readonly reason: string; readonly by: string; readonly since: number }
  /** Grants that were given here, ever. */
  grants?: number
  /** What its pens have drawn. */
  pens?: PenLedger
  save(): Promise<void>
}

/** A memory for one life only. */
export const shortMemory = (): PlotterMemory => ({ driver: {}, save: () => Promise.resolve() })

/**
 * A memory from its text, as `remembered` gives it; an empty one when there is none, or it is not one of ours.
 *
 * @param write  writes the text down, for good once it resolves
 */
export function memoryFrom(text: string | undefined, write: (text: string) => Promise<void>): PlotterMemory {
  const memory: PlotterMemory = { ...parsed(text), save: () => write(remembered(memory)) }
  memory.driver.save = () => memory.save()
  return memory
}

/** A plot begins: where it stops is not known from now on. On the disk before anything moves. */
export async function noteBegin(memory: PlotterMemory, job: string, plan: string): Promise<void> {
  memory.plot = { job, plan }
  delete memory.stop
  await memory.save()
}

/** A plot has stopped here (or at an unknown place), and the carriage has not moved since. */
export async function noteStop(memory: PlotterMemory, place: Place | undefined): Promise<void> {
  if (!memory.plot || memory.stop !== undefined) return
  memory.stop = place ?? null
  await memory.save().catch(() => {}) // a later start measures it again, or asks the user
}

/** In a pause the carriage is moved away from where the plot stopped; or the plot comes back to it and goes on. */
export async function noteMoving(memory: PlotterMemory, how: 'by hand' | 'by the plot'): Promise<void> {
  const wasMoved = memory.stop === null
  if (wasMoved === (how === 'by hand')) return
  if (how === 'by hand') memory.stop = null
  else delete memory.stop
  await memory.save()
}

/** A user takes the plotter out of work, or without a reason back into it. */
export async function noteMaintenance(memory: PlotterMemory, by: string, reason: string | undefined): Promise<void> {
  if (reason === undefined) delete memory.maintenance
  else memory.maintenance = { reason, by, since: Date.now() }
  await memory.save()
}

/** A grant is given: a need for a sheet that comes after it is a new one. */
export async function noteGrant(memory: PlotterMemory): Promise<void> {
  memory.grants = (memory.grants ?? 0) + 1
  await memory.save().catch(() => {}) // the next grant writes it again
}

/** A plot was drawn in one go: how long it took against its estimate, s. */
export async function notePace(memory: PlotterMemory, expected: number, took: number): Promise<void> {
  const pace = afterPlot(memory.pace, expected, took)
  if (pace !== undefined) memory.pace = pace
  await memory.save().catch(() => {}) // the next plot writes it again
}

/** Where the carriage stood when a job's plot stopped, mm from home, if that is known and it was the last plot here. */
export function stopOf({ plot, stop }: PlotterMemory, job: string, plan: string): Place | undefined {
  return plot?.job === job && plot.plan === plan ? (stop ?? undefined) : undefined
}

/** JSON leaves functions out. */
const remembered = (memory: PlotterMemory): string => JSON.stringify(memory)

function parsed(text: string | undefined): Omit<PlotterMemory, 'save'> {
  try {
    const value: unknown = JSON.parse(text ?? '')
    const isOurs = typeof value === 'object' && value !== null && 'driver' in value
    return isOurs ? (value as Omit<PlotterMemory, 'save'>) : { driver: {} }
  } catch {
    return { driver: {} }
  }
}
