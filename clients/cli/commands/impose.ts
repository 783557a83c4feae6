/* `plotd n-up` and `plotd tile`: several drawings on a sheet, and one drawing on several sheets. */
import { basename } from 'node:path'
import { PlotdError } from '../../../src/errors.ts'
import { beginningOf } from '../../../src/values.ts'
import { shortFileName } from '../../node/file-name.ts'
import { convertFields } from '../../node/typed.ts'
import { type Args, defineCommand, type Flags } from '../args/command.ts'
import { READING, svgLimits } from '../flags/reading-flags.ts'
import { jobOptions, SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { readBytes } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import {
  afterJobs,
  checkJob,
  paramsIn,
  schemaOf,
  showChecked,
  stateWord,
  strictParam,
  submitJob,
} from '../jobs/submit-job.ts'
import { plural } from '../ui/format.ts'
import { warningLines } from '../ui/sentences.ts'

const bare = (file: string): string =>
  file === '-' ? 'drawing' : shortFileName(basename(file)).replace(/(?<=.)\.svgz?$/is, '')

const DRAWING = {
  landscape: { type: 'boolean', default: false, describe: 'turn the sheet to landscape', group: 'Drawing:' },
  'layers-by': READING['layers-by'],
} as const satisfies Flags

/** The parameters that the flags of `DRAWING` give. */
const valuesOf = ({ landscape, 'layers-by': layers }: Args<typeof DRAWING>) => ({
  ...(landscape && { landscape: true }),
  ...(layers !== undefined && { layers }),
})

const OWN = ['file', ...Object.keys(DRAWING)]

const FILES = { file: { type: 'string', describe: 'SVG files, placed row by row' } } as const

async function uploadFiles(files: readonly string[], io: Io): Promise<{ bytes: Buffer; sha256: string }[]> {
  await using client = await io.daemon.connect()
  const all: { bytes: Buffer; sha256: string }[] = []
  for (const file of files) {
    const bytes = await readBytes(file)
    all.push({ bytes, sha256: (await client.upload(bytes)).sha256 })
  }
  return all
}

export const nUp = defineCommand({
  about:
    'Queue several drawings on one sheet, with marks to cut along. A single file is repeated until the sheet is full. ' +
    'With --columns and --rows, the files that find no place on a sheet go on further sheets.',
  positionals: FILES,
  flags: { ...SUBMIT, ...DRAWING },
  examples: [
    ['n-up card.svg --sheet a4', 'as many as fit'],
    ['n-up cards/*.svg --sheet a4 --landscape --columns 4 --rows 2 --plot', 'eight different cards on each sheet'],
  ],
  more: SUBMIT_MORE,
  hasTaskFlags: true,
  task: 'n-up',
  async run(args, io) {
    const files = [args.file ?? []].flat().map(String)
    const hashes = (await uploadFiles(files, io)).map(({ sha256 }) => sha256)
    const { columns, rows, ...rest } = paramsIn(args, OWN)
    const words = {
      name: bare(files[0] ?? '-'),
      ...rest,
      ...(columns === undefined ? {} : { columns }),
      ...(rows === undefined ? {} : { rows }),
    }
    const places = columns !== undefined && rows !== undefined ? Number(columns) * Number(rows) : 0
    const filesPerSheet = places > 0 ? places : hashes.length
    let exitCode = 0
    for (let i = 0; i < hashes.length; i += filesPerSheet) {
      const values = {
        uploads: hashes.slice(i, i + filesPerSheet),
        ...valuesOf(args),
        ...(hashes.length > 1 && { repeat: false }),
      }
      const isOne = filesPerSheet >= hashes.length
      const key = isOne || args.key === undefined ? args.key : `${args.key}-${1 + i / filesPerSheet}`
      const sheetArgs = { ...args, key }
      const submitted = submitJob({ task: 'n-up', words, values }, sheetArgs, io)
      exitCode = Math.max(
        exitCode,
        await submitted.catch((thrown: unknown) => {
          throw withFile(thrown, new Map(hashes.map((hash, n) => [hash, files[n] ?? ''])))
        }),
      )
    }
    return exitCode
  },
})

/** The error with the name of the file in place of the number of the drawing that the task refused. */
function withFile(thrown: unknown, files: ReadonlyMap<unknown, string>): unknown {
  if (!(thrown instanceof PlotdError)) return thrown
  const file = files.get(thrown.detail['upload'])
  if (file === undefined) return thrown
  return new PlotdError(
    thrown.code,
    thrown.message.replace(/^drawing \d+/, () => file),
    thrown.detail,
    thrown,
  )
}

const TILE = { ...SUBMIT, ...DRAWING } as const
type TileArgs = Args<typeof TILE, typeof FILES>

export const tile = defineCommand({
  about:
    'Divide a large drawing over sheets, a job for each, with corners to cut along. Each piece of ink is on one ' +
    'sheet only; the overlap is blank paper for glue.',
  positionals: { file: { type: 'string', describe: 'the SVG file; - is stdin' } },
  flags: TILE,
  examples: [
    ['tile poster.svg --sheet a3 --overlap 12 --plot', 'every sheet'],
    ['tile poster.svg --sheet a4 --landscape --tile 3', 'the third sheet again'],
  ],
  more: SUBMIT_MORE,
  hasTaskFlags: true,
  task: 'tile',
  run: tileFile,
})

async function tileFile(args: TileArgs, io: Io): Promise<number> {
  const file = String(args.file)
  const [source] = await uploadFiles([file], io)
  if (!source) throw new PlotdError('ERR_PARAMS', 'Expected: plotd tile FILE')
  const words = { name: bare(file), ...paramsIn(args, OWN) }
  const values = { upload: source.sha256, ...valuesOf(args) }
  if ('tile' in words) return await submitJob({ task: 'tile', words, values }, args, io)
  if (args.wait)
    throw new PlotdError('ERR_PARAMS', '--wait follows one job; `plotd wait` waits for several', { verb: 'tile' })
  const { format, task } = await io.daemon.call('document.describe', { upload: source.sha256, name: bare(file) })
  if (format !== 'svg') {
    throw new PlotdError('ERR_DOCUMENT', `${file} has the format ${format}, expected an SVG`, {
      remedy:
        task === 'photo' ? '`plotd photo` draws it.' : '`plotd prepare FILE -o drawing.svg` makes an SVG of a page.',
    })
  }
  const { readSvg, tileNames } = await import('../../../src/index.ts')
  const schema = await schemaOf('tile', io)
  const params = { ...convertFields({ ...words, ...strictParam(args, schema) }, schema), ...values }
  const names = tileNames(readSvg(source.bytes, { limits: await svgLimits() }).drawing, params)
  const { idempotencyKey, title, output, ...job } = jobOptions(args, Date.now())
  const after = await afterJobs(args, io)
  const jobs = names.map((name, i) => ({
    ...job,
    ...after,
    task: 'tile',
    params: { ...params, tile: i + 1 },
    title: `${title ?? words.name} ${name}`,
    batch: { name: beginningOf(words.name, 100), row: i + 1 },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey: `${idempotencyKey}-${i + 1}` }),
  }))
  if (output !== undefined) throw new PlotdError('ERR_PARAMS', '--output: a tiled drawing has a file for each sheet')
  if (args['dry-run']) {
    const checks: Awaited<ReturnType<typeof checkJob>>[] = []
    // One call for each job, because the daemon limits the time of a call.
    try {
      for (const job of jobs) {
        showChecked(checks.length, jobs.length, io)
        checks.push(await checkJob(job, io))
      }
    } finally {
      showChecked(jobs.length, jobs.length, io)
    }
    const warnings = bySheet(
      names,
      checks.map((check) => check?.warnings ?? []),
    )
    io.answer({ sheets: names, warnings }, () => [
      `${plural(names.length, 'sheet')}: ${names.join(', ')}`,
      ...warningLines(warnings, io.paint),
      'Nothing was queued.',
    ])
    return 0
  }
  const queued = await io.daemon.call('job.submitAll', { jobs })
  io.answer({ sheets: names, jobs: queued.map(({ id }) => id) }, () => [
    `${stateWord(queued)} ${plural(names.length, 'sheet')} (${names[0]} to ${names.at(-1)}) as batch ${words.name}.`,
  ])
  const warnings = bySheet(
    names,
    queued.map(({ notes }) => notes),
  )
  io.note(...warningLines(warnings, io.notePaint))
  return 0
}

/**
 * The warnings of the first sheet, and each further warning with the name of its sheet. Most warnings are about the
 * whole file, so each sheet has them.
 */
function bySheet<T extends { readonly message: string }>(
  names: readonly string[],
  [first = [], ...others]: readonly (readonly T[])[],
): T[] {
  const known = new Set(first.map(({ message }) => message))
  const further = others.flatMap((warnings, i) =>
    warnings
      .filter(({ message }) => !known.has(message))
      .map((warning) => ({ ...warning, message: `sheet ${names[i + 1]}: ${warning.message}` })),
  )
  return [...first, ...further]
}
