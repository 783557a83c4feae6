import type { Identity, PortInfo } from '../../../src/index.ts'

/** A board or adapter that some USB ids suggest. */
interface Candidate {
  readonly ids: RegExp
  readonly description: string
  /** The dialect to try first. */
  readonly dialect: Identity['dialect']
  /** The name that `plotd ports` suggests for the plotter. */
  readonly name: string
}

/** USB ids of boards and adapters in plotters. Source: the vendors' udev rules. */
const CANDIDATES: readonly Candidate[] = [
  { ids: /^04d8:fd92$/, description: 'EiBotBoard: AxiDraw, EggBot', dialect: 'ebb', name: 'axidraw' },
  { ids: /^2341:|^2a03:/, description: 'Arduino: GRBL, perhaps', dialect: 'grbl', name: 'grbl' },
  { ids: /^1a86:/, description: 'CH340: GRBL, perhaps', dialect: 'grbl', name: 'grbl' },
  { ids: /^10c4:/, description: 'CP210x: GRBL, perhaps', dialect: 'grbl', name: 'grbl' },
  { ids: /^303a:/, description: 'ESP32: FluidNC or GRBL, perhaps', dialect: 'grbl', name: 'grbl' },
  { ids: /^0403:|^067b:/, description: 'USB to serial: HP-GL, perhaps', dialect: 'hpgl', name: 'hpgl' },
]

/** 'vendor:product'; '' for a port that is not on USB. */
export const usbIds = ({ vendorId, productId }: PortInfo): string => (vendorId ? `${vendorId}:${productId ?? ''}` : '')

/** The board or adapter that the port's USB ids suggest; undefined for unknown ids. */
export const candidateAt = (port: PortInfo): Candidate | undefined =>
  CANDIDATES.find(({ ids }) => ids.test(usbIds(port)))
