import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { millimetres } from '../flags/length-flag.ts'
import type { Daemon } from '../io/daemon.ts'
import type { Io } from '../io/io.ts'
import { findJob } from '../jobs/find-jobs.ts'
import { plural, size, trim } from '../ui/format.ts'
import { plotterSentence } from '../ui/sentences.ts'
import { hang } from '../ui/text.ts'
import { moveUntilInterrupt } from './moving.ts'

const NAME = { type: 'string', describe: 'name of the plotter; not needed when there is only one' } as const
const WHICH = { plotter: { ...NAME, alias: 'p', requiresArg: true } } as const

/**
 * The name of a plotter: the given one, or that of the only plotter.
 *
 * @param flag  the flag that takes the name, such as '--plotter ', for the advice; '' where the name is a positional
 * @throws PlotdError without `name`: ERR_PARAMS when there are several plotters, ERR_PLOTTER_UNKNOWN when there is none
 */
export async function plotterName(daemon: Daemon, name: string | undefined, flag = ''): Promise<string> {
  return name ?? onlyPlotter(await daemon.call('plotter.list', {}), flag).name
}

/**
 * The only plotter of a list.
 *
 * @param flag  as in `plotterName`
 * @throws PlotdError ERR_PARAMS when there are several, ERR_PLOTTER_UNKNOWN when there is none
 */
export function onlyPlotter(plotters: readonly WirePlotter[], flag = ''): WirePlotter {
  const [only, another] = plotters
  if (only && !another) return only
  if (only) {
    const names = plotters.map(({ name }) => name).join(', ')
    throw new PlotdError('ERR_PARAMS', `Which plotter? There are ${names}`, {
      remedy: `Name one, such as ${flag}${only.name}.`,
    })
  }
  throw new PlotdError('ERR_PLOTTER_UNKNOWN', 'No plotter is configured', {
    remedy:
      '`plotd ports` finds a plotter; then `plotd serve --plotter NAME=serial:PORT`, or NAME=sim:ebb for a simulated plotter.',
  })
}

function answerWith(plotter: WirePlotter, io: Io, words?: string): number {
  io.answer(plotter, () => words ?? plotterSentence(plotter))
  return 0
}

export const ready = defineCommand({
  about:
    'Say that a fresh sheet is down and the carriage stands at home. plotd then grants one sheet to the job at the head of ' +
    'the queue, and names that job.',
  positionals: { plotter: NAME },
  flags: {
    sheets: {
      type: 'number',
      describe: 'grant the next N sheets, for any jobs',
      requiresArg: true,
    },
    feed: {
      type: 'boolean',
      default: false,
      describe: 'with --sheets: no fresh sheet is down yet; the feeder brings the first sheet, too',
    },
    'new-sheet': {
      type: 'boolean',
      default: false,
      describe: 'the sheet of the interrupted job was taken off; that job stays interrupted',
    },
  },
  examples: [
    ['ready', 'the only plotter, for the job at the head of the queue'],
    ['ready axidraw --sheets 50', 'fifty sheets: a feeder changes them, or you do'],
    ['ready axidraw --sheets 50 --feed', 'the feeder brings the first sheet too'],
    ['ready --new-sheet', 'the sheet of the interrupted job is off, and a fresh sheet is down'],
  ],
  more: 'Each sheet needs a grant, except with `gate: off`. A grant ends when its last sheet begins, or when its job no longer waits. A fault, a lost link and a restart of plotd end the grant, too. The grant also ends when no plot is under way for 30 minutes (`grant` in the configuration). `plotd unready` ends the grant at once. The configuration may name a feeder, which changes the sheets, and a button, which grants the next sheet: docs/workshop.md.',
  async run({ plotter, sheets, feed, 'new-sheet': newSheet }, io) {
    const name = await plotterName(io.daemon, plotter)
    const options = {
      ...(sheets === undefined ? {} : { sheets }),
      ...(feed ? { feed: true as const } : {}),
      ...(newSheet ? { newSheet: true as const } : {}),
    }
    return answerWith(await io.daemon.call('plotter.ready', { name, ...options }), io)
  },
})

