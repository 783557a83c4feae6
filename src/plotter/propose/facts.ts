import type { ProfileOverrides } from '../profiles/index.ts'
import { withOverrides } from '../profiles/index.ts'
import type { Profile } from '../profiles/profile.ts'

/** The value of one field of a profile, and its source. */
export interface Fact {
  /** 'up.speed' */
  readonly path: string
  readonly value: unknown
  /** '$110, $111', 'M203', 'you' */
  readonly from: string
}

/**
 * The user's answers about the machine. If the size or a height is absent, the board's value counts. If the board
 * reports no value, the profile's value counts.
 */
export interface MachineSettings {
  /** Reach, mm. */
  readonly size?: { readonly width: number; readonly height: number } | undefined
  /** Heights of the pen, percent of its range. */
  readonly penUp?: number | undefined
  readonly penDown?: number | undefined
  /** Whether y grows away from the user; true when absent. Only for grbl's family. */
  readonly yUp?: boolean | undefined
}

/** A line of the table that shows a proposed profile. */
export interface Figure {
  readonly name: string
  readonly value: string
  readonly from: string
}

/** The value at a dotted path of a profile. */
const read = (from: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], from)

function put(into: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let node = into
  for (const key of keys) node = node[key] = { ...(node[key] as object | undefined) } as Record<string, unknown>
  node[last] = value
}

/** The fields in which the facts differ from a profile. A later fact wins. */
export function overridesOf(base: Profile, facts: readonly Fact[]): ProfileOverrides {
  const overrides: Record<string, unknown> = {}
  const latest = new Map(facts.map((fact) => [fact.path, fact.value]))
  for (const [path, value] of latest) {
    if (JSON.stringify(read(base, path)) !== JSON.stringify(value)) put(overrides, path, value)
  }
  return overrides
}

/** A number with at most three decimals. */
export const trim = (value: number): string => String(Math.round(value * 1000) / 1000)

interface Row {
  readonly name: string
  /** The first of these fields with a known source gives the row its source. */
  readonly paths: readonly string[]
  readonly text: (profile: Profile) => string | undefined
}

const ROWS: readonly Row[] = [
  { name: 'reach', paths: ['width', 'height'], text: ({ width, height }) => `${trim(width)} × ${trim(height)} mm` },
  { name: 'steps', paths: ['stepsPerMm'], text: ({ stepsPerMm }) => `${trim(stepsPerMm)} per mm` },
  { name: 'drawing speed', paths: ['down.speed'], text: ({ down }) => `${trim(down.speed)} mm/s` },
  { name: 'travel speed', paths: ['up.speed'], text: ({ up }) => `${trim(up.speed)} mm/s` },
  { name: 'acceleration', paths: ['down.acceleration'], text: ({ down }) => `${trim(down.acceleration)} mm/s²` },
  {
    name: 'corners',
    paths: ['down.junctionDeviation'],
    text: ({ down }) => `${trim(down.junctionDeviation)} mm of junction deviation`,
  },
  {
    name: 'home',
    paths: ['grbl.homing', 'marlin.homing'],
    text: ({ grbl, marlin }) => {
      const gcode = grbl ?? marlin
      return gcode && (gcode.homing ? 'found by limit switches' : 'where you put the carriage')
    },
  },
  {
    name: 'drawings begin',
    paths: ['grbl.homeAt', 'marlin.homeAt', 'hpgl.origin'],
    text: ({ grbl, marlin, hpgl }) => {
      const corner = (grbl ?? marlin)?.homeAt
      if (corner && (grbl ?? marlin)?.homing) return `at ${trim(corner.x)}, ${trim(corner.y)} mm of the board`
      return hpgl && `at ${hpgl.origin.x}, ${hpgl.origin.y} plotter units`
    },
  },
  {
    name: 'pen',
    paths: ['grbl.heights.at100', 'marlin.heights.at100', 'hpgl.pens'],
    text: penText,
  },
  {
    name: 'pen heights',
    paths: ['pen.upPercent', 'pen.downPercent'],
    text: ({ dialect, pen }) => (dialect === 'hpgl' ? undefined : `up ${pen.upPercent} %, down ${pen.downPercent} %`),
  },
  {
    name: 'pen times',
    paths: ['pen.raiseMs'],
    text: ({ pen }) => `up ${trim(pen.raiseMs)} ms, down ${trim(pen.lowerMs)} ms`,
  },
]

function penText({ grbl, marlin, hpgl }: Profile): string | undefined {
  if (hpgl) return hpgl.pens === 1 ? 'one tool' : `${hpgl.pens} pens, fetched by the plotter`
  const gcode = grbl ?? marlin
  if (!gcode) return 'a servo'
  const { at0, at100 } = gcode.heights ?? { at0: 0, at100: 0 }
  if (gcode.penUp.some((line) => /Z\{/.test(line))) return `the Z axis, ${trim(at0)} to ${trim(at100)} mm`
  return `a servo, ${trim(at0)} to ${trim(at100)}: ${gcode.penUp[0] ?? ''}`
}

/** Each figure of the profile with its source. */
export function figuresOf(base: Profile, facts: readonly Fact[]): Figure[] {
  const profile = withOverrides(base, overridesOf(base, facts))
  const sources = new Map(facts.map(({ path, from }) => [path, from]))
  return ROWS.flatMap(({ name, paths, text }) => {
    const value = text(profile)
    const from = paths.map((path) => sources.get(path)).find((source) => source !== undefined)
    return value === undefined ? [] : [{ name, value, from: from ?? `the profile ${base.name}` }]
  })
}
