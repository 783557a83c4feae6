/**
 * What `plotd setup` writes down of a machine: the entry in `plotters`, from what the board says of itself and from what its
 * user says. Pure functions.
 *
 * The room `setup`: `find` looks at the ports, `machine` makes the entry, `questions` asks the user, `host` describes this
 * computer. `steps` lists the changes, `config-text` edits the configuration, `apply` makes the changes and takes them
 * back, `service` runs the daemon.
 */

import { PlotdError } from '../../../src/errors.ts'
import { type Identity, profileNamed, profiles } from '../../../src/index.ts'

/** What the user says of the machine. */
export interface MachineAnswers {
  readonly name: string
  readonly profile: string
  /** Reach in mm, where it differs from the profile's. */
  readonly size?: { readonly width: number; readonly height: number } | undefined
  /** Heights of the pen, percent. */
  readonly penUp?: number | undefined
  readonly penDown?: number | undefined
  /** grbl: whether y grows away from the user. */
  readonly yUp?: boolean | undefined
}

/** An entry of `plotters` in the configuration. */
export interface PlotterEntry {
  readonly name: string
  readonly url: string
  readonly profile: string | Readonly<Record<string, unknown>>
  /** The sheets that lie in it: a name or a size. */
  readonly paper?: string
}

/** A proposal for a machine that has answered, before its user says more. */
export interface Proposal {
  readonly name: string
  /** The profiles to choose from, the most likely one first. */
  readonly choices: readonly string[]
  readonly size?: { readonly width: number; readonly height: number }
  /** The board's own answers, as sentences. */
  readonly says: readonly string[]
}

/** Profiles of HP-GL models by the answer to OI. */
const MODELS: Readonly<Record<string, readonly string[]>> = {
  '7470A': ['hp-7470a'],
  '7475A': ['hp-7475a', 'hp-7475a-a4'],
  '7550A': ['hp-7550a'],
  '7585B': ['hp-7585b'],
}

export function proposal(identity: Identity): Proposal {
  if (identity.dialect === 'hpgl') return hpglProposal(identity)
  const choices = Object.values(profiles)
    .filter(({ dialect }) => dialect === identity.dialect)
    .map(({ name }) => name)
  if (identity.dialect === 'ebb') return { name: 'axidraw', choices, says: [] }
  if (identity.dialect === 'marlin') return printerProposal(identity, choices)
  return grblProposal(identity, choices)
}

/** A 3D printer: profiles of its firmware first. */
function printerProposal({ model }: Identity, choices: readonly string[]): Proposal {
  const family = /klipper/i.test(model) ? 'klipper' : 'marlin'
  const own = choices.filter((name) => name.startsWith(family))
  return { name: 'printer', choices: [...own, ...choices.filter((name) => !own.includes(name))], says: [] }
}

const isA3 = ([x1, , x2]: NonNullable<Identity['limits']>): boolean => Math.abs(x2 - x1) * UNIT_MM > 350
const UNIT_MM = 0.025

function hpglProposal({ model, limits }: Identity): Proposal {
  const named = MODELS[model] ?? ['hp-7475a', 'hp-7475a-a4', 'roland-dxy-1300', 'hpgl-cutter']
  const choices = limits && named.length === 2 ? [named[isA3(limits) ? 0 : 1] ?? '', ...named] : named
  const unique = choices.filter((name, i) => choices.indexOf(name) === i)
  const name = `hp${model.toLowerCase()}`
  if (!limits) return { name: /^\d/.test(model) ? name : 'hpgl', choices: unique, says: [] }
  const [width, height] = spans(limits)
  const says = [`Its switches are set to a sheet with ${trim(width)} × ${trim(height)} mm to draw on.`]
  return { name: /^\d/.test(model) ? name : 'hpgl', choices: unique, says }
}

const spans = ([x1, y1, x2, y2]: NonNullable<Identity['limits']>): [width: number, height: number] => [
  Math.abs(x2 - x1) * UNIT_MM,
  Math.abs(y2 - y1) * UNIT_MM,
]

const trim = (mm: number): string => mm.toFixed(1).replace(/\.0$/, '')

