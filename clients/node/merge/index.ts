/**
 * The room `merge`: a job for each row of a table. `table` reads CSV, `mapping` turns columns into parameters, and
 * `rows` reports bad rows. Import from this file and `rows-words`.
 */
import type { MethodName, Params, Result } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { beginningOf } from '../../../src/values.ts'
import { fieldsOf, type Schema } from '../typed.ts'
import { type Mapping, mapColumns, paramsOf } from './mapping.ts'
import { type BadRow, badRows, type RowsWarning, rowsMessage, rowsWarnings } from './rows.ts'
import { readTable, type Table } from './table.ts'

export type { BadRow, RowsWarning } from './rows.ts'
export { readTable } from './table.ts'

type NewJob = Params<'job.submit'>
type CheckResult = Result<'job.check'>[number]

/** Calls methods of a daemon: a connected client, or single requests. */
interface Caller {
  call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>>
}

export interface MergeOptions {
  /** Default 'postcard'. */
  readonly task?: string
  /** Parameters of all rows. A cell that is not empty overrides the parameter of its column. */
  readonly params?: Readonly<Record<string, unknown>>
  /**
   * Column → parameter, when their names differ. The cells of several columns become the lines of one parameter. ''
   * leaves a column unused.
   */
  readonly map?: Readonly<Record<string, string>>
  /** Fields of all jobs: plot, priority, tags, hold … */
  readonly job?: Omit<NewJob, 'task' | 'params' | 'idempotencyKey'>
  /**
   * When a row is bad: 'refuse' (default) queues nothing; 'skip' leaves the row out. 'draw' draws what can be drawn,
   * and leaves out only rows that cannot be drawn at all.
   */
  readonly bad?: 'refuse' | 'skip' | 'draw'
  /** Checks the rows, and queues nothing. */
  readonly dryRun?: boolean
  /** plotd queues a row only once for each key. Runs without a key count as runs with the same key. */
  readonly key?: string
  /** Name of the batch that the jobs belong to. */
  readonly batch?: string
  /** Column that gives the order of the cards; when absent, the order of the rows. */
  readonly orderBy?: string
  /**
   * An envelope for each card, from the same row. Card and envelope bear the number of the row, in small digits. If the
   * card's task has no parameter `number`, only the envelope does.
   */
  readonly envelopes?: EnvelopeOptions
  /** Called after each call that checks rows, with the number of checked jobs and of all jobs. */
  readonly onProgress?: (checked: number, total: number) => void
}

export interface EnvelopeOptions {
  /** Parameters of all envelopes. A cell that is not empty overrides the parameter of its column. */
  readonly params?: Readonly<Record<string, unknown>>
  /**
   * 'beside': each envelope comes after its card. 'runs': all cards come first, then all envelopes in the same order.
   */
  readonly order?: 'beside' | 'runs'
  /** Fields of the envelopes' jobs. When absent, the fields of the cards' jobs. */
  readonly job?: MergeOptions['job']
}

export interface MergeReport {
  /** Number of rows in the table, without empty ones. */
  readonly rows: number
  /** The jobs in the order of drawing; empty after a dry run. */
  readonly jobs: Result<'job.submitAll'>
  /** Number of jobs that an earlier run had queued. */
  readonly repeated: number
  readonly bad: readonly BadRow[]
  /** Warnings about the rows that are not bad. */
  readonly warnings: readonly RowsWarning[]
  /** Columns that neither a parameter nor `orderBy` uses. */
  readonly extra: readonly string[]
}

/**
 * Number of jobs in one call of `job.check`: the maximum. In each call the daemon also renders some jobs, so more calls
 * would take longer.
 */
const AT_ONCE = 500

/**
 * Queues a job for each row of a table (CSV), in one call: all jobs or none. `mailMerge` checks every row before that
 * call. A repeated run queues no row twice, so a user can repeat an interrupted run.
 *
 * @throws PlotdError ERR_CSV when the table cannot be read, or its columns do not fit `map`, `orderBy` or the task;
 *   ERR_ROWS with `detail.rows` when a row is bad and `bad` is 'refuse'; ERR_PARAMS when a list or an object in a cell
 *   is not JSON, or when cards without envelopes have addresses but no `side`; ERR_LIMIT when the call is larger than a
 *   message may be; ERR_TASK_UNKNOWN; the errors of `caller`
 */
export async function mailMerge(
  caller: Caller,
  csv: Uint8Array | string,
  options: MergeOptions = {},
): Promise<MergeReport> {
  const cards = await readJobs(caller, csv, options)
  const envelopes = options.envelopes
    ? await readJobs(caller, csv, envelopeOptions(options), options.task ?? 'postcard')
    : undefined
  if (!envelopes) checkSides(cards.jobs)
  const sorted = inOrder(cards.jobs, cards.table, options.orderBy)
  const report = await checkRows(caller, cards, envelopes, options)
  if (options.dryRun === true) return report
  const { bad, rows } = report
  if (bad.length > 0 && (options.bad ?? 'refuse') === 'refuse') {
    throw new PlotdError('ERR_ROWS', rowsMessage(bad, rows), { rows: bad, of: rows })
  }
  const jobs = goodJobs(sorted, cards, envelopes, bad, options.envelopes?.order)
  if (jobs.length === 0) return report
  const keyedJobs = await withKeys(jobs, options.key ?? '', envelopes !== undefined)
  const queued = await caller.call('job.submitAll', { jobs: keyedJobs })
  return { ...report, jobs: queued, repeated: queued.filter(({ repeated }) => repeated).length }
}

