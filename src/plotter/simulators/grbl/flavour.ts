/** The properties of a firmware that speaks grbl's protocol. */
export interface Flavour {
  readonly greeting: string
  /** Lines before the greeting at power-up. */
  readonly boot: string
  /** The answer to `$I`. */
  readonly info: string
  /** Number of blocks that the planner looks ahead. */
  readonly blocks: number
  /** Usable bytes of the receive buffer. */
  readonly rxBytes: number
  /** Time to parse and plan a move during motion, ms. */
  readonly lineMs: number
  /** Each dwell lasts a multiple of this time, ms. */
  readonly dwellMs: number
  /** Whether the board waits `$1` ms at the end of each motion before it reads the next line. */
  readonly waitsAtRest: boolean
  /** Whether CR LF is one end of a line, not two. */
  readonly endsWithCrLf: boolean
  /** Whether `$$` lists a setting. */
  readonly listsSetting: (setting: number) => boolean
  /** Settings with names, each with the number under which the simulator stores it. */
  readonly named: Readonly<Record<string, number>>
  /** Sections of the configuration that show an axis, each with the number of the axis. */
  readonly axes: Readonly<Record<string, number>>
  /** Whether the board sends a `[MSG:…]` text before each error, and with each change of the spindle. */
  readonly sendsTexts: boolean
}

export type FlavourName = 'grbl' | 'fluidnc' | 'grblhal'

const listsAll = (): boolean => true

/** The settings below 100 that `$$` of FluidNC lists. The others are in a file. */
const FLUIDNC_LISTS = new Set([10, 13, 20, 21, 22, 23, 30, 32])

const grbl: Flavour = {
  greeting: "\r\nGrbl 1.1h ['$' for help]\r\n",
  boot: '',
  info: '[VER:1.1h.20190830:]\r\n[OPT:V,15,128]\r\n',
  blocks: 15,
  rxBytes: 127,
  lineMs: 3.2, // an ATmega328 reads 311 lines a second
  dwellMs: 50,
  waitsAtRest: true,
  endsWithCrLf: false,
  listsSetting: listsAll,
  named: {},
  axes: {},
  sendsTexts: false,
}

/** Time in which a 32-bit board reads a line, ms: less than the line takes on the wire. */
const READ_MS = 0.2

/** Facts from the sources of FluidNC 4.0 and grblHAL 20260817. */
export const FLAVOURS: Readonly<Record<FlavourName, Flavour>> = {
  grbl,
  fluidnc: {
    greeting: "\r\nGrbl 4.0 [FluidNC v4.0.4 (esp32-wifi) '$' for help]\r\n",
    boot: '[MSG:INFO: FluidNC v4.0.4]\r\n[MSG:INFO: Board None]\r\n[MSG:INFO: Machine plotter]\r\n',
    info: '[VER:4.0 FluidNC v4.0.4 (esp32-wifi) :]\r\n[OPT:PHS]\r\n[MSG:Machine: plotter]\r\n',
    blocks: 15,
    rxBytes: 255,
    lineMs: READ_MS,
    dwellMs: 1,
    waitsAtRest: false,
    endsWithCrLf: true,
    listsSetting: (setting) => FLUIDNC_LISTS.has(setting) || setting >= 100,
    axes: { 'axes/x': 0, 'axes/y': 1, 'axes/z': 2 },
    named: { planner_blocks: 398, junction_deviation_mm: 11, 'stepping/idle_ms': 1 },
    sendsTexts: true,
  },
  grblhal: {
    ...grbl,
    greeting: "\r\nGrblHAL 1.1f ['$' or '$HELP' for help]\r\n",
    info: [
      '[VER:1.1f.20260817:]',
      '[OPT:VNMSL,100,1023,3,0]',
      '[AXS:3:XYZ]',
      '[NEWOPT:ENUMS,RT-,SED]',
      '[FIRMWARE:grblHAL]',
      '[DRIVER:Simulator]',
      '',
    ].join('\r\n'),
    blocks: 100,
    rxBytes: 1023,
    lineMs: READ_MS,
    waitsAtRest: false,
    endsWithCrLf: true,
  },
}

/** FluidNC's text of an error, which comes before `error:N`. */
export const errorText = (number: number): string => `[MSG:ERR: ${ERRORS[number] ?? `Error ${number}`}]\r\n`

const ERRORS: Readonly<Record<number, string>> = {
  2: 'Bad GCode number format',
  3: 'Invalid $ statement',
  8: 'Command requires idle state',
  9: 'GCode cannot be executed in lock or alarm state',
  20: 'Unsupported GCode command',
}
