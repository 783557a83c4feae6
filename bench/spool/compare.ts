import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Open } from './engines.ts'
import { measure, median, type Rate, rawRate, whole } from './measure.ts'

/** The rate of one engine in one round, measured right after the rate of the disk. */
export interface Sample extends Rate {
  readonly name: string
  /** The rate, divided by the rate of raw writes just before: 4 KiB with fdatasync. */
  readonly timesRaw: number
}

export interface Row {
  readonly name: string
  readonly load: string
  readonly samples: readonly Sample[]
}

export const figure = ({ samples }: Row, figureName: keyof Rate | 'timesRaw'): number =>
  median(samples.map((sample) => sample[figureName]))

/** The cells of an engine in the table: name, load, jobs per second, times raw, p50 and p99 in µs. */
export const cells = (row: Row): string[] => [
  ...[row.name, row.load, whole(figure(row, 'perSecond')), figure(row, 'timesRaw').toFixed(2)],
  ...(['p50', 'p99'] as const).map((name) => whole(figure(row, name))),
]

/** The median, over the rounds, of the ratio of two engines' rates; undefined when an engine is missing. */
export function ratio(ours: Row | undefined, theirs: Row | undefined): number | undefined {
  if (ours === undefined || theirs === undefined) return undefined
  return median(ours.samples.map((sample, i) => sample.perSecond / (theirs.samples[i]?.perSecond ?? Number.NaN)))
}

/** Runs every engine once in each round, so that a slow minute of the disk affects all engines. */
export async function compare(
  folder: string,
  rounds: number,
  load: string,
  engines: readonly Open[],
  sample: (folder: string, open: Open) => Promise<Sample | undefined>,
): Promise<Row[]> {
  const samplesOf = new Map<string, Sample[]>()
  for (let round = 0; round < rounds; round++) {
    for (const [i, open] of engines.entries()) {
      const base = mkdtempSync(join(folder, `${round}-${i}-`))
      const one = await sample(base, open)
      rmSync(base, { recursive: true, force: true })
      if (one !== undefined) samplesOf.set(one.name, [...(samplesOf.get(one.name) ?? []), one])
    }
  }
  return [...samplesOf].map(([name, samples]) => ({ name, load, samples }))
}

export interface Load {
  readonly clients: number
  /** Requests that each client has under way. */
  readonly inFlight: number
  readonly seconds: number
}

/** Jobs per second that an engine accepts in an empty folder; undefined when it does not open. */
export async function submitRate(folder: string, open: Open, load: Load): Promise<Sample | undefined> {
  const { clients, inFlight, seconds } = load
  const engine = await open(folder, clients)
  if (engine === undefined) return undefined
  const atOnce = engine.group > 1 ? 1 : clients * inFlight
  await measure(atOnce, Math.max(1, seconds / 2), () => engine.submit())
  const raw = rawRate(folder, seconds / 3)
  const rate = await measure(atOnce, seconds, () => engine.submit())
  await engine.close()
  const perSecond = rate.perSecond * engine.group
  return { ...rate, name: engine.name, perSecond, timesRaw: perSecond / raw }
}

/**
 * Jobs per second from submit to completion, with 50 at a time; undefined if the engine does not open or has no
 * `finish`.
 */
export async function finishRate(folder: string, open: Open): Promise<Sample | undefined> {
  const engine = await open(folder, 50)
  if (engine?.finish === undefined) {
    await engine?.close()
    return undefined
  }
  await engine.finish(1000)
  const raw = rawRate(folder, 0.3)
  const jobs = engine.name.startsWith('BullMQ') ? 2_000 : 10_000
  const start = performance.now()
  await engine.finish(jobs)
  const perSecond = (jobs / (performance.now() - start)) * 1000
  await engine.close()
  return { name: engine.name, perSecond, timesRaw: perSecond / raw, p50: Number.NaN, p99: Number.NaN }
}
