import { PlotdError } from '../../../src/errors.ts'
import type { RunningSimulator, runSimulator, Strokes } from '../../../src/index.ts'
import { defineCommand } from '../args/command.ts'
import { fidelity, verdict } from '../demo/fidelity.ts'
import { EXIT } from '../errors/exit-codes.ts'
import { READING, type ReadingArgs, readOptions } from '../flags/reading-flags.ts'
import { requireSvgName, writeFileOrExplain, writePicture } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { length, plural } from '../ui/format.ts'
import { InkCanvas, newInk, thin } from '../ui/ink-canvas.ts'
import { Live } from '../ui/live.ts'

type Options = NonNullable<Parameters<typeof runSimulator>[1]>
type Firmware = NonNullable<Options['firmware']>
type Flow = NonNullable<Options['flow']>

const FRAME_MS = 400
/** The longest time of `--for`, seconds. A timer takes at most 2 ^ 31 - 1 ms. */
const MOST_SECONDS = 2_000_000
/**
 * Resolution of the ink in the terminal and in the lines of `--json`, mm. On the default sheet of each board, a dot of
 * the terminal is larger than this.
 */
const THIN_MM = 0.4
/** Tolerance of the picture, mm: half a step of an AxiDraw, since the picture need not show single steps. */
const PICTURE_MM = 1 / 160

export const simulate = defineCommand({
  about:
    'Run a simulated plotter on a serial port (a pseudo terminal) that any program can open. Your terminal shows the ink; --ink writes the ink to a file at the end.',
  positionals: {
    kind: {
      type: 'string',
      choices: ['ebb', 'grbl', 'fluidnc', 'grblhal', 'marlin', 'klipper', 'hpgl'],
      default: 'ebb',
      describe: 'which board: ebb is AxiDraw’s, grbl an Arduino with grbl 1.1h, marlin a 3D printer, hpgl an HP 7475A',
    },
  },
  flags: {
    link: { type: 'string', describe: 'also link the port to this path, such as /tmp/axidraw', requiresArg: true },
    tcp: { type: 'number', describe: 'use this TCP port, and no serial port; 0 takes any free one', requiresArg: true },
    speed: {
      type: 'string',
      default: '1',
      describe: 'speed, in multiples of a real plotter’s, or instant',
      requiresArg: true,
    },
    page: {
      type: 'string',
      describe: 'size of the shown sheet, mm; default: the plotter’s reach',
      requiresArg: true,
    },
    ink: {
      type: 'string',
      describe: 'write this SVG file of the ink, and a PNG, at the end',
      requiresArg: true,
    },
    compare: {
      type: 'string',
      describe: 'an SVG that was drawn: at the end, print the distance between ink and drawing',
      requiresArg: true,
    },
    firmware: {
      type: 'string',
      choices: ['2.5.3', '2.8.1', '3.0.3'],
      default: '2.8.1',
      describe: 'firmware of an EBB; 3.0.3 has a longer motion queue',
      requiresArg: true,
    },
    flow: {
      type: 'string',
      choices: ['hardware', 'xon-xoff', 'ignores'],
      default: 'hardware',
      describe: 'flow control of an HP-GL plotter: by a wire, by XOFF where the sender asks for it, or none',
      requiresArg: true,
    },
    for: { type: 'number', describe: 'end after this many seconds', requiresArg: true },
    ...READING,
  },
  examples: [
    ['simulate --link /tmp/axidraw', 'then: plotd serve --plotter sim=serial:/tmp/axidraw'],
    ['simulate --speed 20 --ink ink.svg', '20 × as fast; writes the ink to ink.svg'],
    ['simulate grbl --link /tmp/grbl', 'for any sender of G-code, 115200 baud'],
  ],
  more: 'Ctrl-C ends the simulator. --json prints a line at the start, lines with the new ink, and a line at the end.',
  async run(args, io) {
    if (args.ink !== undefined) requireSvgName(args.ink, '--ink')
    const { runSimulator } = await import('../../../src/index.ts')
    const kind = KINDS[args.kind as keyof typeof KINDS]
    if (args.for !== undefined && !(args.for >= 0 && args.for <= MOST_SECONDS))
      throw new PlotdError('ERR_PARAMS', `--for ${args.for}: expected 0 to ${MOST_SECONDS} seconds`)
    const page = sheetSize(args.page ?? kind.page)
    const running = await runSimulator(kind.dialect, {
      ...(args.link === undefined ? {} : { link: args.link }),
      ...(args.tcp === undefined ? {} : { tcp: args.tcp }),
      firmware: args.firmware as Firmware,
      flow: args.flow as Flow,
      ...(kind.family === undefined ? {} : { family: kind.family }),
      speed: speedOf(args.speed),
    })
    const { path, url } = running
    const speed = Number(args.speed) === 1 || args.speed === 'instant' ? '' : `?speed=${args.speed}`
    const plotter = `sim=${url}${speed}${kind.profile === undefined ? '' : `,profile=${kind.profile}`}`
    io.answer({ event: 'ready', path, url }, () => [
      `A simulated ${kind.title} listens at ${io.paint.bold(path)}${comparedWithReal(args.speed)}.`,
      `Use it: plotd serve --plotter ${speed === '' ? plotter : `'${plotter}'`}`,
    ])
    const stop = watchInk(running, page, io)
    await waitForEnd(args.for)
    stop()
    const ink = running.board.ink.strokes()
    await running.close()
    await report(ink, page, args, io)
    return EXIT.ok
  },
})

