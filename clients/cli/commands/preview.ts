import { PlotdError } from '../../../src/errors.ts'
import type { Drawing } from '../../../src/index.ts'
import { defineCommand } from '../args/command.ts'
import { PREPARE, type PreparedFile, prepareFile } from '../flags/prepare-flags.ts'
import { svgLimits } from '../flags/reading-flags.ts'
import { requireSvgName, writeFileOrExplain } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { figuresOfJob, type PreviewedJob, previewJob } from '../jobs/preview-job.ts'
import { brailleDrawing } from '../ui/braille.ts'
import { boundRow, type FigureRow, figureLines, inkRows, layerRows, twiceRow } from '../ui/figure-rows.ts'
import { duration, plural, size } from '../ui/format.ts'
import { lossLines, noteLines, warningLines } from '../ui/sentences.ts'

export const preview = defineCommand({
  about:
    'Show how a file (SVG, PDF or other) or a job would look on paper: size, strokes, time, picture, and what will not be drawn. A file needs no daemon.',
  positionals: {
    file: {
      type: 'string',
      describe: 'an SVG, PDF or other file, - for stdin, or a job: its id, the end of an id, or `last`',
    },
  },
  flags: {
    output: { alias: 'o', type: 'string', describe: 'write the picture here: .png, or .svg in mm', requiresArg: true },
    'pen-up': { type: 'boolean', default: false, describe: 'show pen-up travel' },
    width: { type: 'number', default: 1600, describe: 'width of a PNG, pixels', requiresArg: true },
    bound: {
      type: 'boolean',
      default: false,
      describe: 'prove how near the plan is to the fastest order; this takes up to a minute for 10,000 strokes',
    },
    picture: { alias: 'term', type: 'boolean', describe: 'draw the picture in the terminal; --no-picture omits it' },
    ...PREPARE,
  },
  examples: [
    ['preview drawing.svg', 'figures, and the drawing in dots'],
    ['preview drawing.svg -o drawing.png --pen-up', 'a picture with pen-up travel'],
    ['preview last', 'the newest job, before it is drawn'],
    ['preview drawing.svg --page a5 --fit --json', 'figures on other paper, for a program'],
  ],
  async run(args, io) {
    const file = String(args.file)
    if (args.output !== undefined && !isPng(args.output)) requireSvgName(args.output, '--output', '.png or .svg')
    const previewed = await previewJob(file, args.bound, io)
    if (previewed !== undefined) {
      refuseFlagsOfFiles(args)
      return showJob(previewed, args, io)
    }
    const ready = await prepareFile(file, args, args.bound)
    if (args.output !== undefined) await writePicture(ready, args.output, args['pen-up'], args.width)
    const figures = figuresOfFile(ready, args, io)
    io.answer(rounded(facts(file, ready, args.output)), () => [
      ...(args.picture === false ? [] : sketch(ready, io)),
      ...figures,
      ...(args.output === undefined ? [] : ['', `Wrote ${args.output}.`]),
    ])
    return 0
  },
})

/**
 * @throws PlotdError ERR_PARAMS for a flag of `PREPARE`, because the daemon prepares a job by the job's own options
 */
function refuseFlagsOfFiles(args: object): void {
  const given = args as Readonly<Record<string, unknown>>
  const flag = Object.keys(PREPARE).find((name) => given[name] !== undefined)
  if (flag === undefined) return
  const message = `--${flag} is for files; a job is shown on its own paper`
  throw new PlotdError('ERR_PARAMS', message, { verb: 'preview' })
}

/** Shows the daemon's preview of a job, for the job's paper and plotter. */
async function showJob(
  previewed: PreviewedJob,
  args: {
    readonly output: string | undefined
    readonly 'pen-up': boolean
    readonly width: number
    readonly picture: boolean | undefined
  },
  io: Io,
): Promise<number> {
  const { readSvg } = await import('../../../src/index.ts')
  const { svg, ...figures } = previewed.preview
  const plan = readSvg(svg, { limits: await svgLimits() }).drawing
  if (args.output !== undefined) await writePicture({ plan }, args.output, args['pen-up'], args.width)
  io.answer(
    { id: previewed.job.id, ...figures, ...(args.output === undefined ? {} : { picture: args.output }) },
    () => [
      ...(args.picture === false ? [] : sketch({ plan }, io)),
      ...figureLines(figuresOfJob(previewed), io.paint, io.textWidth),
      // the figures have a row for ink that is drawn twice
      ...warningLines(
        figures.warnings.filter(({ code }) => code !== 'repeated'),
        io.paint,
      ),
      ...(args.output === undefined ? [] : ['', `Wrote ${args.output}.`]),
    ],
  )
  return 0
}

