import type { Duplex } from 'node:stream'
import { toPlotdError } from '../../errors.ts'
import type { Profile } from '../profiles/profile.ts'

/** What a board says of itself. */
export interface Identity {
  readonly dialect: Profile['dialect']
  /** 'EBB 2.8.1', 'grbl 1.1h', '7475A' */
  readonly model: string
  readonly baud: number
  /** grbl: the numbers of `$$`. */
  readonly settings?: Readonly<Record<number, number>>
  /** HP-GL: the hard-clip limits that `OH` answers, plotter units. The paper switches of the plotter set them. */
  readonly limits?: readonly [x1: number, y1: number, x2: number, y2: number]
}

/** Opens a port at a baud rate. */
export type OpenPort = (baud: number) => Promise<Duplex>

/** Longest wait for an answer, ms: an Arduino that restarts when its port is opened needs almost two seconds. */
const WAIT_MS = { ebb: 700, grbl: 3000, marlin: 3000, hpgl: 2500 } as const
const ASK_AGAIN_MS = 1800

/**
 * Asks a port which board it is. The questions are `V` (EBB), `$I` and `$$` (grbl), `M115` (Marlin, Klipper), `OI` and `OH` (HP-GL). None of them moves a
 * motor, a pen or a servo.
 *
 * @param first  the dialect to try first
 * @returns undefined when nothing known answers
 * @throws PlotdError ERR_TRANSPORT when the port cannot be opened
 */
export async function identifyPort(open: OpenPort, first: Profile['dialect'] = 'ebb'): Promise<Identity | undefined> {
  const order = [first, ...(['ebb', 'grbl', 'marlin', 'hpgl'] as const).filter((dialect) => dialect !== first)]
  for (const dialect of order) {
    const answer = await onPort(open, dialect === 'hpgl' ? 9600 : 115_200, ASK[dialect])
    if (answer) return answer
  }
  return undefined
}

const MARLIN_ASKS = '\nM115\n'

type Ask = (port: Conversation) => Promise<Omit<Identity, 'baud'> | undefined>

const ASK: Readonly<Record<Profile['dialect'], Ask>> = {
  async ebb(port) {
    port.write('\rV\r')
    const version = await port.match(/EBB.*Version\s+(\d+\.\d+\.\d+)/, WAIT_MS.ebb)
    return version && { dialect: 'ebb', model: `EBB ${version[1]}` }
  },
  async grbl(port) {
    port.write('\n$I\n$$\n')
    const again = setTimeout(() => port.write('\n$I\n$$\n'), ASK_AGAIN_MS)
    const version = await port.match(/\[VER:([\d.]+[a-z]?)[^\]]*\][\s\S]*\$132=/, WAIT_MS.grbl)
    clearTimeout(again)
    if (!version) return undefined
    const settings = Object.fromEntries(
      [...port.text.matchAll(/\$(\d+)=(-?[\d.]+)/g)].map(([, number, value]) => [Number(number), Number(value)]),
    )
    const family = /FluidNC/.test(version[0]) ? 'FluidNC' : /FIRMWARE:grblHAL/i.test(version[0]) ? 'grblHAL' : 'grbl'
    return { dialect: 'grbl', model: `${family} ${version[1]}`, settings }
  },
  async marlin(port) {
    port.write(MARLIN_ASKS)
    const again = setTimeout(() => port.write(MARLIN_ASKS), ASK_AGAIN_MS)
    const name = await port.match(/FIRMWARE_NAME:\s*(\S+(?: \d[\w.]*)?)[^\n]*\n/, WAIT_MS.marlin)
    clearTimeout(again)
    return name && { dialect: 'marlin', model: name[1] ?? '' }
  },
  async hpgl(port) {
    // two semicolons: the first ends what the questions for other boards began, the second an instruction before that
    port.write(';;OI;')
    const model = await port.match(/(\d{4}[A-Z]|DXY-?\w+|DPX-?\w+)\r/, WAIT_MS.hpgl)
    if (!model) return undefined
    port.forget()
    port.write('OH;')
    const limits = await port.match(/(-?\d+),(-?\d+),(-?\d+),(-?\d+)\r/, WAIT_MS.hpgl)
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = limits?.slice(1).map(Number) ?? []
    return { dialect: 'hpgl', model: model[1] ?? '', ...(limits ? { limits: [x1, y1, x2, y2] as const } : {}) }
  },
}

async function onPort(open: OpenPort, baud: number, ask: Ask): Promise<Identity | undefined> {
  const port = await open(baud)
  const closed = new Promise<void>((resolve) => port.once('close', () => resolve()))
  try {
    const answer = await ask(new Conversation(port))
    return answer && { ...answer, baud }
  } finally {
    port.destroy()
    await closed
  }
}

/** A board answers a few kilobytes; more is another kind of device. */
const MOST_CHARACTERS = 16_384

class Conversation {
  text = ''
  readonly #port: Duplex
  #check: () => void = () => {}

  constructor(port: Duplex) {
    this.#port = port
    port.on('error', () => {})
    port.on('data', (bytes: Buffer) => {
      this.text = (this.text + bytes.toString('latin1')).slice(-MOST_CHARACTERS)
      this.#check()
    })
  }

  write(text: string): void {
    if (!this.#port.destroyed) this.#port.write(text, 'latin1')
  }

  forget(): void {
    this.text = ''
  }

  /** The first match in what the board has said, or undefined when the time is over. */
  match(pattern: RegExp, withinMs: number): Promise<RegExpExecArray | undefined> {
    return new Promise((resolve) => {
      const end = (match: RegExpExecArray | undefined) => {
        clearTimeout(timer)
        this.#check = () => {}
        resolve(match)
      }
      const timer = setTimeout(() => end(undefined), withinMs)
      this.#check = () => {
        const match = pattern.exec(this.text)
        if (match) end(match)
      }
      this.#check()
    })
  }
}

/** Like `identifyPort`, for a serial port or a `tcp://` address. @returns the error where the port cannot be opened */
export async function identifyAddress(
  path: string,
  first?: Profile['dialect'],
): Promise<Identity | { readonly error: string } | undefined> {
  try {
    const { openTransport } = await import('./transport.ts')
    const isTcp = path.startsWith('tcp://')
    return await identifyPort((baud) => openTransport(isTcp ? path : `serial:${path}?baud=${baud}`), first)
  } catch (thrown) {
    return { error: toPlotdError(thrown).message }
  }
}