/** The boards, and the profile and the default sheet (mm) of each. */
const KINDS = {
  ebb: { dialect: 'ebb', family: undefined, title: 'EBB', profile: undefined, page: '300x218' },
  grbl: { dialect: 'grbl', family: 'grbl', title: 'grbl board', profile: 'grbl-servo', page: '300x200' },
  fluidnc: { dialect: 'grbl', family: 'fluidnc', title: 'FluidNC board', profile: 'fluidnc-servo', page: '300x200' },
  grblhal: { dialect: 'grbl', family: 'grblhal', title: 'grblHAL board', profile: 'grblhal-servo', page: '300x200' },
  marlin: { dialect: 'marlin', family: 'marlin', title: 'Marlin printer', profile: 'marlin-servo', page: '220x220' },
  klipper: {
    dialect: 'marlin',
    family: 'klipper',
    title: 'Klipper printer',
    profile: 'klipper-servo',
    page: '220x220',
  },
  hpgl: { dialect: 'hpgl', family: undefined, title: 'HP 7475A', profile: 'hp-7475a', page: '404x276' },
} as const

interface Sheet {
  readonly width: number
  readonly height: number
}

function sheetSize(word: string): Sheet {
  const [, width, height] = /^(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(?:mm)?$/.exec(word) ?? []
  if (width !== undefined && height !== undefined) return { width: Number(width), height: Number(height) }
  throw new PlotdError('ERR_PARAMS', `--page ${word}: expected WIDTHxHEIGHT in mm, say 210x148`)
}

function comparedWithReal(speed: string): string {
  if (speed === '1') return ''
  return speed === 'instant' ? ', without delays' : `, ${speed} × as fast as a real one`
}

function speedOf(word: string): number | 'instant' {
  if (word === 'instant') return word
  const speed = Number(word)
  if (speed > 0 && Number.isFinite(speed)) return speed
  throw new PlotdError('ERR_PARAMS', `--speed ${word}: expected a number such as 20, or instant`)
}

/** Shows the ink while the board draws. @returns a function that ends the display after a last update */
function watchInk({ board }: RunningSimulator, page: Sheet, io: Io): () => void {
  const live = new Live()
  const canvas = new InkCanvas(page, Math.min(110, io.width - 4), Math.max(8, io.rows - 8))
  let vertexCount = 0
  const update = () => {
    const { ink } = board
    if (ink.vertexCount > vertexCount) {
      const pieces = newInk(ink.view(), vertexCount).map((line) => thin(line, THIN_MM))
      vertexCount = ink.vertexCount
      if (io.json) io.line({ event: 'ink', lines: pieces })
      for (const piece of pieces) canvas.add(piece)
    }
    const [x, y] = board.position
    const position = `pen ${board.isPenDown ? io.notePaint.accent('down') : 'up'} at ${x.toFixed(1)}, ${y.toFixed(1)} mm`
    if (!io.json) live.draw([...canvas.framed(io.notePaint), position])
  }
  const timer = setInterval(update, FRAME_MS)
  return () => {
    clearInterval(timer)
    update()
  }
}

/** Resolves at Ctrl-C, at SIGTERM, when the parent closes its message channel, or when the time is over. */
function waitForEnd(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
    process.once('disconnect', resolve)
    // an open channel would keep this process alive
    process.channel?.unref()
    if (seconds !== undefined) setTimeout(resolve, seconds * 1000)
  })
}

interface ReportOptions extends ReadingArgs {
  readonly ink: string | undefined
  readonly compare: string | undefined
}

async function report(
  ink: Strokes,
  page: Sheet,
  { ink: file, compare, ...reading }: ReportOptions,
  io: Io,
): Promise<void> {
  const { inkLength, inkToSvg, simplifyStrokes } = await import('../../../src/index.ts')
  const strokes = ink.starts.length - 1
  const penDownMm = inkLength(ink)
  const png = `${file?.replace(/\.svg$/, '') ?? ''}.png`
  if (file !== undefined) {
    const svg = inkToSvg({ ...simplifyStrokes(ink, PICTURE_MM), ...page }, { title: 'Ink', background: 'white' })
    await writeFileOrExplain(file, svg)
    await writePicture(png, svg)
  }
  const measured = compare === undefined ? undefined : await fidelity(ink, compare, readOptions(reading))
  io.answer(
    {
      event: 'ended',
      strokes,
      penDownMm,
      ...measured,
      ...(file === undefined ? {} : { svg: file, png }),
    },
    () => [
      `${plural(strokes, 'stroke')} of ink, ${length(penDownMm)}.`,
      ...(measured === undefined ? [] : [verdict(measured)]),
      ...(file === undefined ? [] : [`Wrote ${file} and ${png}.`]),
    ],
  )
}
