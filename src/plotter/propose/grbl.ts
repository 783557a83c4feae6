import { least, positive } from '../drivers/gcode/limits.ts'
import type { Profile } from '../profiles/profile.ts'
import type { BoardIdentity } from '../transport/probe.ts'
import { type Fact, type MachineSettings, trim } from './facts.ts'

/**
 * The part of an axis that plotd uses, mm in the board's coordinates. With homing, the pull-off keeps this part away
 * from the switches.
 */
interface Span {
  readonly low: number
  readonly high: number
  readonly from: string
}

const hasHoming = ({ settings = {} }: BoardIdentity): boolean => ((settings[22] ?? 0) & 1) === 1

/** Whether grblHAL's homing sets the position to 0, not to the end of the axis ($22, bit 3). */
const homesToZero = ({ settings = {}, info = '' }: BoardIdentity): boolean =>
  /FIRMWARE:grblHAL/i.test(info) && ((settings[22] ?? 0) & 8) === 8

/** FluidNC's configuration of an axis, as one text. */
function fluidncAxis({ report = [] }: BoardIdentity, axis: string): string {
  const text = report.join('\n')
  return new RegExp(`/axes/${axis}:([\\s\\S]*?)\\nok`).exec(text)?.[1] ?? ''
}

/** The part of an axis that plotd uses; undefined when the board reports no length. @param axis 0 is x, 1 is y */
function spanOf(identity: BoardIdentity, axis: 0 | 1): Span | undefined {
  const { settings = {} } = identity
  const length = settings[130 + axis]
  if (!length) return undefined
  if (!hasHoming(identity)) return { low: 0, high: length, from: '$130, $131' }
  const name = axis === 0 ? 'x' : 'y'
  const own = fluidncAxis(identity, name)
  const value = (field: string): number => Number(new RegExp(`${field}: *(-?[\\d.]+)`).exec(own)?.[1] ?? 0)
  if (own !== '') {
    const end = value('mpos_mm')
    const rest = length - value('pulloff_mm')
    const isHigh = /positive_direction: *true/.test(own)
    const from = '$130, $131, $/axes'
    return isHigh ? { low: end - rest, high: end, from } : { low: end, high: end + rest, from }
  }
  const pullOff = settings[27] ?? 0
  if (homesToZero(identity)) {
    const isLow = ((settings[23] ?? 0) & (1 << axis)) !== 0
    const rest = length - 2 * pullOff
    return { low: isLow ? 0 : -rest, high: isLow ? rest : 0, from: '$130, $131, $22, $23, $27' }
  }
  return { low: pullOff - length, high: -pullOff, from: '$130, $131, $27' }
}

/** The reach of the machine, mm; undefined when the board does not report it. */
export function grblSize(identity: BoardIdentity): { width: number; height: number } | undefined {
  const x = spanOf(identity, 0)
  const y = spanOf(identity, 1)
  return x && y && { width: round(x.high - x.low), height: round(y.high - y.low) }
}

const round = (mm: number): number => Math.round(mm * 1000) / 1000