export const unready = defineCommand({
  about:
    'Take the grant back: the next sheet waits for another grant, except with `gate: off`. A sheet that is being drawn continues.',
  positionals: { plotter: NAME },
  flags: {},
  examples: [['unready', 'the only plotter']],
  more: '`plotd pause` stops the sheet that is being drawn.',
  async run({ plotter }, io) {
    const name = await plotterName(io.daemon, plotter)
    return answerWith(await io.daemon.call('plotter.unready', { name }), io)
  },
})

export const clear = defineCommand({
  about: 'Clear a fault. Remove its cause first.',
  positionals: { plotter: NAME },
  flags: {},
  examples: [['clear axidraw', '']],
  async run({ plotter }, io) {
    return answerWith(await io.daemon.call('plotter.clear', { name: await plotterName(io.daemon, plotter) }), io)
  },
})

export const pen = defineCommand({
  about: 'Raise, lower or toggle the pen, to insert a pen or to set the pen’s height.',
  positionals: { to: { type: 'string', choices: ['up', 'down', 'toggle'], describe: 'where to move the pen' } },
  flags: WHICH,
  examples: [
    ['pen up', ''],
    ['pen toggle', 'repeatedly, while you set the height'],
    ['pen down -p axidraw', 'one of several plotters'],
  ],
  more: 'Pen heights are percent of the range of the servo or Z axis, and higher is UP, as with AxiDraw (saxi counts the other way).',
  async run({ to, plotter }, io) {
    const where = to === 'down' || to === 'toggle' ? to : 'up'
    const name = await plotterName(io.daemon, plotter)
    const words = where === 'toggle' ? `${name} toggled its pen.` : `The pen of ${name} is ${where}.`
    return answerWith(await io.daemon.call('plotter.pen', { name, to: where }), io, words)
  },
})

export const jog = defineCommand({
  about: 'Move the carriage by DX to the right and by DY down, with the pen up. The plotter must not be drawing.',
  positionals: {
    dx: { type: 'string', describe: 'to the right: 10, 10mm, 0.5in; negative is left' },
    dy: { type: 'string', describe: 'down; negative is up' },
  },
  flags: WHICH,
  examples: [
    ['jog 10 0', '10 mm to the right'],
    ['jog -5 -2.5', 'to the left and up'],
  ],
  more: 'Ctrl-C or `plotd pause` stops the carriage on its way.',
  async run({ dx, dy, plotter }, io) {
    const move = { dx: millimetres(dx, 'DX', { verb: 'jog' }), dy: millimetres(dy, 'DY', { verb: 'jog' }) }
    const name = await plotterName(io.daemon, plotter)
    const request = () => io.daemon.call('plotter.jog', { name, ...move })
    return moveUntilInterrupt(io, name, request, (after) => {
      const place = after.position ? ` to ${after.position.x.toFixed(1)}, ${after.position.y.toFixed(1)} mm` : ''
      answerWith(after, io, `${name} moved${place}.`)
    })
  },
})

export const home = defineCommand({
  about: 'Lift the pen and move the carriage to home.',
  positionals: { plotter: NAME },
  flags: { here: { type: 'boolean', default: false, describe: 'set home here; nothing moves' } },
  examples: [
    ['home', ''],
    ['home --here', 'after the carriage was moved by hand'],
  ],
  more: 'Ctrl-C or `plotd pause` stops the carriage on its way.',
  async run({ plotter, here }, io) {
    const name = await plotterName(io.daemon, plotter)
    if (here) {
      const after = await io.daemon.call('plotter.setHome', { name })
      return answerWith(after, io, `The carriage of ${name} stands at home now.`)
    }
    const request = () => io.daemon.call('plotter.home', { name })
    return moveUntilInterrupt(io, name, request, (after) => void answerWith(after, io, `${name} is at home.`))
  },
})

