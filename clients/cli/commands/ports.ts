import { PlotdError } from '../../../src/errors.ts'
import type { PortInfo } from '../../../src/index.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io/io.ts'
import { figureTable } from '../setup/figures.ts'
import { candidateAt, usbIds } from '../setup/usb-ids.ts'
import { columns } from '../ui/columns.ts'
import { hang } from '../ui/text.ts'

export const ports = defineCommand({
  about:
    'List the serial ports of this machine, and what may be on them, without opening a port. With --ask or --port: ask each ' +
    'board what it is, and show the profile that fits its answers. No motor and no pen moves.',
  positionals: {},
  flags: {
    all: { type: 'boolean', alias: 'a', default: false, describe: 'also list built-in ports' },
    ask: {
      type: 'boolean',
      default: false,
      describe: 'ask the board at each USB port; an Arduino restarts when it is asked',
    },
    port: {
      type: 'string',
      describe: 'ask the board at this port, such as /dev/ttyUSB0 or tcp://host:23',
      requiresArg: true,
    },
  },
  examples: [
    ['ports', ''],
    ['ports --ask', 'the boards and their answers'],
  ],
  more:
    '`plotd setup` writes the suggested profile. To try a port without setup: ' +
    'plotd serve --plotter axidraw=serial:/dev/ttyACM0',
  async run({ all, ask, port }, io) {
    if (ask || port !== undefined) return await askBoards(port, io)
    const { listPorts } = await import('../../../src/index.ts')
    const ports = (await listPorts()).filter((port) => all || port.vendorId !== undefined)
    if (io.json) for (const port of ports) io.line({ ...port, maybe: candidateAt(port)?.description })
    else if (ports.length === 0) io.print(...noPortLines(all).flatMap((line) => hang(line, io.textWidth)))
    else io.print(...table(ports, io))
    return 0
  },
})

/**
 * Shows each board with the profile that fits its answers. Without `port`, skips the ports that a running daemon holds.
 *
 * @throws PlotdError ERR_PLOTTER_STATE when a running daemon holds `port`, ERR_TRANSPORT when no board answers
 */
async function askBoards(port: string | undefined, io: Io): Promise<number> {
  const { DEFAULT_PROFILE, profileNamed, proposeProfile, suggestion } = await import('../../../src/index.ts')
  const { findBoards, pathIn, plotterAt } = await import('../setup/find.ts')
  const { answering } = await import('../setup/service.ts')
  const plotters = (await answering(io.daemon))?.plotters ?? []
  if (port !== undefined && (await plotterAt(port, plotters)))
    throw new PlotdError('ERR_PLOTTER_STATE', `${port}: the running daemon holds this port`, {
      remedy: '`plotd plotters` shows its plotter.',
    })
  for (const { path, identity } of await findBoards(port, new Set(plotters.map(({ url }) => pathIn(url))))) {
    const { choices, notes } = suggestion(identity)
    const base = profileNamed(choices[0] ?? DEFAULT_PROFILE)
    const { overrides, figures } = proposeProfile(identity, base)
    if (io.json)
      io.line({
        path,
        dialect: identity.dialect,
        model: identity.model,
        profile: { base: base.name, ...overrides },
        figures,
      })
    else
      io.print(
        `${io.paint.bold(path)}  ${identity.model}`,
        ...notes,
        '',
        `Suggested profile: ${base.name}`,
        ...figureTable(figures, io),
      )
  }
  return 0
}

const noPortLines = (all: boolean): string[] => [
  all
    ? 'This machine has no serial port.'
    : 'No USB serial port. Is the plotter plugged in and switched on? --all shows built-in ports.',
  'Without a plotter: plotd serve --plotter sim=sim:ebb',
]

const table = (ports: readonly PortInfo[], { paint, width }: Io): string[] => [
  ...columns(
    ports,
    [
      { title: 'PORT', text: ({ path }) => path, paint: (text) => paint.bold(text) },
      { title: 'MAY BE', text: (port) => candidateAt(port)?.description ?? port.manufacturer ?? '', shrinkTo: 12 },
      { title: 'USB', text: usbIds, expendable: 1 },
      { title: 'SERIAL NUMBER', text: ({ serialNumber }) => serialNumber ?? '', shrinkTo: 8, expendable: 2 },
    ],
    width,
  ),
  ...ports
    .filter((port) => candidateAt(port) !== undefined)
    .slice(0, 1)
    .map((port) => `\n${paint.dim('Use it:')} plotd serve --plotter ${candidateAt(port)?.name}=serial:${port.path}`),
]
