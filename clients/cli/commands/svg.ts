import { basename } from 'node:path'
import { type AnyCommand, type Args, defineCommand, type Flags } from '../args/command.ts'
import { PAPER } from '../flags/prepare-flags.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { readBytes } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'

const POSITIONALS = { file: { type: 'string', describe: 'SVG files; - is stdin' } } as const
/** Larger files are uploaded instead, so that the queue stays small. */
const INLINE_BYTES = 32 * 1024

const FLAGS = {
  ...SUBMIT,
  ...PAPER,
  'layers-by': {
    type: 'string',
    choices: ['inkscape', 'color', 'group', 'none'],
    describe: 'how to divide the drawing into layers (a pen each)',
    group: 'Drawing:',
  },
} as const satisfies Flags

type SvgArgs = Args<typeof FLAGS, typeof POSITIONALS>

async function queue(args: SvgArgs, io: Io, plot: boolean): Promise<number> {
  let worst = 0
  for (const file of [args.file ?? []].flat().map(String)) {
    const source = await readBytes(file, () => mostUploaded(io))
    const name = file === '-' ? 'drawing' : basename(file).replace(/\.svgz?$/i, '')
    const values =
      source.length <= INLINE_BYTES && !isPacked(source)
        ? { svg: source.toString('utf8') }
        : { upload: await upload(io, source) }
    const by = args['layers-by']
    const words = {
      ...paramsIn(args, ['file', 'layers-by', ...Object.keys(PAPER)]),
      ...(by === undefined ? {} : { layers: by }),
    }
    const wanted = { task: 'svg', words, values: { ...values, name }, job: { title: name } }
    worst = Math.max(worst, await submitJob(wanted, { ...args, plot: plot || args.plot }, io))
  }
  return worst
}

/** The daemon's limit on an upload, bytes. */
async function mostUploaded(io: Io): Promise<number> {
  return (await io.daemon.call('server.info', {})).limits.uploadBytes
}

/** An .svgz: gzip's first two bytes. */
const isPacked = (source: Buffer): boolean => source[0] === 0x1f && source[1] === 0x8b

async function upload(io: Io, source: Buffer<ArrayBuffer>): Promise<string> {
  await using client = await io.daemon.connect()
  return (await client.upload(source)).sha256
}

export const svg: AnyCommand = defineCommand({
  about: 'Queue SVG files. Without a flag about ink they are read and measured; `plotd plot` draws them.',
  positionals: POSITIONALS,
  flags: FLAGS,
  examples: [
    ['svg drawing.svg', 'measure it'],
    ['svg drawing.svg --page a5 --fit --margin 10', 'draw it, fitted to the paper'],
  ],
  more: SUBMIT_MORE,
  open: true,
  task: 'svg',
  run: (args, io) => queue(args, io, false),
})

export const plot: AnyCommand = defineCommand({
  about: 'Queue SVG files and draw them. Each sheet waits for its turn and for `plotd ready`.',
  positionals: POSITIONALS,
  flags: FLAGS,
  examples: [
    ['plot drawing.svg', 'on any plotter'],
    ['plot drawing.svg -p axidraw -c 3 --layers 1,2 --wait', 'three sheets, two layers; follow it'],
    ['plot drawing.svg --page a4 --landscape --align center', 'centred on a landscape sheet'],
    ['plot drawing.svg --speed 60 --pen-down 25', 'slower, with more pressure'],
    ['plot - < drawing.svg', 'from stdin'],
  ],
  more: SUBMIT_MORE,
  open: true,
  task: 'svg',
  run: (args, io) => queue(args, io, true),
})
