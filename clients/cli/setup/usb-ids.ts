import type { Identity, PortInfo } from '../../../src/index.ts'

/** What a USB serial chip may be part of. */
interface Candidate {
  readonly ids: RegExp
  readonly says: string
  /** The dialect to try first. */
  readonly dialect: Identity['dialect']
  /** A name for the plotter. */
  readonly name: string
}

/** USB ids of boards and adapters in plotters. Source: the vendors' udev rules. */
const CANDIDATES: readonly Candidate[] = [
  { ids: /^04d8:fd92$/, says: 'EiBotBoard: AxiDraw, EggBot', dialect: 'ebb', name: 'axidraw' },
  { ids: /^2341:|^2a03:/, says: 'Arduino: GRBL, perhaps', dialect: 'grbl', name: 'grbl' },
  { ids: /^1a86:/, says: 'CH340: GRBL, perhaps', dialect: 'grbl', name: 'grbl' },
  { ids: /^10c4:/, says: 'CP210x: GRBL, perhaps', dialect: 'grbl', name: 'grbl' },
  { ids: /^303a:/, says: 'ESP32: FluidNC or GRBL, perhaps', dialect: 'grbl', name: 'grbl' },
  { ids: /^0403:|^067b:/, says: 'USB to serial: HPGL, perhaps', dialect: 'hpgl', name: 'hpgl' },
]

/** 'vendor:product'; '' for a port that is not on USB. */
export const usbIds = ({ vendorId, productId }: PortInfo): string => (vendorId ? `${vendorId}:${productId ?? ''}` : '')

/** What the port may lead to; undefined for unknown ids. */
export const candidateAt = (port: PortInfo): Candidate | undefined =>
  CANDIDATES.find(({ ids }) => ids.test(usbIds(port)))
