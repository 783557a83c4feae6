/**
 * The room `propose`: pure functions that make a profile from a board's answers, with the source of each figure.
 * `transport/probe` queries the board.
 */
import { MIN_VOLTS } from '../profiles/ebb-supply.ts'
import { type ProfileOverrides, profiles } from '../profiles/index.ts'
import type { Profile } from '../profiles/profile.ts'
import type { BoardIdentity } from '../transport/probe.ts'
import { type Fact, type Figure, figuresOf, type MachineSettings, overridesOf } from './facts.ts'
import { grblChoices, grblFacts, grblNotes, grblSize } from './grbl.ts'
import { hpglChoices, hpglFacts, hpglNotes } from './hpgl.ts'
import { printerChoices, printerFacts, printerNotes, printerSize } from './marlin.ts'

export type { Figure, MachineSettings } from './facts.ts'

/** The proposal from a board's answers alone, before the user answers questions. */
export interface Suggestion {
  /** A name for the plotter, from the board's nickname or its kind. */
  readonly name: string
  /** The profiles to choose from, the most likely one first. */
  readonly choices: readonly string[]
  /** Reach, mm. */
  readonly size?: { readonly width: number; readonly height: number }
  /** Sentences for the user about the board's answers. */
  readonly notes: readonly string[]
}

/** Suggests a name and profiles for the plotter at a port. */
export function suggestion(identity: BoardIdentity): Suggestion {
  const { dialect, model } = identity
  const all = Object.values(profiles)
    .filter((profile) => profile.dialect === dialect)
    .map(({ name }) => name)
  if (dialect === 'hpgl') {
    const name = /^\d/.test(model) ? `hp${model.toLowerCase()}` : 'hpgl'
    return { name, choices: hpglChoices(identity), notes: hpglNotes(identity) }
  }
  if (dialect === 'grbl') {
    const size = grblSize(identity)
    return { name: 'grbl', choices: grblChoices(identity, all), ...(size && { size }), notes: grblNotes(identity) }
  }
  if (dialect === 'marlin') {
    const size = printerSize(identity)
    const choices = printerChoices(identity, all)
    return { name: 'printer', choices, ...(size && { size }), notes: printerNotes(identity) }
  }
  return { name: nameFrom(identity.nickname) ?? 'axidraw', choices: all, notes: ebbNotes(identity) }
}

/** The nickname in the form of a plotter's name: letters, digits, dashes and underscores. */
function nameFrom(nickname = ''): string | undefined {
  const name = nickname.replace(/[^\w-]+/g, '-').replace(/^[-_]+|[-_]+$/g, '')
  return name === '' ? undefined : name
}

function ebbNotes({ volts }: BoardIdentity): string[] {
  if (volts === undefined) return []
  return volts < MIN_VOLTS
    ? [`Its motors have no supply (QC: ${volts} V): plug in the power adapter before you plot.`]
    : [`Its motor supply is ${volts} V (QC).`]
}

/** A profile: the fields that differ from its base, and each figure with its source. */
export interface ProposedProfile {
  readonly overrides: ProfileOverrides
  readonly figures: readonly Figure[]
}

/**
 * Makes a profile from a base, the board's answers and the user's.
 *
 * @param answers  the user's answers, which win over the board's
 */
export function proposeProfile(identity: BoardIdentity, base: Profile, answers: MachineSettings = {}): ProposedProfile {
  const ofBoard = boardFacts(identity, base, answers)
  const known = { ...valuesOf(base), ...Object.fromEntries(ofBoard.map(({ path, value }) => [path, value])) }
  const facts = [...ofBoard, ...userFacts(answers, known)]
  return { overrides: overridesOf(base, facts), figures: figuresOf(base, facts) }
}

function boardFacts(identity: BoardIdentity, base: Profile, answers: MachineSettings): Fact[] {
  if (identity.dialect === 'grbl') return grblFacts(identity, base, answers)
  if (identity.dialect === 'marlin') return printerFacts(identity, base, answers)
  return identity.dialect === 'hpgl' ? hpglFacts(identity, base) : []
}

/** The values of the fields that the user's answers may change. */
const valuesOf = ({ width, height, pen }: Profile): Record<string, unknown> => ({
  width,
  height,
  'pen.upPercent': pen.upPercent,
  'pen.downPercent': pen.downPercent,
})

/** The user's answers that differ from the known values. */
function userFacts({ size, penUp, penDown }: MachineSettings, known: Readonly<Record<string, unknown>>): Fact[] {
  const facts = [
    ['width', size?.width],
    ['height', size?.height],
    ['pen.upPercent', penUp],
    ['pen.downPercent', penDown],
  ] as const
  return facts.flatMap(([path, value]) =>
    value === undefined || value === known[path] ? [] : [{ path, value, from: 'you' }],
  )
}
