import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface Rate {
  readonly perSecond: number
  /** Median time of an operation, µs. */
  readonly p50: number
  /** 99th percentile of the times of the operations, µs. */
  readonly p99: number
}

/** Runs one operation at a time for each client. A client starts an operation when its previous one has ended. */
export async function measure(clients: number, seconds: number, operation: () => unknown): Promise<Rate> {
  const times: number[] = []
  const start = performance.now()
  const end = start + seconds * 1000
  const client = async (): Promise<void> => {
    for (let now = performance.now(); now < end; ) {
      await operation()
      const after = performance.now()
      times.push(after - now)
      now = after
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { perSecond: (times.length / (performance.now() - start)) * 1000, ...percentiles(times) }
}

/** Percentiles of times in ms. @returns µs */
export function percentiles(times: readonly number[]): { p50: number; p99: number } {
  const sorted = Float64Array.from(times).sort()
  const percentile = (share: number): number => 1000 * (sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
  return { p50: percentile(0.5), p99: percentile(0.99) }
}

/** Syncs per second of this disk now: appends 4 KiB to a file and calls fdatasync, repeatedly. */
export function rawRate(folder: string, seconds: number): number {
  const path = join(folder, 'raw')
  const fd = openSync(path, 'w')
  const block = Buffer.alloc(4096, 1)
  const start = performance.now()
  let count = 0
  while (performance.now() - start < seconds * 1000) {
    writeSync(fd, block)
    fdatasyncSync(fd)
    count++
  }
  const rate = (count / (performance.now() - start)) * 1000
  closeSync(fd)
  rmSync(path)
  return rate
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** A Markdown table, aligned for reading in a terminal. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
