import type { InferredOptionTypes } from 'yargs'
import { PlotdError } from '../../../src/errors.ts'
import type { Flags, Shared } from '../args/command.ts'

/** Flags for the usual keys of the configuration. */
export const CONFIG = {
  config: { type: 'string', describe: 'configuration file', requiresArg: true },
  plotter: {
    type: 'string',
    array: true,
    describe: 'a plotter: NAME=URL[,profile=NAME][,gate=off]; repeat for more',
    requiresArg: true,
  },
  output: { alias: 'o', type: 'string', describe: 'folder for the SVGs', requiresArg: true },
  port: { type: 'number', describe: 'port to listen on; 0 takes any', requiresArg: true },
  host: { type: 'string', describe: 'address to listen on; default: only this machine', requiresArg: true },
  printer: { type: 'boolean', describe: 'be a printer, too: docs/printer.md' },
  tasks: { type: 'string', describe: 'folder of custom tasks', requiresArg: true },
  fonts: { type: 'string', describe: 'folder of your own fonts (.otf, .ttf, .svg, .jhf)', requiresArg: true },
  workers: {
    type: 'number',
    describe: 'jobs rendered at a time; default: one per core, at most 4',
    requiresArg: true,
  },
  'log-level': {
    type: 'string',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    describe: 'least level of log lines on stderr',
  },
} as const satisfies Flags

type ConfigArgs = InferredOptionTypes<typeof CONFIG> & Pick<Shared, 'state'>

/** The flags by their dotted keys, for the loader of the configuration. */
export function configSources(args: ConfigArgs) {
  const { config, plotter, output, port, host, printer, tasks, fonts, workers, state } = args
  const flags = {
    output,
    port,
    host,
    tasks,
    fonts,
    state,
    logLevel: args['log-level'],
    'render.workers': workers,
    'printer.enabled': printer,
    plotters: plotter?.map(parsePlotter),
  }
  return { flags, file: config }
}

/** Profiles of simulated plotters, for a `--plotter` without a profile. */
const SIMULATED: Readonly<Record<string, string>> = {
  'sim:grbl': 'grbl-servo',
  'sim:marlin': 'marlin-servo',
  'sim:hpgl': 'hp-7475a',
}

/**
 * Parses a value of `--plotter`, such as 'axidraw=serial:/dev/ttyACM0,profile=axidraw-v3-a3,gate=off'.
 *
 * @throws PlotdError ERR_PARAMS
 */
export function parsePlotter(word: string): Record<string, string> {
  const [, name, rest = ''] = /^([^=,]+)=(.+)$/.exec(word) ?? []
  const [url = '', ...options] = rest.split(',')
  if (name === undefined || url === '') {
    throw new PlotdError('ERR_PARAMS', `--plotter ${word}: expected NAME=URL, say axidraw=serial:/dev/ttyACM0`)
  }
  const pairs = options.map((option) => /^(profile|gate)=(.+)$/.exec(option)?.slice(1) ?? refuseOption(word, option))
  const profile = SIMULATED[url.split('?')[0] ?? ''] ?? 'axidraw-v3'
  return { name, url, profile, ...Object.fromEntries(pairs) }
}

function refuseOption(word: string, option: string): never {
  throw new PlotdError('ERR_PARAMS', `--plotter ${word}: ${option} is unknown; expected profile=NAME or gate=off`)
}