/** Checks the jobs of all rows and queues nothing. @returns the report */
async function checkRows(
  caller: Caller,
  cards: TableJobs,
  envelopes: TableJobs | undefined,
  options: MergeOptions,
): Promise<MergeReport> {
  const { table, mapping } = cards
  const jobs = [...cards.jobs, ...(envelopes?.jobs ?? [])]
  const rows = envelopes ? [...table.rows, ...table.rows] : table.rows
  const checks = await checkAll(caller, jobs, options.onProgress)
  // A card with an envelope needs no address of its own.
  const isPostcard = (options.task ?? 'postcard') === 'postcard'
  const needsAddress = !envelopes && isPostcard && mapping.columns.has('address')
  const bad = badRows(rows, checks, jobs, { needsAddress, isLenient: options.bad === 'draw' })
  const unused = envelopes ? mapping.extra.filter((column) => envelopes.mapping.extra.includes(column)) : mapping.extra
  return {
    rows: table.rows.length,
    jobs: [],
    repeated: 0,
    bad,
    warnings: rowsWarnings(rows, checks, bad),
    extra: unused.filter((column) => column !== options.orderBy),
  }
}

/** The jobs of the rows that are not bad, in the order of drawing. @param sorted  the cards in this order */
function goodJobs(
  sorted: readonly NewJob[],
  { table, jobs }: TableJobs,
  envelopes: TableJobs | undefined,
  bad: readonly BadRow[],
  order: EnvelopeOptions['order'],
): readonly NewJob[] {
  const badNumbers = new Set(bad.map(({ row }) => row))
  const rowOf = new Map(jobs.map((job, i) => [job, table.rows[i]?.row]))
  const cards = sorted.filter((job) => !badNumbers.has(rowOf.get(job) ?? 0))
  return envelopes ? pairRows(cards, jobs, envelopes.jobs, order) : cards
}

/** The cards and their envelopes in the order of drawing. With `runs`, the envelopes have the order of the cards. */
function pairRows(
  cards: readonly NewJob[],
  jobs: readonly NewJob[],
  envelopes: readonly NewJob[],
  order: EnvelopeOptions['order'] = 'beside',
): readonly NewJob[] {
  const envelopeOf = new Map(jobs.map((job, i) => [job, envelopes[i]]))
  const envelopesOf = (card: NewJob): NewJob[] => [envelopeOf.get(card) ?? []].flat()
  if (order === 'runs') return [...cards, ...cards.flatMap(envelopesOf)]
  return cards.flatMap((card) => [card, ...envelopesOf(card)])
}

/**
 * The options of the envelopes' merge. The envelopes have a batch of their own, because a batch counts one job for each
 * row.
 */
function envelopeOptions(options: MergeOptions): MergeOptions {
  const { envelopes = {}, map = {}, batch, job } = options
  return {
    task: 'envelope',
    params: envelopes.params ?? {},
    map,
    ...(envelopes.job || job ? { job: envelopes.job ?? job ?? {} } : {}),
    ...(batch === undefined ? {} : { batch: envelopeBatch(batch) }),
    envelopes,
  }
}

/** The name of the batch that holds the envelopes of a batch. */
export const envelopeBatch = (batch: string): string => `${beginningOf(batch, 88)} envelopes`

/** The jobs, sorted by the cells of a column: digits count as numbers. @throws PlotdError ERR_CSV without the column */
function inOrder(jobs: readonly NewJob[], { columns, rows }: Table, column: string | undefined): readonly NewJob[] {
  if (column === undefined) return jobs
  if (!columns.includes(column)) {
    throw new PlotdError('ERR_CSV', `there is no column “${column}”; there are ${columns.join(', ')}`, { column })
  }
  const { compare } = new Intl.Collator('en', { numeric: true })
  const keyed = jobs.map((job, i) => ({ job, key: rows[i]?.cells[column] ?? '' }))
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ job }) => job)
}

/**
 * Refuses addresses without `side`. The default side is the front, and the address is on the back, so the cards would
 * have no addresses.
 *
 * @throws PlotdError ERR_PARAMS when a row has an address and no side
 */
function checkSides(jobs: readonly NewJob[]): void {
  const hasNoSide = jobs.some(({ task, params }) => {
    const { address, side } = (params ?? {}) as { address?: unknown; side?: unknown }
    return task === 'postcard' && address !== undefined && side === undefined
  })
  if (!hasNoSide) return
  throw new PlotdError(
    'ERR_PARAMS',
    'side: the rows have addresses, which stand on the back; choose side both or back, or front to leave them out',
    { field: 'side' },
  )
}

