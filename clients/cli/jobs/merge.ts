import { parse } from 'node:path'
import { PlotdError } from '../../../src/errors.ts'
import { beginningOf } from '../../../src/values.ts'
import { type MergeOptions, type MergeReport, mailMerge, previewRow } from '../../node/merge/index.ts'
import { rowsWords } from '../../node/merge/rows-words.ts'
import { convertFields, fieldsOf } from '../../node/typed.ts'
import { camel } from '../args/command.ts'
import { EXIT } from '../errors/exit-codes.ts'
import { jobOptions, type SubmitArgs } from '../flags/submit-flags.ts'
import { sendFonts } from '../fonts/own-font.ts'
import { readBytes, requireSvgName, writeFileOrExplain } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { oneLine } from '../ui/columns.ts'
import { count, plural } from '../ui/format.ts'
import { warningLines } from '../ui/sentences.ts'
import { afterJobs, schemaOf, showChecked, stateWord, strictParam } from './submit-job.ts'

export interface MergeArgs extends SubmitArgs {
  readonly csv: string | undefined
  readonly map: readonly (string | number)[] | undefined
  readonly 'bad-rows': string
  readonly 'preview-row': number | undefined
  readonly batch: string | undefined
  readonly 'order-by': string | undefined
  readonly envelopes?: string | undefined
  readonly 'envelope-set'?: readonly (string | number)[] | undefined
  readonly pairs?: string | undefined
}

/**
 * Queues a job for each row, as one batch. With `--envelopes`, queues an envelope for each row, too, as a second batch.
 * With `--preview-row`, writes the card of that row and queues nothing. With `--dry-run`, only checks the rows.
 *
 * @returns the exit code
 */
export async function merge(
  task: string,
  words: Readonly<Record<string, unknown>>,
  args: MergeArgs,
  io: Io,
): Promise<number> {
  const source = await readBytes(args.csv ?? '-')
  const { output, ...flags } = jobOptions({ ...args, key: undefined }, Date.now())
  if (args.wait) throw new PlotdError('ERR_PARAMS', '--wait: a table makes many jobs; `plotd watch` follows them')
  if (output !== undefined && args['preview-row'] === undefined)
    throw new PlotdError(
      'ERR_PARAMS',
      '--output: each card has a file of its own; --preview-row writes one card to a file',
    )
  const job = { ...flags, ...(await afterJobs(args, io)) }
  const options: MergeOptions = {
    task,
    job,
    params: await asTyped(task, await sendFonts(words, io), args, io),
    map: pairs((args.map ?? []).map(String), '--map', 'COLUMN=PARAMETER'),
    bad: args['bad-rows'] as 'refuse' | 'skip' | 'draw',
    dryRun: args['dry-run'],
    batch: batchName(args),
    ...(args['order-by'] === undefined ? {} : { orderBy: args['order-by'] }),
    ...(args.key === undefined ? {} : { key: args.key }),
    ...(await envelopesOf(args, job, io)),
    onProgress: (done, total) => {
      if (total >= 200) showChecked(done, total, io)
    },
  }
  if (args['preview-row'] !== undefined) return await preview(source, args['preview-row'], options, output, io)
  // An error begins on a line of its own.
  const report = await mailMerge(io.daemon, source, options).finally(() => showChecked(0, 0, io))
  if (io.json) io.line({ ...report, jobs: report.jobs.map(({ id, status, title }) => ({ id, status, title })) })
  else io.print(...summary(report, args, io))
  return report.bad.length > 0 && args['dry-run'] ? EXIT.usage : EXIT.ok
}

/** The options of the envelopes. An envelope's job has the options of the cards except page size, fit and layers. */
async function envelopesOf(args: MergeArgs, job: NonNullable<MergeOptions['job']>, io: Io) {
  if (args.envelopes === undefined) return {}
  const words = pairs((args['envelope-set'] ?? []).map(String), '--envelope-set', 'PARAMETER=VALUE')
  const { plot, ...rest } = job
  const { pageSize: _, fit: __, layers: ___, ...ink } = plot ?? { plotter: 'any' }
  return {
    envelopes: {
      params: await asTyped('envelope', { size: args.envelopes, ...words }, args, io),
      order: args.pairs as 'beside' | 'runs',
      job: { ...rest, ...(plot ? { plot: ink } : {}) },
    },
  }
}

