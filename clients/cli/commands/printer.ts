import type { Config } from '../../../src/daemon/config/config.ts'
import { defineCommand } from '../args/command.ts'
import { CONFIG, configSources } from '../flags/config-flags.ts'
import type { Io } from '../io/io.ts'

export const printer = defineCommand({
  about:
    'Show whether plotd is a printer, what its printers are doing, and the lines that add one to CUPS. Printing adds ' +
    'jobs to the queue. Each sheet needs a grant (`plotd ready`), except on a plotter with `gate: off`.',
  positionals: {},
  flags: CONFIG,
  examples: [
    ['printer', 'is the printer on, and how do I add it to CUPS?'],
    ['printer --json', 'the same answer, as JSON for a program'],
  ],
  more: 'Switch the printer on with `plotd serve --printer`, or `printer.enabled: true` in the configuration: docs/printer.md.',
  async run(args, io) {
    const { loadConfig } = await import('../../../src/daemon/config/config.ts')
    const { config, origins } = loadConfig(configSources(args))
    const { printerUrl, requiresPassword } = await import('../../printer/index.ts')
    const url = printerUrl(config)
    const any = await ask(config, url, ANY)
    const names = (any.isOurs && (await namesOfDaemon(io))) || config.plotters.map(({ name }) => name)
    const others = await Promise.all(names.map((name) => ask(config, url, name)))
    const answers = names.length === 1 ? [...others, any] : [any, ...others]
    const isForeign = answers.some(({ isOurs }) => isOurs === false)
    const printers = answers.map(({ isOurs, ...printer }) => (isOurs === false ? { name: printer.name } : printer))
    const isOn = printers.some(({ state }) => state !== undefined)
    const isEnabled = config.printer.enabled
    const needsPassword = requiresPassword(config)
    const hasPort = config.printer.port > 0
    io.answer(
      { enabled: isEnabled, from: origins['printer.enabled'], on: isOn, url, password: needsPassword, printers },
      () => [
        ...headline(io, { enabled: isEnabled, isOn, isForeign, hasPort, url }),
        ...(isOn ? printers.map((printer) => line(io, printer)) : []),
        ...(isOn || (isEnabled && hasPort && !isForeign) ? cupsLines(url, answers[0]?.name ?? ANY, needsPassword) : []),
      ],
    )
    return isEnabled && !isOn ? 1 : 0
  },
})

/**
 * The state of a printer, and whether it belongs to the daemon of this configuration. Finds no state when no printer
 * answers, or when the configuration names no port.
 */
async function ask({ state, printer }: Config, url: string, name: string): Promise<PrinterAnswer> {
  const { probe, isOfState } = await import('../../printer/index.ts')
  const status = printer.port > 0 ? await probe(`${url}/${name}`) : undefined
  if (!status) return { name }
  const { uuid, ...shown } = status
  return { name, ...shown, isOurs: await isOfState(state, name, uuid) }
}

const ANY = 'any'

/** The plotters of the daemon, which flags of `plotd serve` may name; undefined when the daemon does not answer. */
const namesOfDaemon = (io: Io): Promise<string[] | undefined> =>
  io.daemon.call('plotter.list', {}).then(
    (plotters) => plotters.map(({ name }) => name),
    () => undefined,
  )

interface Status {
  readonly enabled: boolean
  readonly isOn: boolean
  readonly isForeign: boolean
  readonly hasPort: boolean
  readonly url: string
}

function headline(io: Io, { enabled: isEnabled, isOn, isForeign, hasPort, url }: Status): string[] {
  const { bold, accent } = io.paint
  if (isOn) return [`${bold('plotd is a printer')} at ${accent(url)}`]
  if (!isEnabled) {
    return [
      'plotd is not a printer: set `printer.enabled: true` in the configuration, or start `plotd serve --printer`.',
    ]
  }
  if (!hasPort) {
    return ['The printer takes any free port, which the log of the daemon names. `printer.port` sets one for CUPS.']
  }
  const why = isForeign
    ? `a plotd with another state folder answers at ${url}: set another \`printer.port\`.`
    : `nothing answers at ${url}: start the daemon, or look at its log.`
  return [`The printer is on in the configuration, but ${why}`]
}

interface PrinterView {
  readonly name: string
  readonly state?: string
  readonly reasons?: readonly string[]
  readonly message?: string
}

interface PrinterAnswer extends PrinterView {
  /** Whether the printer belongs to the daemon of this configuration; undefined when this is not known. */
  readonly isOurs?: boolean | undefined
}

function line(io: Io, { name, state = 'unknown', reasons = [], message = '' }: PrinterView): string {
  const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : ''
  return `  ${name.padEnd(14)} ${state}${why}${message === '' ? '' : io.paint.dim(`  ${message}`)}`
}

function cupsLines(url: string, name: string, needsPassword: boolean): string[] {
  // CUPS reads the attributes without a password. For other requests, CUPS takes the password from `address`.
  const address = needsPassword ? url.replace('://', '://print:TOKEN@') : url.replace('127.0.0.1', 'localhost')
  return [
    '',
    'Add the printer to CUPS, and print:',
    `  sudo lpadmin -p plotd -E -m everywhere -v '${address}/${name}?waitjob=false'`,
    '  lp -d plotd letter.pdf',
    ...(needsPassword ? ['TOKEN is a token of the role submit or own: `plotd token new print --role own`.'] : []),
    'Other systems: docs/printer.md.',
  ]
}