function grblProposal({ settings = {} }: Identity, choices: readonly string[]): Proposal {
  const [width, height] = [settings[130], settings[131]]
  const size = width && height ? { size: { width, height } } : {}
  const homes = ((settings[22] ?? 0) & 1) === 1
  return {
    name: 'grbl',
    choices,
    ...size,
    says: [
      ...(width && height ? [`Its settings $130 and $131 say: ${width} × ${height} mm.`] : []),
      homes
        ? 'It has limit switches ($22=1): run `plotd home` each time it is connected.'
        : 'It has no limit switches ($22=0): you put the carriage at home by hand.',
      ...((settings[32] ?? 0) === 0 ? [] : ['Laser mode is on ($32=1). A servo on the spindle output needs $32=0.']),
    ],
  }
}

/**
 * The entry in the configuration: the profile by name where nothing differs from it, else with what differs.
 *
 * @throws PlotdError ERR_PROFILE_INVALID for an unknown profile, ERR_PARAMS for a profile of another dialect
 */
export function plotterEntry(url: string, identity: Identity, answers: MachineAnswers): PlotterEntry {
  const base = profileNamed(answers.profile)
  if (base.dialect !== identity.dialect) {
    throw new PlotdError(
      'ERR_PARAMS',
      `--profile ${base.name}: it is for ${base.dialect} boards, and this one is ${identity.model} (${identity.dialect})`,
    )
  }
  const differs = {
    ...sizeOf(identity, answers, base),
    ...penOf(answers, base.pen),
    ...(identity.dialect === 'grbl' ? grblOf(identity, answers) : {}),
  }
  const profile = Object.keys(differs).length === 0 ? base.name : { base: base.name, ...differs }
  return { name: answers.name, url, profile }
}

/** An entry with the changes that the user gave. Everything else stays. */
export function changedEntry(
  entry: PlotterEntry,
  given: {
    readonly profile?: string | undefined
    readonly 'pen-up'?: number | undefined
    readonly 'pen-down'?: number | undefined
  },
): PlotterEntry {
  const old = typeof entry.profile === 'string' ? { base: entry.profile } : entry.profile
  const { 'pen-up': upPercent, 'pen-down': downPercent } = given
  const heights = {
    ...(upPercent === undefined ? {} : { upPercent }),
    ...(downPercent === undefined ? {} : { downPercent }),
  }
  const pen = { ...(old as { pen?: object }).pen, ...heights }
  const profile = {
    ...old,
    ...(given.profile === undefined ? {} : { base: given.profile }),
    ...(Object.keys(pen).length === 0 ? {} : { pen }),
  }
  const isNamed = Object.keys(profile).length === 1
  return { ...entry, profile: isNamed ? String((profile as { base: unknown }).base) : profile }
}

type Base = ReturnType<typeof profileNamed>

function sizeOf(identity: Identity, { size }: MachineAnswers, base: Base): Record<string, unknown> {
  if (size) return size.width === base.width && size.height === base.height ? {} : { ...size }
  if (identity.limits === undefined) return {}
  const [x1, y1, x2, y2] = identity.limits
  const [width, height] = spans(identity.limits)
  const left = Math.min(x1, x2)
  const top = Math.max(y1, y2)
  const origin = base.hpgl?.origin ?? { x: 0, y: 0 }
  const fits = origin.x + base.width / UNIT_MM <= Math.max(x1, x2) + 1 && origin.y <= top && left <= origin.x
  return fits ? {} : { width, height, hpgl: { origin: { x: left, y: top } } }
}

function penOf({ penUp, penDown }: MachineAnswers, pen: Base['pen']): Record<string, unknown> {
  const heights = {
    ...(penUp === undefined || penUp === pen.upPercent ? {} : { upPercent: penUp }),
    ...(penDown === undefined || penDown === pen.downPercent ? {} : { downPercent: penDown }),
  }
  return Object.keys(heights).length === 0 ? {} : { pen: heights }
}

/** After homing, drawings begin at the back left corner of the space between the switches. */
function grblOf({ settings = {} }: Identity, { yUp = true }: MachineAnswers): Record<string, unknown> {
  const [width, height, pullOff = 0] = [settings[130], settings[131], settings[27]]
  const homes = ((settings[22] ?? 0) & 1) === 1
  const options = {
    ...(yUp ? {} : { yUp: false }),
    ...(homes && width && height
      ? { homeAt: { x: round(pullOff - width), y: round(yUp ? -pullOff : pullOff - height) } }
      : {}),
  }
  return Object.keys(options).length === 0 ? {} : { grbl: options }
}

const round = (mm: number): number => Math.round(mm * 1000) / 1000
