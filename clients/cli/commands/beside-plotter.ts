import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { findJob } from '../jobs/find-jobs.ts'
import { plotterName } from './plotter.ts'

const NAME = { type: 'string', describe: 'which plotter; not needed where there is one' } as const
const WHICH = { plotter: { ...NAME, alias: 'p', requiresArg: true } } as const

export const frame = defineCommand({
  about:
    'Walk round where a job’s ink will be, with the pen up, and come back, to see that it lies right on the sheet.',
  positionals: { id: { type: 'string', describe: 'a rendered job: id, end of an id, or last' } },
  flags: WHICH,
  examples: [
    ['frame last', 'before `plotd ready`'],
    ['frame 4XK9QZ -p axidraw', 'one of several plotters'],
  ],
  more: 'The carriage must stand at home, as for `plotd ready`.',
  async run({ id, plotter }, io) {
    const name = await plotterName(io.daemon, plotter)
    const job = await findJob(io.daemon, String(id))
    const after = await io.daemon.call('plotter.frame', { name, job })
    io.answer(after, () => `${name} walked round the ink, the pen up.`)
    return 0
  },
})

export const align = defineCommand({
  about: 'Pen up and motors free, to put the pen in and the carriage at home by hand.',
  positionals: { plotter: NAME },
  flags: {},
  examples: [['align', 'then `plotd home --here`']],
  async run({ plotter }, io) {
    const name = await plotterName(io.daemon, plotter)
    const after = await io.daemon.call('plotter.align', { name })
    io.answer(after, () => `${name}: the pen is up and the carriage free. Put it at home, then: plotd home --here`)
    return 0
  },
})

const percent = (describe: string) => ({ type: 'number', describe, requiresArg: true }) as const

export const adjust = defineCommand({
  about: 'Pen heights and speed for what is not drawn yet, in a pause too. What is left out is as planned.',
  positionals: { plotter: NAME },
  flags: {
    up: percent('height of the raised pen, percent'),
    down: percent('height of the pen while drawing, percent'),
    speed: percent('drawing speed, percent of the machine’s own'),
  },
  examples: [
    ['adjust --down 35', 'the line comes out too faint: lower'],
    ['adjust', 'as planned again'],
  ],
  more: 'Percent of the servo’s range, and higher is UP, as AxiDraw has it (saxi counts the other way).',
  async run({ plotter, up, down, speed }, io) {
    const name = await plotterName(io.daemon, plotter)
    const changes = {
      ...(up === undefined ? {} : { penUpPercent: given('up', up) }),
      ...(down === undefined ? {} : { penDownPercent: given('down', down) }),
      ...(speed === undefined ? {} : { speedPercent: given('speed', speed) }),
    }
    const after = await io.daemon.call('plotter.adjust', { name, ...changes })
    const words = Object.keys(changes).length === 0 ? 'as planned again' : 'so from here on'
    io.answer(after, () => `${name} draws ${words}.`)
    return 0
  },
})

function given(flag: string, value: unknown): number {
  const number = Number(value)
  if (Number.isFinite(number)) return number
  throw new PlotdError('ERR_PARAMS', `--${flag}: expected percent, got ${String(value)}`)
}
