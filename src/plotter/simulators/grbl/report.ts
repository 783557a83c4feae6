import type { Clock } from '../../link/clock.ts'
import type { Flavour } from './flavour.ts'
import type { Modal } from './modal.ts'
import type { Planner } from './planner.ts'
import type { Receiver } from './receiver.ts'
import { type GrblSettings, settingLine, triple } from './settings.ts'
import { eachAxis, type Vector } from './vector.ts'

/** The part of the board's state that reports show. */
export interface Board {
  readonly settings: GrblSettings
  readonly flavour: Flavour
  readonly modal: Modal
  readonly planner: Planner
  readonly receiver: Receiver
  /** The state as a status report shows it: Idle, Run, Hold:0 and so on. */
  readonly state: string
  readonly isMoving: boolean
  readonly isSpindleOn: boolean
  /** Letters of the active input pins. */
  readonly pins: string
  /** ms on the board's clock. */
  readonly now: number
}

export const LOCKED = "[MSG:'$H'|'$X' to unlock]\r\n"

const mm = (v: Vector): string => v.map((axis) => axis.toFixed(3)).join(',')

/**
 * Number of reports without the work offset between two reports with the offset, during motion. The first report after
 * a reset shows the offset.
 */
const WCO_BUSY = 30
/** The same number for a machine at rest. */
const WCO_IDLE = 10

/** The place that grbl reports, rounded to whole steps. */
const onSteps = (place: Vector, settings: GrblSettings): Vector => {
  const stepsPerMm = triple(settings, 100)
  return eachAxis((k) => Math.round(place[k] * stepsPerMm[k]) / stepsPerMm[k])
}

/**
 * The answer to `?`. In the mask $10, bit 0 selects the machine position instead of the work position, and bit 1 adds
 * the buffers.
 */
export class StatusReport {
  #untilOffset = 0
  #untilOverrides = 1

  text(board: Board): string {
    const { planner, modal } = board
    const mask = board.settings[10] ?? 1
    const machine = onSteps(planner.position, board.settings)
    const work = eachAxis((k) => machine[k] - modal.offset[k])
    const parts = [board.state, mask & 1 ? `MPos:${mm(machine)}` : `WPos:${mm(work)}`]
    if (mask & 2) parts.push(`Bf:${planner.free},${board.receiver.free}`)
    parts.push(`FS:${Math.round(planner.speedAt(board.now) * 60)},${board.isSpindleOn ? modal.speed : 0}`)
    if (board.pins !== '') parts.push(`Pn:${board.pins}`)
    if (this.#untilOffset-- <= 0) {
      parts.push(`WCO:${mm(modal.offset)}`)
      this.#untilOffset = board.isMoving ? WCO_BUSY : WCO_IDLE
    } else if (this.#untilOverrides-- <= 0) {
      parts.push('Ov:100,100,100')
      this.#untilOverrides = board.isMoving ? 20 : 10
    }
    return `<${parts.join('|')}>\r\n`
  }

  /** Puts the work offset into the next report. */
  showOffset(): void {
    this.#untilOffset = 0
  }
}

/** The answer to a `$` query, before its `ok`; undefined for other lines. */
export function dollarReport(line: string, board: Board): string | undefined {
  switch (line) {
    case '$':
      return '[HLP:$$ $# $G $I $N $x=val $Nx=line $J=line $SLP $C $X $H ~ ! ? ctrl-x]\r\n'
    case '$$':
      return Object.entries(board.settings)
        .filter(([number]) => board.flavour.listsSetting(Number(number)))
        .map(([number, value]) => `${settingLine(Number(number), value)}\r\n`)
        .join('')
    case '$G':
      return `${board.modal.report()}\r\n`
    case '$I':
      return board.flavour.info
    case '$N':
      return '$N0=\r\n$N1=\r\n'
    case '$#':
      return parameters(board)
    default:
      return namedSetting(line, board)
  }
}

/** The answer to FluidNC's `$/name`; undefined for an unknown name. */
function namedSetting(line: string, { flavour, settings }: Board): string | undefined {
  const name = /^\$\/(\w[\w/]*)$/.exec(line.toLowerCase())?.[1]
  if (name !== undefined && Object.hasOwn(flavour.axes, name))
    return axisSection(name, settings, flavour.axes[name] ?? 0)
  if (name === undefined || !Object.hasOwn(flavour.named, name)) return undefined
  const value = settings[flavour.named[name] ?? 0] ?? 0
  return `$/${name}=${name === 'junction_deviation_mm' ? value.toFixed(3) : value}\r\n`
}

/** The text of a section of FluidNC's configuration: an axis with its homing and its motor. */
function axisSection(name: string, settings: GrblSettings, axis: number): string {
  const value = (first: number): string => (settings[first + axis] ?? 0).toFixed(3)
  const hasHoming = ((settings[22] ?? 0) & 1) === 1
  const isHigh = ((settings[23] ?? 0) & (1 << axis)) === 0
  const homing = hasHoming ? ['  homing:', `    positive_direction: ${isHigh}`, '    mpos_mm: 0.000'] : []
  const lines = [
    `/${name}:`,
    `  steps_per_mm: ${value(100)}`,
    `  max_travel_mm: ${value(130)}`,
    ...homing,
    '  motor0:',
    '    pulloff_mm: 1.000',
    '    stepstick:',
  ]
  return lines.map((line) => `${line}\r\n`).join('')
}

function parameters({ modal }: Board): string {
  const zero: Vector = [0, 0, 0]
  const systems = [54, 55, 56, 57, 58, 59].map((g) => `[G${g}:${mm(modal.systems.get(g) ?? zero)}]\r\n`)
  return [
    ...systems,
    `[G28:${mm(zero)}]\r\n`,
    `[G30:${mm(zero)}]\r\n`,
    `[G92:${mm(modal.g92)}]\r\n`,
    '[TLO:0.000]\r\n',
    '[PRB:0.000,0.000,0.000:0]\r\n',
  ].join('')
}

/** grbl's flag for a requested status report. The report clears the flag, and so does a reset. */
export class ReportRequest {
  #cancel: (() => void) | undefined

  /** Calls `report` after `ms`, once for all requests until then. */
  set(clock: Clock, ms: number, report: () => void): void {
    if (ms === 0) report()
    else {
      this.#cancel ??= clock.after(ms, () => {
        this.#cancel = undefined
        report()
      })
    }
  }

  /** Drops a pending request. */
  forget(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
