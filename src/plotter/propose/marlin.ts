import { positive } from '../drivers/gcode/limits.ts'
import { boardOf, type MarlinBoard, moreExact } from '../drivers/marlin/firmware.ts'
import type { Profile } from '../profiles/profile.ts'
import type { BoardIdentity } from '../transport/probe.ts'
import { type Fact, type MachineSettings, trim } from './facts.ts'

const boardIn = ({ info = '', report = [] }: BoardIdentity): MarlinBoard => boardOf(info, report)

/** Whether M119 lists the switches of x and y. */
const hasSwitches = ({ report = [] }: BoardIdentity): boolean =>
  ['x', 'y'].every((axis) => new RegExp(`\\b${axis}(_min|_max)? *:`, 'i').test(report.join(' ')))

/** The size of the bed, mm. Marlin's bed lies between the software endstops. Klipper does not report the bed's size. */
export function printerSize(identity: BoardIdentity): { width: number; height: number } | undefined {
  const { reach } = boardIn(identity)
  return reach && { width: reach.max.x - reach.min.x, height: reach.max.y - reach.min.y }
}

/** The facts that a printer's firmware reports about its machine. */
export function printerFacts(identity: BoardIdentity, base: Profile, { size }: MachineSettings): Fact[] {
  const board = boardIn(identity)
  const isKlipper = board.firmware === 'klipper'
  const facts: Fact[] = [{ path: 'marlin.firmware', value: board.firmware, from: 'M115' }]
  const add = (path: string, value: unknown, from: string): void => {
    if (value !== undefined) facts.push({ path, value, from })
  }
  const bed = printerSize(identity)
  add('width', bed?.width, 'M211')
  add('height', bed?.height, 'M211')
  add('stepsPerMm', board.stepsPerMm, 'M92')
  const limits = isKlipper ? 'SET_VELOCITY_LIMIT' : undefined
  for (const pen of ['down', 'up'] as const) {
    const { speed } = base[pen]
    if (board.speed !== undefined) {
      const source = limits ?? 'M203'
      const isSlower = board.speed < speed
      const from = isSlower ? source : `the profile; ${source}: ${trim(board.speed)} mm/s`
      add(`${pen}.speed`, isSlower ? board.speed : speed, from)
    }
    add(`${pen}.acceleration`, board.acceleration, limits ?? 'M204 T, M201')
    const corner = positive(board.junctionDeviation)
    add(`${pen}.junctionDeviation`, corner && moreExact(corner, base[pen].junctionDeviation), limits ?? 'M205')
  }
  add('marlin.cruiseRatio', board.cruiseRatio, 'SET_VELOCITY_LIMIT')
  if (!hasSwitches(identity)) return facts
  add('marlin.homing', true, 'M119')
  const corner = board.reach ? { x: board.reach.min.x, y: board.reach.max.y } : { x: 0, y: (size ?? base).height }
  add('marlin.homeAt', corner, board.reach ? 'M211' : 'the reach')
  return facts
}

/** The names in `all`, those for the printer's firmware first. */
export function printerChoices(identity: BoardIdentity, all: readonly string[]): string[] {
  const family = boardIn(identity).firmware
  return [...new Set([...all.filter((name) => name.startsWith(family)), ...all])]
}

/** Sentences for the user about a printer. */
export function printerNotes(identity: BoardIdentity): string[] {
  const size = printerSize(identity)
  return [
    ...(size ? [`Its software endstops (M211) leave ${trim(size.width)} × ${trim(size.height)} mm.`] : []),
    ...(hasSwitches(identity) ? ['It has limit switches (M119): run `plotd home` each time it is connected.'] : []),
  ]
}
