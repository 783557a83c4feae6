import { type Arguments, INT32, UINT32 } from './arguments.ts'
import type { EbbMachine, Entry } from './machine.ts'
import { homeMove, pause } from './motion-commands.ts'
import { INVALID, type ReplyClass, refuse } from './reply.ts'

/** The part of the board's state that commands read and change. */
export interface Board {
  readonly firmware: string
  /** The firmware's version as a number: 2.8.1 is 208, without its patch level; 3.0.3 is 303. */
  readonly version: number
  readonly machine: EbbMachine
  /** The board's time, ticks of 40 µs. */
  readonly tick: number
  readonly variables: number[]
  nickname: string
  /** Motor supply, V. */
  volts: number
  node: number
  sendsOk: boolean
  checksRates: boolean
  usesFutureSyntax: boolean
  takeButton(): boolean
  takePowerLost(): boolean
  /** Returns the machine to its state after power-up. The board stays on the USB bus. */
  restart(): void
  /** Restarts the processor, which also breaks the link. */
  reset(): void
}

/** The effect of a command with its parameters. */
export interface Effect {
  readonly value?: string
  /** Entries for the FIFO. The parser and the answer wait until there is room. */
  readonly queue?: readonly Entry[]
  /** Called when nothing moves any more. The parser waits until then. */
  readonly whenIdle?: (board: Board) => readonly Entry[]
}

export interface Command {
  /** The firmware that introduced the command: 206 is 2.6, 301 is 3.0.1. */
  readonly since?: number
  readonly kind: ReplyClass
  run(board: Board, args: Arguments): Effect
}

const NOTHING: Effect = {}
const ok = (run: Command['run'], since = 0): Command => ({ kind: 'ok', run, since })
const value = (kind: ReplyClass, read: (board: Board, args: Arguments) => string, since = 0): Command => ({
  kind,
  since,
  run: (board, args) => ({ value: read(board, args) }),
})
/** A command whose parameters the simulated board checks and then ignores. */
const accept = (parameters: number): Command =>
  ok((_, args) => {
    for (let i = 0; i < parameters; i++) args.number(0, UINT32)
    return NOTHING
  })

const bit = (isSet: boolean): string => (isSet ? '1' : '0')
const digits = (n: number): string => String(Math.round(n)).padStart(4, '0')

/**
 * SP moves the pen. 0 lowers it and 1 raises it when the FIFO reaches the command. 2 and 3 (since 3.0.1) raise it at
 * once. After 3, queued commands cannot lower the pen.
 */
const setPen: Command = ok((board, args) => {
  const state = args.number(0, board.version >= 301 ? 3 : 1)
  const ms = args.optional(0, 65535) ?? 0
  args.optional(0, 24)
  if (state < 2) return { queue: [pause(Math.max(ms, ONE_TICK), (m, tick) => movePen(m, state === 1, tick))] }
  board.machine.flushInk(board.tick)
  if (state === 3) board.machine.servo.down = board.machine.servo.up
  movePen(board.machine, true, board.tick)
  return NOTHING
})

/** Shortest duration of SP in the FIFO, ms: one tick. */
const ONE_TICK = 0.04

function movePen(machine: EbbMachine, isUp: boolean, tick: number): { ticks: number } {
  machine.servo.setPen(isUp, tick)
  return { ticks: 0 }
}

const togglePen: Command = ok((_, args) => {
  const ms = args.optional(0, 65535) ?? 0
  return { queue: [pause(ms, (m, tick) => movePen(m, !m.servo.isPenUp, tick))] }
})

const generalServo: Command = ok((_, args) => {
  const position = args.number(0, 65535)
  const pin = args.number(0, 24)
  const rate = args.optional(0, 65535) ?? 0
  const delay = args.optional(0, 65535) ?? 0
  const move: Entry['begin'] = ({ servo, stats }, tick) => {
    if (pin === 4) servo.setPosition(position, rate, tick, stats.moves > 0)
    return { ticks: 0 }
  }
  return { queue: [pause(delay, move)] }
})

