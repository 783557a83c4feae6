import type { Result } from '../../../src/daemon/protocol/index.ts'

type Card = Result<'batch.cards'>['cards'][number]

const COLUMNS: readonly (readonly [string, (card: Card) => string | number | undefined])[] = [
  ['row', ({ row }) => row],
  ['attempt', ({ attempt }) => attempt],
  ['title', ({ title }) => title],
  ['status', ({ status }) => status],
  ['spoiled_by', ({ spoiled }) => spoiled?.by],
  ['spoiled_why', ({ spoiled }) => spoiled?.why],
  ['job', ({ job }) => job],
  ['owner', ({ owner }) => owner],
  ['plotter', ({ plotter }) => plotter],
  ['pen', ({ pen }) => pen],
  ['sheets', ({ copies }) => copies],
  ['ink_mm', ({ inkMm }) => Math.round(inkMm)],
  ['seconds', ({ drawnSeconds }) => Math.round(drawnSeconds)],
  ['started', ({ startedAt }) => time(startedAt)],
  ['ended', ({ endedAt }) => time(endedAt)],
  ['error', ({ error }) => error],
]

const time = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString())

/** Every attempt at every row as CSV (RFC 4180), with a byte order mark, by which spreadsheets recognize UTF-8. */
export function reportCsv(cards: readonly Card[]): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    ...cards.map((card) => COLUMNS.map(([, cellOf]) => cell(cellOf(card) ?? ''))),
  ]
  return `\uFEFF${lines.map((line) => line.join(',')).join('\r\n')}\r\n`
}

/**
 * A cell of the table. A text may come from anyone, so an apostrophe keeps a spreadsheet from running it as a formula.
 */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
