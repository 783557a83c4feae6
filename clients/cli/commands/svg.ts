import { PlotdError, toPlotdError } from '../../../src/errors.ts'
import { type AnyCommand, type Args, defineCommand, type Flags, kebab } from '../args/command.ts'
import { PAPER, paperOptions } from '../flags/prepare-flags.ts'
import { refuseFillFlags } from '../flags/reading-flags.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import type { Io } from '../io/io.ts'
import { jobsOfFile } from '../jobs/file-jobs.ts'
import { canNameJob } from '../jobs/find-jobs.ts'
import { plotJobs } from '../jobs/plot-jobs.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'

const POSITIONALS = { file: { type: 'string', describe: 'SVG, PDF and other files; - is stdin' } } as const
const FLAGS = {
  ...SUBMIT,
  ...PAPER,
  'page-range': {
    type: 'string',
    describe:
      'pages of a document, such as 2, 1-3 or 1,4-; default: all. Each page becomes a job, unless --number-up puts several on a sheet',
    requiresArg: true,
    group: 'Drawing:',
  },
  'number-up': {
    type: 'number',
    choices: [1, 2, 4, 6, 9, 16],
    describe: 'pages of a document that share a sheet',
    group: 'Drawing:',
  },
  'layers-by': {
    type: 'string',
    choices: ['inkscape', 'color', 'group', 'none'],
    describe: 'how to divide the drawing into layers (a pen each)',
    group: 'Drawing:',
  },
} as const satisfies Flags

type SvgArgs = Args<typeof FLAGS, typeof POSITIONALS>

async function queue(args: SvgArgs, io: Io, wantsInk: boolean): Promise<number> {
  refuseFillFlags(args)
  let exitCode = 0
  const files = [args.file ?? []].flat().map(String)
  for (const file of files) {
    try {
      exitCode = Math.max(exitCode, await queueFile(file, args, io, wantsInk))
    } catch (thrown) {
      throw files.length > 1 ? inFile(file, toPlotdError(thrown)) : thrown
    }
  }
  return exitCode
}

async function queueFile(file: string, args: SvgArgs, io: Io, wantsInk: boolean): Promise<number> {
  let exitCode = 0
  const by = args['layers-by']
  const words = {
    ...paramsIn(args, ['file', 'layers-by', 'page-range', ...Object.keys(PAPER)]),
    ...(by === undefined ? {} : { layers: by }),
  }
  for (const { title, ...request } of await jobsOfFile(file, args['page-range'], io, args['number-up'])) {
    const submit = { ...request, words, paper: paperOptions(args), job: title === undefined ? {} : { title } }
    exitCode = Math.max(exitCode, await submitJob(submit, { ...args, plot: wantsInk || args.plot }, io))
  }
  return exitCode
}

/** Codes of errors in a drawing. Most messages with such a code do not name the file of the drawing. */
const OF_A_DRAWING: ReadonlySet<string> = new Set(['ERR_SVG_INVALID', 'ERR_SVG_LIMIT', 'ERR_EMPTY', 'ERR_STRICT'])

/** Puts the name of the file before the message of an error of a drawing. */
const inFile = (file: string, error: PlotdError): PlotdError =>
  OF_A_DRAWING.has(error.code) && !error.message.startsWith(file)
    ? new PlotdError(error.code, `${file}: ${error.message}`, { ...error.detail, file }, error)
    : error

type PlotArgs = SvgArgs & { readonly batch: string | undefined; readonly search: string | undefined }

async function plotFilesOrJobs(args: PlotArgs, io: Io): Promise<number> {
  const { tag, batch, search } = args
  const words = [args.file ?? []].flat().map(String)
  if (words.length === 0 && [tag, batch, search].every((value) => value === undefined))
    throw new PlotdError('ERR_PARAMS', 'Expected files, jobs, --tag, --batch or --search', {
      verb: 'plot',
    })
  const jobs = words.filter(canNameJob)
  const filter = batch === undefined ? 'search' : 'batch'
  if (words.length > 0 && args[filter] !== undefined)
    throw new PlotdError('ERR_PARAMS', `--${filter} finds jobs; leave out the files and ids`, { verb: 'plot' })
  // Without a file, the words or the filters name jobs.
  if (jobs.length === words.length) {
    const [param] = Object.keys(paramsIn(args, ['file', 'search', 'batch', 'page-range', ...Object.keys(PAPER)]))
    // With ids, --tag is refused. The ids choose the jobs already, and only a new job gets a tag.
    const fileFlag = param ?? (words.length > 0 && tag !== undefined ? 'tag' : undefined)
    if (fileFlag !== undefined)
      throw new PlotdError('ERR_PARAMS', `--${kebab(fileFlag)} is for files; these jobs are rendered already`, {
        verb: 'plot',
      })
    return plotJobs({ words, tag, batch, search }, args, io)
  }
  if (jobs.length === 0) return queue(args, io, true)
  const [file] = words.filter((word) => !canNameJob(word))
  const message = `${jobs[0]} is a job, and ${file} a file: expected jobs or files, not both`
  throw new PlotdError('ERR_PARAMS', message, { verb: 'plot' })
}

export const svg: AnyCommand = defineCommand({
  about:
    'Queue files: SVG, PDF and other documents. Without a flag of the groups Plot, Paper and Pen, plotd only renders and measures the files; `plotd plot` draws them.',
  positionals: POSITIONALS,
  flags: FLAGS,
  examples: [
    ['svg drawing.svg', 'measure the drawing'],
    ['svg drawing.svg --fill hatch', 'fill the shapes with lines, then measure the drawing'],
  ],
  more: SUBMIT_MORE,
  hasTaskFlags: true,
  task: 'svg',
  run: (args, io) => queue(args, io, false),
})

export const plot: AnyCommand = defineCommand({
  about:
    'Queue files (SVG, PDF and other documents) and draw them, or draw jobs that were only rendered. Each sheet waits for its turn.',
  positionals: {
    file: {
      type: 'string',
      describe: 'SVG, PDF and other files; - is stdin. Or jobs: ids, the ends of ids, or `last`',
    },
  },
  flags: {
    ...FLAGS,
    batch: {
      type: 'string',
      describe: 'draw jobs of this batch that were only rendered',
      requiresArg: true,
      group: 'Plot:',
    },
    search: {
      type: 'string',
      describe:
        'draw the jobs that were only rendered and have this text in their title or id; --tag without a file finds them by tag',
      requiresArg: true,
      group: 'Plot:',
    },
  },
  examples: [
    ['plot drawing.svg', 'on any plotter'],
    ['plot letter.pdf --page-range 1-2', 'two pages, a sheet each'],
    ['plot drawing.svg -p axidraw -c 3 --layers 1,2 --wait', 'three sheets, two layers; follow the job'],
    ['plot drawing.svg --page a4 --landscape --align center', 'centred on a landscape sheet'],
    ['plot drawing.svg --speed 60 --pen-down 25', 'slower, with more pressure'],
    ['plot - < drawing.svg', 'from stdin'],
    ['plot last', 'the newest job, which was only rendered'],
    ['plot --batch people -p axidraw', 'a batch that was queued without ink'],
  ],
  more: SUBMIT_MORE,
  hasTaskFlags: true,
  task: 'svg',
  run: plotFilesOrJobs,
})
