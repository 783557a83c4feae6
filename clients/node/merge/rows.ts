import type { Result } from '../../../src/daemon/protocol/index.ts'
import type { Row } from './table.ts'

/** A row whose card would be incomplete or cannot be drawn, with all its problems. */
export interface BadRow {
  /** The number of the row in a spreadsheet. */
  readonly row: number
  readonly problems: readonly Problem[]
}

interface Problem {
  readonly code: string
  readonly message: string
}

type CheckResult = Result<'job.check'>[number]

/** Warnings that make a row bad, because its recipient would get an incomplete card. */
const GRAVE: ReadonlySet<string> = new Set(['missing-glyph', 'address'])

const NO_ADDRESS = { code: 'address', message: 'address: it is empty' }

/**
 * The bad rows, in the order of `rows`. A row that occurs twice, for its card and its envelope, is reported once.
 *
 * @param checks  the daemon's check of each row's job
 * @param jobs  each row's job
 * @param needsAddress  whether a row without an address is bad
 * @param isLenient  whether only rows that cannot be drawn at all are bad
 */
export function badRows(
  rows: readonly Row[],
  checks: readonly CheckResult[],
  jobs: readonly { readonly params?: unknown }[],
  { needsAddress, isLenient }: { needsAddress: boolean; isLenient: boolean },
): BadRow[] {
  const problemsByRow = new Map<number, Problem[]>()
  rows.forEach(({ row }, i) => {
    const { error, warnings } = checks[i] ?? { warnings: [] }
    const { address } = (jobs[i]?.params ?? {}) as { address?: unknown }
    const losses = needsAddress && address === undefined ? [NO_ADDRESS] : []
    const grave = isLenient ? [] : [...warnings.filter(({ code }) => GRAVE.has(code)), ...losses]
    const problems = [...(error ? [error] : []), ...grave].map(({ code, message }) => ({ code, message }))
    if (problems.length > 0) problemsByRow.set(row, [...(problemsByRow.get(row) ?? []), ...problems])
  })
  return Array.from(problemsByRow, ([row, problems]) => ({ row, problems }))
}

/** A warning with the numbers of its rows. */
export interface RowsWarning {
  readonly code: string
  readonly kind: CheckResult['warnings'][number]['kind']
  readonly message: string
  readonly rows: readonly number[]
}

/** The warnings of the rows that are not bad. Rows with the same message share one warning. */
export function rowsWarnings(
  rows: readonly Row[],
  checks: readonly CheckResult[],
  bad: readonly BadRow[],
): RowsWarning[] {
  const badNumbers = new Set(bad.map(({ row }) => row))
  const byMessage = new Map<string, Omit<RowsWarning, 'rows'> & { readonly rows: Set<number> }>()
  rows.forEach(({ row }, i) => {
    if (badNumbers.has(row)) return
    for (const { code, kind, message } of checks[i]?.warnings ?? []) {
      const same = byMessage.get(message)
      if (same) same.rows.add(row)
      else byMessage.set(message, { code, kind, message, rows: new Set([row]) })
    }
  })
  return Array.from(byMessage.values(), (warning) => ({ ...warning, rows: [...warning.rows] }))
}

const MAX_LINES = 12

/** A message with a line for each of the first dozen bad rows. */
export function rowsMessage(bad: readonly BadRow[], total: number): string {
  const lines = bad.slice(0, MAX_LINES).map(({ row, problems }) => {
    return `row ${row}: ${problems.map(({ message }) => message).join('; ')}`
  })
  const more = bad.length > MAX_LINES ? [`and ${bad.length - MAX_LINES} more`] : []
  return [
    `${bad.length} bad ${bad.length === 1 ? 'row' : 'rows'} of ${total}; nothing was queued`,
    ...lines,
    ...more,
  ].join('\n')
}