function batchName({ batch, csv = '-' }: MergeArgs): string {
  const name = batch ?? (csv === '-' ? 'stdin' : beginningOf(parse(csv).name, 100))
  return name.replace(/\p{Cc}/gu, ' ')
}

async function asTyped(task: string, words: Readonly<Record<string, unknown>>, args: MergeArgs, io: Io) {
  if (Object.keys(words).length === 0 && !args.strict) return words
  const schema = await schemaOf(task, io)
  const unknown = Object.keys(words).find((name) => !fieldsOf(schema, words).has(name))
  if (unknown !== undefined) throw new PlotdError('ERR_PARAMS', `${unknown}: ${task} has no such parameter`)
  return convertFields({ ...words, ...strictParam(args, schema) }, schema)
}

/**
 * Parses words such as 'First name=recipient' and 'size=c6'. A column may have any name, so `--map` has its own
 * pattern.
 */
function pairs(words: readonly string[], flag: string, form: string): Record<string, string> {
  const pattern = flag === '--map' ? /^(.+)=(\w[\w-]*)$/s : /^(\w[\w-]*)=(.+)$/s
  return Object.fromEntries(
    words.map((word) => {
      const [, left = '', right = ''] = pattern.exec(word) ?? []
      if (right !== '') return [flag === '--map' ? left : camel(left), right]
      throw new PlotdError('ERR_PARAMS', `${flag} ${word}: expected ${form}`)
    }),
  )
}

async function preview(
  source: Uint8Array,
  row: number,
  options: MergeOptions,
  output: string | undefined,
  io: Io,
): Promise<number> {
  if (output !== undefined) requireSvgName(output)
  const { svg, ...figures } = await previewRow(io.daemon, source, row, options)
  const path = output ?? `row-${row}.svg`
  await writeFileOrExplain(path, svg)
  io.answer({ path, row, ...figures }, () => [
    `Wrote row ${row}, “${oneLine(figures.title)}”, to ${path}.`,
    ...warningLines(figures.warnings, io.paint),
  ])
  return 0
}

const MAX_LISTED = 20

function summary(
  { rows, jobs, repeated, bad, warnings, extra }: MergeReport,
  args: MergeArgs,
  { paint }: Io,
): string[] {
  const isDryRun = args['dry-run']
  return [
    isDryRun
      ? `Checked ${plural(rows, 'row')}: ${count(rows - bad.length)} can be drawn. Nothing was queued.`
      : `${stateWord(jobs)} ${cardCount(jobs, args)} from ${plural(rows, 'row')} of ${args.csv === '-' ? 'stdin' : args.csv} as batch ${batchName(args)}.`,
    ...(repeated > 0
      ? [
          `  ${plural(repeated, 'job')} had been queued before and ${repeated === 1 ? 'was' : 'were'} not queued again (--key WORD queues such jobs again).`,
        ]
      : []),
    ...extra.map((column) => paint.dim(`  The column “${column}” is not a parameter, so it is not used.`)),
    ...bad
      .slice(0, MAX_LISTED)
      .map(({ row, problems }) => paint.bad(`  row ${row}: ${problems.map(({ message }) => message).join('; ')}`)),
    ...(bad.length > MAX_LISTED ? [paint.bad(`  and ${plural(bad.length - MAX_LISTED, 'more row')}`)] : []),
    ...warningLines(
      warnings
        .slice(0, MAX_LISTED)
        .map((warning) => ({ ...warning, message: `${rowsWords(warning.rows)}: ${warning.message}` })),
      paint,
    ),
    ...(warnings.length > MAX_LISTED
      ? [paint.dim(`  and ${plural(warnings.length - MAX_LISTED, 'more warning')}`)]
      : []),
  ]
}

function cardCount(jobs: MergeReport['jobs'], { envelopes }: MergeArgs): string {
  const fresh = jobs.filter((job) => !job.repeated)
  if (envelopes === undefined) return plural(fresh.length, 'card')
  // A card may be new while its envelope was queued before, or an envelope new while its card was queued before.
  const envelopeCount = fresh.filter(({ task }) => task === 'envelope').length
  const cards = fresh.length - envelopeCount
  return `${plural(cards, 'card')} and ${cards === envelopeCount ? 'as many envelopes' : plural(envelopeCount, 'envelope')}`
}
