import { liftAt, zLifts } from '../../motion/index.ts'
import { isKlipper } from '../../profiles/klipper.ts'
import type { MotionLimits, Profile } from '../../profiles/profile.ts'
import type { Adjustments } from '../driver.ts'
import { AT_ZERO, type StartPlaces } from '../gcode/carriage.ts'
import { least, positive } from '../gcode/limits.ts'
import { withHeights } from '../gcode/pen.ts'
import type { Place } from '../gcode/program.ts'
import type { Reach } from '../gcode/reach.ts'

/** A board's report of its firmware and limits. An unreported number and a limit of 0 are undefined. */
export interface MarlinBoard {
  readonly firmware: 'marlin' | 'klipper'
  /** The name and version that users see. */
  readonly version: string
  readonly stepsPerMm: number | undefined
  /** Highest speed, mm/s: the lower of the x and y axes, or Klipper's max_velocity. */
  readonly speed: number | undefined
  /** Acceleration, mm/s²: the lowest of M204 T and of the x and y axes, or Klipper's max_accel. */
  readonly acceleration: number | undefined
  /** Junction deviation, mm: as reported, or computed from the lower jerk of x and y or from Klipper's corner speed. */
  readonly junctionDeviation: number | undefined
  /** Speed and acceleration of the Z axis, mm/s and mm/s². */
  readonly z: { readonly speed: number | undefined; readonly acceleration: number | undefined }
  /** Klipper's minimum_cruise_ratio. */
  readonly cruiseRatio: number | undefined
  /** The rectangle between Marlin's software endstops; undefined when they are off or not reported, and for Klipper. */
  readonly reach: Reach | undefined
  /** The coordinates that the board may report after a restart: 0, the offset of home, and the ends of the axes. */
  readonly starts: StartPlaces
}

/** Stands for a board that has not answered: Marlin, without any limit. */
export const UNKNOWN: MarlinBoard = boardOf('', [])

/** Sends a line that the board may not know. */
interface Talk {
  tryAsk(line: string): Promise<string[]>
}

/** Asks the board for its limits. Nothing moves. @param info the answer to M115 */
export async function readBoard(info: string, talk: Talk): Promise<MarlinBoard> {
  const lines: string[] = []
  for (const line of isKlipper(info) ? ['SET_VELOCITY_LIMIT'] : ['M503', 'M211'])
    lines.push(...(await talk.tryAsk(line)))
  return boardOf(info, lines)
}

/** Reads the answers to M115, and to M503 and M211 (Marlin) or SET_VELOCITY_LIMIT (Klipper). */
export function boardOf(info: string, lines: readonly string[]): MarlinBoard {
  const name = /FIRMWARE_NAME:\s*(\S+)/i.exec(info)?.[1] ?? 'Marlin'
  const number = isKlipper(info)
    ? (/FIRMWARE_VERSION:\s*(\S+)/i.exec(info)?.[1] ?? '')
    : (/FIRMWARE_NAME:\s*\S+ (\S+)/i.exec(info)?.[1] ?? '')
  const version = `${name} ${number}`.trim()
  return isKlipper(info) ? klipper(version, lines.join('\n')) : marlin(version, lines)
}

/** Klipper's junction deviation follows from its square corner velocity. */
function klipper(version: string, text: string): MarlinBoard {
  const value = (name: string): number | undefined => numberIn(text, new RegExp(`${name}:\\s*([\\d.]+)`))
  const acceleration = positive(value('max_accel'))
  const corner = value('square_corner_velocity')
  return {
    firmware: 'klipper',
    version,
    stepsPerMm: undefined,
    speed: positive(value('max_velocity')),
    acceleration,
    junctionDeviation:
      corner !== undefined && acceleration ? (corner ** 2 * (Math.SQRT2 - 1)) / acceleration : undefined,
    z: { speed: undefined, acceleration: undefined },
    cruiseRatio: value('minimum_cruise_ratio'),
    reach: undefined,
    starts: AT_ZERO,
  }
}