/** The facts that a board of grbl's family reports about its machine, and `yUp` if the user set it to false. */
export function grblFacts(identity: BoardIdentity, base: Profile, { yUp = true }: MachineSettings): Fact[] {
  const { settings = {}, report = [] } = identity
  const facts: Fact[] = []
  const add = (path: string, value: unknown, from: string): void => {
    if (value !== undefined) facts.push({ path, value, from })
  }
  const limit = (number: number): number | undefined => positive(settings[number])
  const x = spanOf(identity, 0)
  const y = spanOf(identity, 1)
  const size = grblSize(identity)
  add('width', size?.width, x?.from ?? '')
  add('height', size?.height, y?.from ?? '')
  add('stepsPerMm', limit(100), '$100')
  const rate = least(limit(110), limit(111))
  if (rate !== undefined) {
    const speed = round(rate / 60)
    if (speed < base.down.speed) add('down.speed', speed, '$110, $111')
    add('up.speed', speed, '$110, $111')
  }
  const namedSetting = /^\$\/junction_deviation_mm=([\d.]+)/m.exec(report.join('\n'))?.[1]
  const corner = settings[11] ?? (namedSetting === undefined ? undefined : Number(namedSetting))
  const cornerFrom = settings[11] === undefined ? '$/junction_deviation_mm' : '$11'
  for (const pen of ['down', 'up']) {
    add(`${pen}.acceleration`, least(limit(120), limit(121)), '$120, $121')
    add(`${pen}.junctionDeviation`, positive(corner), cornerFrom)
  }
  if (settings[22] !== undefined) add('grbl.homing', hasHoming(identity), `$22=${settings[22]}`)
  if (hasHoming(identity) && x && y)
    add('grbl.homeAt', { x: round(x.low), y: round(yUp ? y.high : y.low) }, 'the ends of the axes')
  if (base.grbl?.penUp.some((line) => /S\{height\}/.test(line)) && settings[30]) {
    add('grbl.heights.at0', settings[31] ?? 0, '$30, $31')
    add('grbl.heights.at100', settings[30], '$30, $31')
  }
  if (!yUp) add('grbl.yUp', false, 'you')
  return facts
}

/** The part that moves the pen, and the reason for this conclusion; undefined when the firmware does not show it. */
function penKind(identity: BoardIdentity): { readonly kind: 'servo' | 'z'; readonly why: string } | undefined {
  const z = fluidncAxis(identity, 'z')
  if (/rc_servo/.test(z)) return { kind: 'z', why: 'Its Z axis is a servo ($/axes/z): the pen is on Z.' }
  const letters = /\[OPT:([^,\]]*)/.exec(identity.info ?? '')?.[1]
  const isGrbl = !/FluidNC/.test(identity.info ?? '')
  if (isGrbl && letters !== undefined && !letters.includes('V'))
    return { kind: 'z', why: 'Its spindle output has no PWM ($I without V): the pen is on a Z axis.' }
  return undefined
}

/** The profile names in `all`, the most likely ones for this board first. */
export function grblChoices(identity: BoardIdentity, all: readonly string[]): string[] {
  const family = /^(fluidnc|grblhal)/.exec(identity.model.toLowerCase())?.[1] ?? 'grbl'
  const kind = penKind(identity)?.kind ?? 'servo'
  const isWide = (grblSize(identity)?.width ?? 0) > 300
  const first = [`${family}-${kind}-a3`, `${family}-${kind}`].filter((name) => all.includes(name))
  const own = isWide ? first : first.toReversed()
  return [...new Set([...own, ...all.filter((name) => name.startsWith(`${family}-`)), ...all])]
}

function homingNote(identity: BoardIdentity): string {
  const value = identity.settings?.[22]
  if (value === undefined)
    return 'It does not report $22: `grbl.homing` in its profile says whether it has limit switches.'
  return hasHoming(identity)
    ? `It has limit switches ($22=${value}): run \`plotd home\` each time it is connected.`
    : `It has no limit switches ($22=${value}): you put the carriage at home by hand.`
}

/** Sentences for the user about a board of grbl's family. */
export function grblNotes(identity: BoardIdentity): string[] {
  const { settings = {} } = identity
  const x = settings[100]
  const y = settings[101]
  const kind = penKind(identity)
  return [
    ...(settings[130] && settings[131]
      ? [`Its settings $130 and $131 say: ${trim(settings[130])} × ${trim(settings[131])} mm.`]
      : []),
    homingNote(identity),
    ...(kind ? [kind.why] : []),
    ...(x !== undefined && y !== undefined && x !== y
      ? [`Its axes have different steps ($100=${x}, $101=${y}): for estimates plotd uses the steps of x.`]
      : []),
    ...(settings[13] === 1 ? ['It reports positions in inches ($13=1). plotd needs $13=0.'] : []),
    ...(settings[32] === 1 ? ['Laser mode is on ($32=1). A servo on the spindle output needs $32=0.'] : []),
  ]
}
