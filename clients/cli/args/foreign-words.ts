/**
 * Commands of other programs (axicli, saxi, vpype, lp, rq) and what to type here instead: one command without `plotd`,
 * or a text with whole commands in back quotes. `aliases` in `verbs.ts` has further names.
 */
const COMMANDS: Readonly<Record<string, string>> = {
  toggle: 'pen toggle',
  cycle: 'pen toggle',
  up: 'pen up',
  down: 'pen down',
  raise_pen: 'pen up',
  lower_pen: 'pen down',
  manual: '`plotd pen`, `plotd jog`, `plotd home` or `plotd motors`',
  enable_xy: 'motors on',
  disable_xy: 'motors off',
  walk_home: 'home',
  walk_x: 'jog DX 0',
  walk_y: 'jog 0 DY',
  walk: 'jog DX DY',
  layers: 'plot FILE --layers 1,2',
  write: 'plot FILE',
  gwrite: 'plot FILE',
  read: 'preview FILE',
  stat: 'preview FILE',
  layout: 'plot FILE --page a4 --align center',
  linesort: 'prepare FILE',
  linemerge: 'prepare FILE',
  linesimplify: 'prepare FILE --simplify 0.05',
  stop: '`plotd pause`, or `plotd cancel ID`',
  halt: 'pause --now',
  abort: 'cancel ID',
  suspend: 'pause --queue',
  disable: 'pause --queue',
  cupsdisable: 'pause --queue',
  cupsaccept: '`plotd resume --queue`; plotd always accepts jobs',
  cupsreject: '`plotd token revoke NAME`; the program with that token then queues nothing',
  enable: 'resume --queue',
  cupsenable: 'resume --queue',
  lpmove: '`plotd cancel ID`, then `plotd plot FILE --plotter NAME`',
  history: 'list --status past',
  done: 'list --status past',
  move: '`plotd top ID` for a job, `plotd jog DX DY` for the carriage',
  delete: '`plotd cancel ID`, or `plotd forget ID` when the job has ended',
  quit: 'Ctrl-C in the terminal of `plotd serve`',
  update: 'doctor',
}

/** Flags of other programs, without hyphens, underscores and capitals, and what to type here instead. */
const FLAGS: Readonly<Record<string, string>> = {
  speedpendown: '--speed, percent of the machine’s own',
  speedpenup: '`up` in the machine’s profile',
  accel: '`down.acceleration` in the machine’s profile',
  penposdown: '--pen-down',
  penposup: '`plotd adjust --pen-up`, or `pen` in the machine’s profile',
  pendownheight: '--pen-down; in plotd a greater number lifts the pen higher',
  up: '`plotd adjust --pen-up`',
  down: '--pen-down',
  penupheight: '`plotd adjust --pen-up`; in plotd a greater number lifts the pen higher',
  papersize: '--page',
  pagesize: '--page',
  layer: '--layers',
  model: '`plotd serve --plotter NAME=URL,profile=…`',
  hardware: '`plotd serve --plotter NAME=URL,profile=…`',
  device: '--plotter',
  port: '--plotter',
  destination: '--plotter',
  pagedelay: '`plotd ready`: each sheet waits for a grant',
  preview: '`plotd preview FILE`',
  reporttime: '`plotd preview FILE`',
  reordering: '--keep-order, or --effort',
  sortpaths: '--keep-order',
  hiding: '--hide',
  mode: 'a verb: `plotd --help`',
  fitpage: '--fit',
  croptomargins: '--clip margins',
  minimumpathlength: '--drop-shorter',
  pointjoinradius: '--join',
  pathjoinradius: '--join',
  rotatedrawing: '--rotate',
  center: '--align center',
  progress: '--wait',
  webhook: '`plotd watch --json`',
  number: '--copies',
}

/** Options of CUPS, which `lp` takes after `-o`, and what to type here instead. */
const CUPS_OPTIONS: Readonly<Record<string, string>> = {
  media: '--page',
  'fit-to-page': '--fit',
  fitplot: '--fit',
  'print-scaling': '--fit',
  landscape: '--landscape',
  'orientation-requested': '--landscape',
  'number-up': '--number-up',
  'page-ranges': '--page-range',
  'job-priority': '--priority',
  'job-hold-until': '--hold or --at',
}

/**
 * A text that names plotd's commands, in back quotes, for a command of another program: '`plotd pen toggle`' for
 * axicli's `toggle`. Undefined for an unknown word.
 */
export function commandFor(word: string): string | undefined {
  const here = Object.hasOwn(COMMANDS, word.toLowerCase()) ? COMMANDS[word.toLowerCase()] : undefined
  return here === undefined || here.includes('`') ? here : `\`plotd ${here}\``
}

/**
 * What to type here instead of another program's flag. The flag may have any spelling (speed_pendown, speedPendown).
 * The answer names a flag, a command, or a field of the machine's profile; undefined for an unknown flag.
 */
export function flagFor(flag: string): string | undefined {
  const plain = flag.toLowerCase().replaceAll(/[-_]/g, '')
  return Object.hasOwn(FLAGS, plain) ? FLAGS[plain] : undefined
}

/** The flag to type here instead of an option of CUPS, such as `media=a5`; undefined for any other text. */
export function cupsOptionFor(text: string): string | undefined {
  const [name = ''] = text.split('=')
  return Object.hasOwn(CUPS_OPTIONS, name) ? CUPS_OPTIONS[name] : undefined
}