const configure: Command = ok(({ machine: { servo } }, args) => {
  const option = args.number(0, 255)
  const setting = args.number(0, 65535)
  if (option === 4) servo.up = setting
  else if (option === 5) servo.down = setting
  else if (option === 8) servo.channels = Math.min(24, Math.max(1, setting))
  else if (option === 9) servo.slotMs = Math.min(6, Math.max(1, setting))
  if (option === 10 || option === 11) servo.rateUp = setting
  if (option === 10 || option === 12) servo.rateDown = setting
  return NOTHING
})

const enableMotors: Command = ok((board, args) => {
  const mode = args.number(0, 5)
  const second = args.optional(0, 5) ?? Number(board.machine.enabled[1])
  const entry = pause(0, (machine) => {
    machine.setMotors(mode, second > 0)
    return { ticks: 0 }
  })
  if (board.version >= 208) return { queue: [entry] }
  entry.begin(board.machine, board.tick)
  return NOTHING
})

const clearCounters: Command = ok(({ machine }) => {
  machine.counters = [0, 0]
  machine.accumulators = [0, 0]
  return NOTHING
}, 204)

const home: Command = ok((board, args) => {
  const hz = args.number(2, 25_000)
  const most = board.version >= 300 ? INT32 : 4_294_967
  const to = [args.optional(-most, most) ?? 0, args.optional(-most, most) ?? 0] as const
  return {
    whenIdle: ({ machine, version }) => {
      const [one, two] = machine.counters
      return [pause(5), homeMove([to[0] - one, to[1] - two], hz, version >= 300)]
    },
  }
}, 206)

const stop: Command = {
  kind: 'value-ok-reversed',
  since: 202,
  run: (board, args) => {
    const releasesMotors = args.optional(0, 1) === 1 && board.version >= 208
    const { wasMoving, fifo, remaining } =
      board.version >= 300 ? board.machine.halt(board.tick) : board.machine.stopMoves(board.tick)
    if (releasesMotors) board.machine.enabled = [false, false]
    return { value: board.version >= 300 ? bit(wasMoving) : [bit(wasMoving), ...fifo, ...remaining].join(',') }
  },
}

/** CU sets options of the board. Unknown numbers are accepted. */
const setSwitch: Command = ok((board, args) => {
  const option = args.number(0, 255)
  const setting = args.number(-INT32, INT32)
  if (option === 1) board.sendsOk = setting !== 0
  else if (option === 2) board.checksRates = setting !== 0
  else if (board.version < 300) return NOTHING
  else if (option === 10) board.usesFutureSyntax = setting !== 0
  else if (option === 4) {
    if (setting < 1 || setting > 32) refuse(INVALID)
    return {
      whenIdle: ({ machine }) => {
        machine.fifoSize = setting
        return []
      },
    }
  }
  return NOTHING
})

/** QU reports limits of the board, the size of its FIFO, and the number of commands in the FIFO. */
const utility: Command = value(
  'value-ok',
  ({ machine }, args) => {
    const n = args.number(0, 255)
    const values: Record<number, number> = { 1: 0, 2: 32, 3: machine.fifoSize, 4: 0, 5: 0, 6: machine.queued }
    return String(values[n] ?? 0)
  },
  300,
)

/** QG reports the board's state as bits. */
const general: Command = value(
  'value',
  (board) => {
    const { machine, tick } = board
    const bits = [
      machine.queued > 0,
      machine.isMoving(1, tick),
      machine.isMoving(0, tick),
      machine.isExecuting,
      machine.servo.isPenUp,
      board.takeButton(),
    ]
    const powerBit = board.takePowerLost() ? 0x40 : 0
    const high = board.version >= 300 ? powerBit : 0xc0
    const all = bits.reduce((sum, on, i) => sum + (on ? 2 ** i : 0), high)
    return all.toString(16).toUpperCase().padStart(2, '0')
  },
  206,
)

