import { PlotdError } from '../../../src/errors.ts'
import { DEFAULT_PROFILE } from '../../../src/index.ts'
import { defineCommand } from '../args/command.ts'
import { changeBy, penTimes } from '../calibrate/change.ts'
import { PLOT_OPTIONS, SHEETS, type Sheet } from '../calibrate/sheets.ts'
import { writeFileOrExplain } from '../io/files.ts'
import { reader } from '../setup/apply.ts'
import { entryNamed, withPlotter } from '../setup/config-text.ts'
import { thisHost } from '../setup/host.ts'
import { configFile } from '../setup/steps.ts'
import { plotterName } from './plotter.ts'

/** Names of the numbers that the user enters, for sheets that ask for several. */
const PLACEHOLDERS: Partial<Record<Sheet, string>> = { square: 'TOP LEFT FALLING RISING', pen: 'CLEAR TOUCH' }

export const calibrate = defineCommand({
  about:
    'Queue a sheet that shows how accurately a plotter draws. Then enter the numbers that you read or measured. The ' +
    'numbers of four sheets change the profile in the configuration: heights, pen, speed and square.',
  positionals: {
    sheet: {
      type: 'string',
      choices: Object.keys(SHEETS),
      describe:
        'heights, pen (when it leaves and touches paper), speed, lines (width and gaps), square (size and angle), backlash',
    },
  },
  flags: {
    plotter: { alias: 'p', type: 'string', describe: 'name of the plotter', requiresArg: true },
    measured: {
      type: 'number',
      array: true,
      describe: 'the numbers that you read; for square: top side, left side, falling and rising diagonal in mm',
      requiresArg: true,
    },
    print: { type: 'boolean', default: false, describe: 'print the SVG of the sheet and queue nothing' },
  },
  examples: [
    ['calibrate square', 'then `plotd ready`, and measure'],
    ['calibrate square --measured 80.4 79.8 113.5 113.1', 'four numbers, in mm'],
    ['calibrate heights --measured 35', 'the pen draws at 35 percent'],
    [
      'calibrate pen --measured 48 72',
      'the rising pen leaves the paper after 48 ms, and the falling pen touches the paper after 72 ms',
    ],
  ],
  more: 'The new values apply from the next start of the daemon: restart its service, or `plotd serve`.',
  async run({ sheet, plotter, measured, print }, io) {
    const sheetName = String(sheet) as Sheet
    const read = reader(undefined)
    const file = configFile(thisHost(''), read)
    const text = read(file)
    const name = print ? plotter : await plotterName(io.daemon, plotter)
    const entry = name === undefined ? undefined : entryNamed(text, name)
    const svg = SHEETS[sheetName].draw(penTimes(entry?.profile ?? DEFAULT_PROFILE))
    if (print || name === undefined) {
      io.print(svg.trimEnd())
      return 0
    }
    if (measured === undefined) {
      const job = await io.daemon.call('job.submit', {
        task: 'svg',
        title: `Calibration: ${sheetName}`,
        params: { svg, name: `calibration-${sheetName}` },
        plot: { plotter: name, copies: 1, options: PLOT_OPTIONS[sheetName] ?? {} },
      })
      io.answer(job, () => [
        `The sheet is queued. Put a sheet of at least A6 down and run \`plotd ready ${name}\`.`,
        `Then read ${SHEETS[sheetName].asks}, and type:`,
        `  plotd calibrate ${sheetName} --measured ${PLACEHOLDERS[sheetName] ?? 'NUMBER'}`,
      ])
      return 0
    }
    if (entry === undefined)
      throw new PlotdError('ERR_CONFIG', `${file} has no plotter ${name}`, { remedy: '`plotd setup` adds a plotter.' })
    const { profile, message } = changeBy(sheetName, measured, entry.profile)
    if (profile !== undefined) {
      const { checkPlotter } = await import('../../../src/daemon/config/schema.ts')
      const after = withPlotter(text, checkPlotter({ ...entry, profile }), {}, file)
      await writeFileOrExplain(file, after)
    }
    io.answer({ sheet: sheetName, profile: profile ?? entry.profile, says: message, file }, () => [
      message,
      ...(profile === undefined ? [] : [`Written to ${file}. The new values apply from the next start of the daemon.`]),
    ])
    return 0
  },
})