/**
 * A preview of one row; nothing is queued.
 *
 * @throws PlotdError ERR_CSV when there is no such row; as `readJobs`; the errors of `caller`
 */
export async function previewRow(
  caller: Caller,
  csv: Uint8Array | string,
  row: number,
  options: MergeOptions = {},
): Promise<Result<'preview.render'>> {
  const { table, jobs } = await readJobs(caller, csv, options)
  const job = jobs[table.rows.findIndex((tableRow) => tableRow.row === row)]
  if (job) return caller.call('preview.render', { task: job.task, params: job.params })
  const rowNumbers = table.rows.map((tableRow) => tableRow.row)
  throw new PlotdError(
    'ERR_CSV',
    `there is no row ${row}: the first is ${rowNumbers[0]}, the last ${rowNumbers.at(-1)}`,
    { row },
  )
}

/** A table, and the job of each of its rows. */
interface TableJobs {
  readonly table: Table
  readonly mapping: Mapping
  readonly jobs: readonly NewJob[]
}

/**
 * Reads a table, and makes the job of each row.
 *
 * @param pairedTask  with envelopes, the other task that uses the table. Each of the two tasks takes the columns that
 *   it knows.
 * @throws PlotdError ERR_CSV, ERR_TASK_UNKNOWN, ERR_PARAMS
 */
async function readJobs(
  caller: Caller,
  csv: Uint8Array | string,
  options: MergeOptions,
  pairedTask = 'envelope',
): Promise<TableJobs> {
  const { task = 'postcard', params = {}, map = {}, job = {}, envelopes } = options
  const table = readTable(csv)
  if (table.rows.length === 0) throw new PlotdError('ERR_CSV', 'there are no rows below the names of the columns')
  const schema = await schemaOf(caller, task)
  const otherSchema = envelopes && (await schemaOf(caller, pairedTask))
  const hasNumber = envelopes && fieldsOf(schema, params).has('number')
  const mapping = mapColumns(table, schema, map, params, otherSchema)
  const { batch } = options
  const jobs = table.rows.map((row) => ({
    ...job,
    task,
    params: {
      ...cardParams(task, paramsOf(row, mapping, schema, params), envelopes),
      ...(hasNumber && { number: String(row.row) }),
    },
    ...(batch !== undefined && { batch: { name: batch, row: row.row } }),
  }))
  return { table, mapping, jobs }
}

/**
 * The parameters of a row. An envelope bears the addresses, so its postcard leaves the addresses out if the user has
 * chosen no side.
 */
function cardParams(
  task: string,
  params: Readonly<Record<string, unknown>>,
  envelopes: EnvelopeOptions | undefined,
): Readonly<Record<string, unknown>> {
  if (!envelopes || task !== 'postcard' || params['side'] !== undefined) return params
  const { address: _, sender: __, ...rest } = params
  return rest
}

async function schemaOf(caller: Caller, task: string): Promise<Schema> {
  const { tasks } = await caller.call('task.list', {})
  const match = tasks.find(({ name }) => name === task)
  if (match) return match.schema as Schema
  throw new PlotdError('ERR_TASK_UNKNOWN', `there is no task ${task}`, { task })
}

async function checkAll(
  caller: Caller,
  jobs: readonly NewJob[],
  onProgress: MergeOptions['onProgress'],
): Promise<CheckResult[]> {
  const checks: CheckResult[] = []
  for (let i = 0; i < jobs.length; i += AT_ONCE) {
    checks.push(...(await caller.call('job.check', { jobs: jobs.slice(i, i + AT_ONCE) })))
    onProgress?.(checks.length, jobs.length)
  }
  return checks
}

/**
 * Adds a key to each job: a digest of `key`, the task and the parameters, and a count of equal jobs. So a row that
 * moves keeps its key, and only a changed row gets a new key. With envelopes, the digest leaves out the parameter
 * `number`, because it is the number of the row.
 */
async function withKeys(jobs: readonly NewJob[], key: string, arePairs: boolean): Promise<NewJob[]> {
  const counts = new Map<string, number>()
  return Promise.all(
    jobs.map(async ({ task, params, ...job }) => {
      const content = JSON.stringify([key, task, contentOf(params, arePairs), ...(arePairs ? ['pair'] : [])])
      const count = (counts.get(content) ?? 0) + 1
      counts.set(content, count)
      const digest = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(content))
      const hex = Array.from(new Uint8Array(digest).subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0'))
      return { ...job, task, params, idempotencyKey: `merge-${hex.join('')}-${count}` }
    }),
  )
}

const contentOf = (params: unknown, isPair: boolean): [string, unknown][] =>
  Object.entries((params ?? {}) as Record<string, unknown>)
    .filter(([name]) => !isPair || name !== 'number')
    .sort(([a], [b]) => (a < b ? -1 : 1))