const isPng = (file: string): boolean => /\.png$/i.test(file)

async function writePicture(
  { plan }: { readonly plan: Drawing },
  file: string,
  showsTravel: boolean,
  width: number,
): Promise<void> {
  const { drawingToSvg, svgToPng } = await import('../../../src/index.ts')
  const svg = drawingToSvg(plan, { penUp: showsTravel, background: 'white' })
  await writeFileOrExplain(file, isPng(file) ? await svgToPng(svg, { width }) : svg)
}

/** The plan in braille dots, in a frame. The dots take at most half of the screen's rows, or 8 rows if that is more. */
function sketch({ plan }: { readonly plan: Drawing }, io: Io): string[] {
  const columns = Math.min(100, io.width - 4)
  const rows = Math.max(8, Math.floor(io.rows / 2))
  return brailleDrawing(plan, plan, columns, rows).framed(io.paint)
}

function figuresOfFile(
  { plan, report, reading, profile, losses, notes }: PreparedFile,
  { once, bound: isBounded }: { readonly once: boolean | undefined; readonly bound: boolean },
  { paint, textWidth }: Io,
): string[] {
  const { ink, estimate, before, layers, repeats, bound } = report
  const saved = before.seconds - estimate.seconds
  const rows: (FigureRow | false)[] = [
    ['page', size(plan.width, plan.height)],
    ['ink', ink.width > 0 ? `${size(ink.width, ink.height)}, from ${mm(ink.x)} and ${mm(ink.y)}` : 'none'],
    ...inkRows(report.strokes, estimate),
    [
      'time',
      `about ${duration(estimate.seconds)} on ${profile.title}${saved > 1 ? `, ${duration(saved)} less than in the file’s order` : ''}`,
    ],
    ...(isBounded ? [boundRow(bound)] : []),
    ...layerRows(layers),
    repeats.mm > 1 && twiceRow(repeats, repeatNote(repeats.removed, once === true)),
    reading.text !== undefined && [
      'text',
      `${plural(reading.text.count, 'text')} in the stroke font ${reading.text.font}`,
    ],
  ]
  const warnings = [...lossLines(losses, paint), ...noteLines(notes, paint)]
  return [
    ...figureLines(
      rows.filter((row) => row !== false),
      paint,
      textWidth,
    ),
    ...(warnings.length > 0 ? ['', ...warnings] : []),
  ]
}

function repeatNote(isRemoved: boolean, once: boolean): string {
  if (isRemoved) return ', drawn once only'
  return once
    ? ', drawn nevertheless: leaving it out would take longer'
    : ', drawn more than once; --once leaves that out'
}

/** Rounds every number to three decimals. A thousandth of a mm is less than the step of any plotter. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, inner) => (typeof inner === 'number' ? Math.round(inner * 1000) / 1000 : inner)))

const mm = (value: number): string => `${value.toFixed(1)} mm`

const facts = (
  file: string,
  { plan, report, reading, profile, losses }: PreparedFile,
  picture: string | undefined,
) => ({
  file,
  widthMm: plan.width,
  heightMm: plan.height,
  ink: report.ink,
  strokes: report.strokes,
  ...report.estimate,
  profile: profile.name,
  layers: report.layers,
  repeats: report.repeats,
  ...(report.bound === undefined ? {} : { bound: report.bound }),
  clippedMm: report.clippedMm,
  dropped: report.dropped,
  notDrawn: reading.notDrawn,
  text: reading.text,
  hiddenLayers: reading.hiddenLayers,
  losses,
  ...(picture === undefined ? {} : { picture }),
})
