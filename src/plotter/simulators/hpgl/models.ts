/** The properties of a plotter, from its manual. Lengths are in plotter units of 0.025 mm. */
export interface HpglModel {
  readonly name: string
  readonly bufferBytes: number
  readonly pens: number
  /** Hard-clip limits: the reach of the pen. */
  readonly width: number
  readonly height: number
  /** Default scaling points. */
  readonly p1: readonly [x: number, y: number]
  readonly p2: readonly [x: number, y: number]
  /** Highest speed with the pen down (`speed`) and up (`slew`), mm/s, and the acceleration, mm/s². */
  readonly speed: number
  readonly slew: number
  readonly acceleration: number
  /** How `VS` with a number differs on this model. Other models take up to 127 cm/s and keep their acceleration. */
  readonly selecting?: {
    /** Speeds are multiples of this, mm/s. */
    readonly step: number
    /** `VS` with this number or a greater one is an error, cm/s. */
    readonly limit: number
    /** Acceleration with the pen down until `VS;`, mm/s². */
    readonly acceleration: number
  }
}

/**
 * Models by name. Hard-clip limits, P1/P2 and speeds are from the Interfacing and Programming Manuals of the 7470A,
 * 7475A and 7550A.
 */
export const HPGL_MODELS: Readonly<Record<string, HpglModel>> = {
  '7470A': {
    name: '7470A',
    bufferBytes: 255,
    pens: 2,
    width: 10_300,
    height: 7_650,
    p1: [250, 279],
    p2: [10_250, 7_479],
    speed: 381,
    slew: 381,
    acceleration: 19_600,
    selecting: { step: 3.8, limit: 97, acceleration: 4_900 },
  },
  '7475A': {
    name: '7475A',
    bufferBytes: 1024,
    pens: 6,
    width: 16_158,
    height: 11_040,
    p1: [170, 602],
    p2: [15_370, 10_602],
    speed: 381,
    slew: 508,
    acceleration: 19_600,
  },
  '7550A': {
    name: '7550A',
    bufferBytes: 12_752,
    pens: 8,
    width: 16_158,
    height: 11_040,
    p1: [380, 430],
    p2: [15_580, 10_430],
    speed: 800,
    slew: 800,
    acceleration: 58_800,
  },
}