const motionState: Command = value(
  'value-reversed',
  ({ machine, tick, version }) => {
    const state = [machine.isExecuting, machine.isMoving(0, tick), machine.isMoving(1, tick)]
    return [...state, ...(version >= 204 ? [machine.queued > 0] : [])].map(bit).join(',')
  },
  202,
)

const storeVariable: Command = ok((board, args) => {
  const v = args.number(0, 255)
  board.variables[args.optional(0, 31) ?? 0] = v
  return NOTHING
})

const storeNickname: Command = ok((board, args) => {
  board.nickname = args.hasMore ? args.word(/^[^,]{0,16}$/) : ''
  return NOTHING
}, 205)

const nodeCounter = (change: (board: Board, args: Arguments) => number): Command =>
  ok((board, args) => {
    board.node = change(board, args)
    return NOTHING
  })

const port = (args: Arguments): string => args.word(/^[A-G]$/i)

/** PO and PD set the level and direction of a pin. The simulated board checks and then ignores both. */
const setPin: Command = ok((_, args) => {
  port(args)
  args.number(0, 7)
  args.number(0, 1)
  return NOTHING
})

/** RB and BL restart the board without an answer. */
const reboot: Command = {
  kind: 'none',
  run: (board) => {
    board.reset()
    return NOTHING
  },
}

/**
 * The simulated commands that `MOTION_COMMANDS` does not contain. Source: the EBB command set of firmware 2.8.1 and
 * 3.0.3.
 */
export const COMMANDS: Readonly<Record<string, Command>> = {
  V: value('value', ({ firmware }) => `EBBv13_and_above EB Firmware Version ${firmware}`),
  SP: setPen,
  TP: togglePen,
  S2: generalServo,
  SC: configure,
  SR: ok((_, args) => {
    args.number(0, UINT32)
    args.optional(0, 1)
    return NOTHING
  }, 206),
  SE: ok((_, args) => {
    args.number(0, 1)
    args.optional(0, 1023)
    return args.optional(0, 1) === 1 ? { queue: [pause(0)] } : NOTHING
  }),
  EM: enableMotors,
  CS: clearCounters,
  HM: home,
  ES: stop,
  CU: setSwitch,
  QU: utility,
  QG: general,
  QM: motionState,
  QS: value('value-ok-reversed', ({ machine, tick }) => machine.countersAt(tick).join(','), 204),
  QP: value('value-ok-reversed', ({ machine }) => bit(machine.servo.isPenUp)),
  QB: value('value-ok', (board) => bit(board.takeButton())),
  QC: value('value-ok', ({ volts }) => `${digits(394)},${digits(Math.max(0, ((volts - 0.3) / 30.36) * 1023))}`),
  QE: value(
    'value-ok-reversed',
    ({ machine: { enabled, stepMode } }) => enabled.map((on) => (on ? 2 ** (5 - stepMode) : 0)).join(','),
    208,
  ),
  QR: value('value-ok-reversed', ({ machine }) => bit(machine.servo.isPowered), 206),
  QL: value('value-ok', (board, args) => String(board.variables[args.optional(0, 31) ?? 0] ?? 0)),
  SL: storeVariable,
  QT: value('value-ok', ({ nickname }) => nickname, 205),
  ST: storeNickname,
  QN: value('value-ok', ({ node }) => String(node)),
  SN: nodeCounter((_, args) => args.number(0, UINT32)),
  NI: nodeCounter(({ node }) => node + 1),
  ND: nodeCounter(({ node }) => node - 1),
  PI: value('value', (_, args) => {
    port(args)
    args.number(0, 7)
    return '0'
  }),
  PO: setPin,
  PD: setPin,
  C: accept(5),
  AC: accept(2),
  O: accept(1),
  MW: accept(2),
  MR: value('value', (_, args) => {
    args.number(0, 4095)
    return '000'
  }),
  A: value('value', () => '00:0394,11:0394'),
  I: value('value', () => '128,255,130,000,000'),
  R: ok((board) => {
    board.restart()
    return NOTHING
  }),
  RB: reboot,
  BL: reboot,
}
