import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import type { Daemon } from '../daemon.ts'
import type { Io } from '../io.ts'
import { plotterSays } from '../ui/sentences.ts'

const NAME = { type: 'string', describe: 'which plotter; not needed where there is one' } as const
const WHICH = { plotter: { ...NAME, alias: 'p', requiresArg: true } } as const

/**
 * The plotter that was named, or the only one.
 *
 * @throws PlotdError ERR_PARAMS when there are several, ERR_PLOTTER_UNKNOWN when there is none
 */
export async function plotterName(daemon: Daemon, name: string | undefined): Promise<string> {
  if (name !== undefined) return name
  const all = await daemon.call('plotter.list', {})
  const [only, another] = all
  if (only && !another) return only.name
  if (only) {
    const names = all.map((one) => one.name).join(', ')
    throw new PlotdError('ERR_PARAMS', `Which plotter? There are ${names}`, { remedy: `Name it, say ${only.name}.` })
  }
  throw new PlotdError('ERR_PLOTTER_UNKNOWN', 'No plotter is configured', {
    remedy:
      '`plotd ports` finds one; then `plotd serve --plotter NAME=serial:PORT`, or NAME=sim:ebb for one of software.',
  })
}

function say(plotter: WirePlotter, io: Io, words?: string): number {
  io.answer(plotter, () => words ?? plotterSays(plotter))
  return 0
}

export const ready = defineCommand({
  about:
    'Say that a fresh sheet is down and the carriage stands at home. This grants one sheet to the job at the head of ' +
    'the queue, and names that job.',
  positionals: { plotter: NAME },
  flags: {
    sheets: {
      type: 'number',
      describe: 'grant the next N sheets, whichever jobs take them',
      requiresArg: true,
    },
    'new-sheet': {
      type: 'boolean',
      default: false,
      describe: 'the sheet of the interrupted job was taken off; that job stays interrupted',
    },
  },
  examples: [
    ['ready', 'the only plotter, for the job at the head of the queue'],
    ['ready axidraw --sheets 5', 'five sheets, for a machine that feeds them'],
    ['ready --new-sheet', 'the interrupted sheet is off, a fresh one is down'],
  ],
  more: 'No plotter moves without a grant: not after a start, not after a fault, not for the next sheet. A grant ends with its sheet, with its job, with a fault or a lost link, after a time (`grant` in the configuration, 30 minutes), and by `plotd unready`.',
  async run({ plotter, sheets, 'new-sheet': newSheet }, io) {
    const name = await plotterName(io.daemon, plotter)
    const wish = { ...(sheets === undefined ? {} : { sheets }), ...(newSheet ? { newSheet: true as const } : {}) }
    return say(await io.daemon.call('plotter.ready', { name, ...wish }), io)
  },
})

export const unready = defineCommand({
  about: 'Take the grant back: no sheet begins before the next `plotd ready`. A sheet that is being drawn goes on.',
  positionals: { plotter: NAME },
  flags: {},
  examples: [['unready', 'the only plotter']],
  more: '`plotd pause` stops the sheet that is being drawn.',
  async run({ plotter }, io) {
    const name = await plotterName(io.daemon, plotter)
    return say(await io.daemon.call('plotter.unready', { name }), io)
  },
})

export const clear = defineCommand({
  about: 'Say that the cause of a fault is mended.',
  positionals: { plotter: NAME },
  flags: {},
  examples: [['clear axidraw', '']],
  async run({ plotter }, io) {
    return say(await io.daemon.call('plotter.clear', { name: await plotterName(io.daemon, plotter) }), io)
  },
})

export const pen = defineCommand({
  about: 'Raise or lower the pen, or do whichever it is not: to put one in or to set its height.',
  positionals: { to: { type: 'string', choices: ['up', 'down', 'toggle'], describe: 'where to' } },
  flags: WHICH,
  examples: [
    ['pen up', ''],
    ['pen toggle', 'again and again, while the height is set'],
    ['pen down -p axidraw', 'one of several plotters'],
  ],
  more: 'Pen heights in profiles are percent, and higher is UP, as AxiDraw has it (saxi counts the other way).',
  async run({ to, plotter }, io) {
    const where = to === 'down' || to === 'toggle' ? to : 'up'
    const name = await plotterName(io.daemon, plotter)
    const words = where === 'toggle' ? `The pen of ${name} went the other way.` : `The pen of ${name} is ${where}.`
    return say(await io.daemon.call('plotter.pen', { name, to: where }), io, words)
  },
})

export const jog = defineCommand({
  about: 'Move the carriage with the pen up, so many mm to the right and down. The plotter must not be drawing.',
  positionals: {
    dx: { type: 'string', describe: 'mm to the right; negative to the left' },
    dy: { type: 'string', describe: 'mm down; negative up' },
  },
  flags: WHICH,
  examples: [
    ['jog 10 0', '10 mm to the right'],
    ['jog -5 -2.5', 'to the left and up'],
  ],
  async run({ dx, dy, plotter }, io) {
    const move = { dx: millimetres(dx, 'dx'), dy: millimetres(dy, 'dy') }
    const name = await plotterName(io.daemon, plotter)
    const after = await io.daemon.call('plotter.jog', { name, ...move })
    const at = after.position ? ` to ${after.position.x.toFixed(1)}, ${after.position.y.toFixed(1)} mm` : ''
    return say(after, io, `${name} moved${at}.`)
  },
})

function millimetres(value: unknown, name: string): number {
  const mm = Number(String(value).replace(/mm$/, '') || Number.NaN)
  if (Number.isFinite(mm)) return mm
  throw new PlotdError('ERR_PARAMS', `${name}: expected mm, got '${String(value)}'`, { verb: 'jog' })
}

export const home = defineCommand({
  about: 'Lift the pen and take the carriage back to where it was last told it is home.',
  positionals: { plotter: NAME },
  flags: { here: { type: 'boolean', default: false, describe: 'do not move: here is home now' } },
  examples: [
    ['home', ''],
    ['home --here', 'after the carriage was moved by hand'],
  ],
  async run({ plotter, here }, io) {
    const name = await plotterName(io.daemon, plotter)
    const after = await io.daemon.call(here ? 'plotter.setHome' : 'plotter.home', { name })
    return say(after, io, here ? `Here is home for ${name}.` : `${name} is at home.`)
  },
})

export const motors = defineCommand({
  about: 'Hold the carriage with the motors, or let it be moved by hand. Off forgets where home is.',
  positionals: { to: { type: 'string', choices: ['on', 'off'], describe: 'hold, or let go' } },
  flags: WHICH,
  examples: [['motors off', 'then move the carriage home by hand']],
  async run({ to, plotter }, io) {
    const name = await plotterName(io.daemon, plotter)
    const after = await io.daemon.call('plotter.motors', { name, on: to === 'on' })
    return say(after, io, to === 'on' ? `${name} holds its carriage.` : `${name} lets its carriage go; home is lost.`)
  },
})