export const motors = defineCommand({
  about: 'Switch the motors on, or off to move the carriage by hand. Off forgets the home position.',
  positionals: { to: { type: 'string', choices: ['on', 'off'], describe: 'on holds the carriage' } },
  flags: WHICH,
  examples: [['motors off', 'then move the carriage home by hand']],
  async run({ to, plotter }, io) {
    const name = await plotterName(io.daemon, plotter)
    const after = await io.daemon.call('plotter.motors', { name, on: to === 'on' })
    const lost = to === 'off' ? ' The home position is lost.' : ''
    return answerWith(after, io, `The motors of ${name} are ${to}.${lost}`)
  },
})

export const frame = defineCommand({
  about:
    'Move round the bounds of a job’s ink with the pen up, and return, to check the place of the ink on the sheet.',
  positionals: { id: { type: 'string', describe: 'a rendered job: id, end of an id, or last' } },
  flags: WHICH,
  examples: [
    ['frame last', 'before `plotd ready`'],
    ['frame 4XK9QZ -p axidraw', 'one of several plotters'],
  ],
  more: 'When plotd does not know the position of the carriage, the carriage must stand at home. Ctrl-C or `plotd pause` stops the carriage on its way.',
  async run({ id, plotter }, io) {
    const name = await plotterName(io.daemon, plotter)
    const job = await findJob(io.daemon, String(id))
    const request = () => io.daemon.call('plotter.frame', { name, job })
    return moveUntilInterrupt(io, name, request, (after) => {
      answerWith(after, io, `${name} moved round the ink with the pen up.`)
    })
  },
})

export const align = defineCommand({
  about: 'Raise the pen and switch the motors off, to insert the pen and to move the carriage home by hand.',
  positionals: { plotter: NAME },
  flags: {},
  examples: [['align', 'then `plotd home --here`']],
  async run({ plotter }, io) {
    const name = await plotterName(io.daemon, plotter)
    const after = await io.daemon.call('plotter.align', { name })
    io.answer(
      after,
      () => `${name}: the pen is up and the motors are off. Move the carriage home, then: plotd home ${name} --here`,
    )
    return 0
  },
})

export const plotters = defineCommand({
  about: 'List the plotters, in a farm also those of the other hosts, and what each is doing.',
  positionals: {},
  flags: {},
  examples: [['plotters', '']],
  more: 'To add a plotter: plotd serve --plotter axidraw=serial:/dev/ttyACM0, or `plotters` in the configuration.',
  async run(_args, io) {
    const all = await io.daemon.call('plotter.list', {})
    if (io.json) for (const plotter of all) io.line(plotter)
    else if (all.length === 0) io.print('No plotter is configured. `plotd ports` shows what is plugged in.')
    else io.print(...all.flatMap((plotter) => plotterLines(plotter, io)))
    return 0
  },
})

function plotterLines(plotter: WirePlotter, { paint, textWidth }: Io): string[] {
  const { state, url, profile, widthMm, heightMm, device, pace, position } = plotter
  const sentence = plotterSentence(plotter)
  let colored = sentence
  if (state.is === 'fault') colored = paint.bad(sentence)
  if (state.is === 'plotting') colored = paint.accent(sentence)
  const facts = [
    profile,
    size(widthMm, heightMm),
    ...(plotter.paper === undefined ? [] : [`paper ${plotter.paper}`]),
    url,
    ...(device ? [device.firmware, ...(device.volts === undefined ? [] : [`${trim(device.volts, 1)} V`])] : []),
    ...(pace ? [`${plural(pace.plots, 'plot')} took ${trim(pace.factor, 2)} × the profile’s time`] : []),
    ...(position ? [`at ${trim(position.x, 1)}, ${trim(position.y, 1)} mm`] : []),
  ]
  return [...hang(colored, textWidth), ...hang(`  ${facts.join('  ·  ')}`, textWidth).map((line) => paint.dim(line))]
}
