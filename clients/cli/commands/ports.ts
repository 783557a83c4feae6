import type { PortInfo } from '../../../src/index.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io/io.ts'
import { columns } from '../ui/columns.ts'
import { hang } from '../ui/text.ts'

/** USB ids of boards and adapters in plotters, and the dialect to try. Source: the vendors' udev rules. */
const KNOWN: readonly (readonly [ids: RegExp, says: string, name: string])[] = [
  [/^04d8:fd92$/, 'EiBotBoard: AxiDraw, EggBot', 'axidraw'],
  [/^2341:|^2a03:/, 'Arduino: GRBL, perhaps', 'grbl'],
  [/^1a86:(7523|5523|55d4)$/, 'CH340: GRBL, perhaps', 'grbl'],
  [/^10c4:ea60$/, 'CP210x: GRBL, perhaps', 'grbl'],
  [/^303a:/, 'ESP32: FluidNC or GRBL, perhaps', 'grbl'],
  [/^0403:|^067b:/, 'USB to serial: HPGL, perhaps', 'hpgl'],
]

const idsOf = ({ vendorId, productId }: PortInfo): string =>
  vendorId ? `${vendorId}:${productId ?? ''}`.toLowerCase() : ''
const known = (port: PortInfo) => KNOWN.find(([ids]) => ids.test(idsOf(port)))

export const ports = defineCommand({
  about: 'List the serial ports of this machine, and what may be on them. Opens and moves nothing.',
  positionals: {},
  flags: { all: { type: 'boolean', alias: 'a', default: false, describe: 'also list built-in ports' } },
  examples: [['ports', '']],
  more: 'Then: plotd serve --plotter axidraw=serial:/dev/ttyACM0',
  async run({ all }, io) {
    const { listPorts } = await import('../../../src/index.ts')
    const ports = (await listPorts()).filter((port) => all || port.vendorId !== undefined)
    if (io.json) for (const port of ports) io.line({ ...port, maybe: known(port)?.[1] })
    else io.print(...(ports.length === 0 ? nothing(all).flatMap((line) => hang(line, io.textWidth)) : table(ports, io)))
    return 0
  },
})

const nothing = (all: boolean): string[] => [
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
      { title: 'MAY BE', text: (port) => known(port)?.[1] ?? port.manufacturer ?? '', shrinkTo: 12 },
      { title: 'USB', text: idsOf, expendable: 1 },
      { title: 'SERIAL NUMBER', text: ({ serialNumber }) => serialNumber ?? '', shrinkTo: 8, expendable: 2 },
    ],
    width,
  ),
  ...ports
    .filter(known)
    .slice(0, 1)
    .map((port) => `\n${paint.dim('Use it:')} plotd serve --plotter ${known(port)?.[2]}=serial:${port.path}`),
]