function marlin(version: string, lines: readonly string[]): MarlinBoard {
  /** The value after a letter in the last line that begins with a command. */
  const value = (command: string, letter: string): number | undefined =>
    numberIn(
      lines.findLast((line) => new RegExp(`^\\s*${command}\\b`).test(line)) ?? '',
      new RegExp(` ${letter}(-?[\\d.]+)`),
    )
  const limit = (command: string, letter: string): number | undefined => positive(value(command, letter))
  const acceleration = least(limit('M204', 'T'), limit('M201', 'X'), limit('M201', 'Y'))
  const jerk = least(value('M205', 'X'), value('M205', 'Y'))
  const fromJerk = jerk !== undefined && acceleration ? (JERK_SHARE * jerk ** 2) / acceleration : undefined
  const text = lines.join('\n')
  const ends = endsIn(text)
  return {
    firmware: 'marlin',
    version,
    stepsPerMm: limit('M92', 'X'),
    acceleration,
    speed: least(limit('M203', 'X'), limit('M203', 'Y')),
    junctionDeviation: value('M205', 'J') ?? fromJerk,
    z: { speed: limit('M203', 'Z'), acceleration: limit('M201', 'Z') },
    cruiseRatio: undefined,
    reach: /M211 S1|Soft endstops: ?On/i.test(text) ? ends : undefined,
    starts: {
      x: [0, value('M206', 'X') ?? 0, ends?.min.x ?? 0, ends?.max.x ?? 0],
      y: [0, value('M206', 'Y') ?? 0, ends?.min.y ?? 0, ends?.max.y ?? 0],
    },
  }
}

/**
 * A junction deviation of 0.4 · jerk² / acceleration is about as fast at corners as the jerk (Marlin's documentation).
 */
const JERK_SHARE = 0.4

/** The ends of the axes in the answer to M211, mm. */
function endsIn(text: string): Reach | undefined {
  const corner = (name: string): Place | undefined => {
    const [, x, y] = new RegExp(`${name}: *X(-?[\\d.]+) *Y(-?[\\d.]+)`).exec(text) ?? []
    return x === undefined || y === undefined ? undefined : { x: Number(x), y: Number(y) }
  }
  const min = corner('Min')
  const max = corner('Max')
  return min && max ? { min, max } : undefined
}

function numberIn(text: string, pattern: RegExp): number | undefined {
  const value = Number(pattern.exec(text)?.[1])
  return Number.isFinite(value) ? value : undefined
}

/** The profile with the board's own limits, by which plotd estimates times and divides strokes into lines. */
export function profileBy(profile: Profile, board: MarlinBoard): Profile {
  const { down, up, marlin: options } = profile
  if (!options) return profile
  const withLimits = (limits: MotionLimits): MotionLimits => ({
    speed: Math.min(limits.speed, board.speed ?? Infinity),
    acceleration: board.acceleration ?? limits.acceleration,
    junctionDeviation: moreExact(board.junctionDeviation, limits.junctionDeviation),
  })
  return {
    ...profile,
    stepsPerMm: board.stepsPerMm ?? profile.stepsPerMm,
    down: withLimits(down),
    up: withLimits(up),
    marlin: {
      ...options,
      firmware: board.firmware,
      ...(board.cruiseRatio !== undefined && { cruiseRatio: board.cruiseRatio }),
    },
  }
}

/**
 * The profile with the board's limits and a user's changes.
 *
 * @param isPenOnAxis  whether an axis carries the pen, so that the heights change the times of its lifts
 */
export function profileWith(
  changes: Adjustments,
  configured: Profile,
  board: MarlinBoard,
  isPenOnAxis: boolean,
): Profile {
  const planned = profileBy(configured, board)
  const profile = withHeights(planned, changes)
  const { marlin, pen, down } = profile
  const { speed, acceleration } = board.z
  if (!isPenOnAxis || !marlin) return profile
  if (!speed || !acceleration) return { ...profile, pen: liftAt(planned, pen) }
  return { ...profile, pen: zLifts(marlin, pen, { speed, acceleration }, down) }
}

/**
 * Marlin reports two decimals. If the profile's value rounds to the reported value, the profile's more exact value
 * wins.
 */
export const moreExact = (reported: number | undefined, own: number): number =>
  reported === undefined || reported.toFixed(2) === own.toFixed(2) ? own : reported

/** The place in the answer to M114, mm; undefined when the answer has none. A board without a Z axis reports no z. */
export function placeIn(
  lines: readonly string[],
): { readonly x: number; readonly y: number; readonly z: number } | undefined {
  for (const line of lines) {
    const [, x, y, z = 0] = /X:\s*(-?[\d.]+)\s*Y:\s*(-?[\d.]+)(?:\s*Z:\s*(-?[\d.]+))?/.exec(line) ?? []
    if (x !== undefined) return { x: Number(x), y: Number(y), z: Number(z) }
  }
  return undefined
}
