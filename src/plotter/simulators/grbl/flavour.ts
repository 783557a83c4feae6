/** A firmware that speaks grbl's protocol. */
export interface Flavour {
  readonly greeting: string
  /** Lines before the greeting at power-up. */
  readonly boot: string
  /** The answer to `$I`. */
  readonly info: string
  /** Blocks of look-ahead. */
  readonly blocks: number
  /** Bytes of the receive buffer that can be used. */
  readonly rxBytes: number
  /** Time to parse and plan a move during motion, ms. */
  readonly lineMs: number
  /** Dwells are served in whole steps of this, ms. */
  readonly dwellMs: number
  /** Whether CR LF is one end of a line, not two. */
  readonly endsWithCrLf: boolean
  /** Whether `$$` lists a setting. */
  readonly listsSetting: (setting: number) => boolean
  /** Settings with names, and the numbers under which the simulator keeps them. */
  readonly named: Readonly<Record<string, number>>
  /** Sections of its configuration that show an axis, and the axis's number. */
  readonly axes: Readonly<Record<string, number>>
  /** Whether errors and alarms come with a text for all channels. */
  readonly sendsTexts: boolean
}

export type FlavourName = 'grbl' | 'fluidnc' | 'grblhal'

const listsAll = (): boolean => true

/** The settings that $$ of FluidNC lists. The others are in a file. */
const FLUIDNC_LISTS = new Set([10, 13, 20, 21, 22, 23, 30, 32])

const grbl: Flavour = {
  greeting: "\r\nGrbl 1.1h ['$' for help]\r\n",
  boot: '',
  info: '[VER:1.1h.20190830:]\r\n[OPT:V,15,128]\r\n',
  blocks: 15,
  rxBytes: 127,
  lineMs: 3.2, // an ATmega328 reads 311 lines a second
  dwellMs: 50,
  endsWithCrLf: false,
  listsSetting: listsAll,
  named: {},
  axes: {},
  sendsTexts: false,
}

/** Boards with 32 bits read a line in the time of the wire, ms. */
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
