import type { Result } from '../../../src/daemon/protocol/index.ts'
import type { Row } from './table.ts'

/** A row that should not be drawn unchanged, with all its problems. */
export interface BadRow {
  /** The number of the row in a spreadsheet. */
  readonly row: number
  readonly problems: readonly { readonly code: string; readonly message: string }[]
}

type CheckResult = Result<'job.check'>[number]

/** Warnings that make a row bad: its recipient would get an incomplete card. */
const GRAVE: ReadonlySet<string> = new Set(['missing-glyph', 'address'])

const NO_ADDRESS = { code: 'address', message: 'address: it is empty' }

/**
 * @param addressed  whether there is a column for the address
 * @param lenient    whether only rows that cannot be drawn at all are bad
 */
export function badRows(
  rows: readonly Row[],
  checks: readonly CheckResult[],
  jobs: readonly { readonly params?: unknown }[],
  { addressed, lenient }: { addressed: boolean; lenient: boolean },
): BadRow[] {
  return rows.flatMap(({ row }, i) => {
    const { error, warnings } = checks[i] ?? { warnings: [] }
    const { address } = (jobs[i]?.params ?? {}) as { address?: unknown }
    const losses = addressed && address === undefined ? [NO_ADDRESS] : []
    const grave = lenient ? [] : [...warnings.filter(({ code }) => GRAVE.has(code)), ...losses]
    const problems = [...(error ? [error] : []), ...grave].map(({ code, message }) => ({ code, message }))
    return problems.length === 0 ? [] : [{ row, problems }]
  })
}

/** A warning with the numbers of its rows. */
export interface RowsWarning {
  readonly code: string
  readonly kind: CheckResult['warnings'][number]['kind']
  readonly message: string
  readonly rows: readonly number[]
}

export function rowsWarnings(
  rows: readonly Row[],
  checks: readonly CheckResult[],
  bad: readonly BadRow[],
): RowsWarning[] {
  const left = new Set(bad.map(({ row }) => row))
  const merged = new Map<string, RowsWarning & { readonly rows: number[] }>()
  rows.forEach(({ row }, i) => {
    for (const { code, kind, message } of left.has(row) ? [] : (checks[i]?.warnings ?? [])) {
      const same = merged.get(message)
      if (same) same.rows.push(row)
      else merged.set(message, { code, kind, message, rows: [row] })
    }
  })
  return [...merged.values()]
}

const MOST_LINES = 12

/** A message with a line for each of the first dozen bad rows. */
export function rowsMessage(bad: readonly BadRow[], total: number): string {
  const lines = bad.slice(0, MOST_LINES).map(({ row, problems }) => {
    return `row ${row}: ${problems.map(({ message }) => message).join('; ')}`
  })
  const more = bad.length > MOST_LINES ? [`and ${bad.length - MOST_LINES} more`] : []
  return [`${bad.length} of ${total} rows; nothing was queued`, ...lines, ...more].join('\n')
}
