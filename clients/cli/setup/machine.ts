/**
 * Makes the entry in `plotters` that `plotd setup` writes, from the answers of the board and of the user. All functions
 * are pure.
 *
 * The room `setup`: `find` looks at the ports, `machine` makes the entry, `questions` asks the user, `host` describes
 * this computer. `steps` lists the changes, `config-text` edits the configuration, `apply` makes the changes and takes
 * them back, `service` runs the daemon.
 */

import { PlotdError } from '../../../src/errors.ts'
import { type Figure, type Identity, type MachineSettings, profileNamed, proposeProfile } from '../../../src/index.ts'

/** The user's answers about the machine. */
export interface MachineAnswers extends MachineSettings {
  readonly name: string
  readonly profile: string
}

/** The entry of a plotter, and the figures of the plotter's profile, each with its source. */
export interface ProposedEntry {
  readonly entry: PlotterEntry
  readonly figures: readonly Figure[]
}

/** An entry of `plotters` in the configuration. */
export interface PlotterEntry {
  readonly name: string
  readonly url: string
  readonly profile: string | Readonly<Record<string, unknown>>
  /** The paper on the plotter: a name or a size. */
  readonly paper?: string
}

/**
 * The entry in the configuration: the name of a profile, and the figures that differ from that profile.
 *
 * @throws PlotdError ERR_PROFILE_INVALID for an unknown profile, ERR_PARAMS for a profile of another dialect
 */
export function plotterEntry(url: string, identity: Identity, answers: MachineAnswers): ProposedEntry {
  const base = profileNamed(answers.profile)
  if (base.dialect !== identity.dialect)
    throw dialectError(base.name, `this board is ${identity.model} (${identity.dialect})`)
  const { overrides, figures } = proposeProfile(identity, base, answers)
  const profile = Object.keys(overrides).length === 0 ? base.name : { base: base.name, ...overrides }
  return { entry: { name: answers.name, url, profile }, figures }
}

const dialectError = (profile: string, board: string): PlotdError =>
  new PlotdError('ERR_PARAMS', `--profile ${profile} is for ${profileNamed(profile).dialect} boards, and ${board}`)

/**
 * An entry with the changes that the user gave. Everything else stays.
 *
 * @throws PlotdError ERR_PROFILE_INVALID for an unknown profile, ERR_PARAMS for a profile of another dialect
 */
export function changedEntry(
  entry: PlotterEntry,
  values: {
    readonly profile?: string | undefined
    readonly 'pen-up'?: number | undefined
    readonly 'pen-down'?: number | undefined
  },
): PlotterEntry {
  const old: Readonly<Record<string, unknown>> =
    typeof entry.profile === 'string' ? { base: entry.profile } : entry.profile
  if (values.profile !== undefined) {
    const { dialect } = profileNamed(String(old['base']))
    if (profileNamed(values.profile).dialect !== dialect)
      throw dialectError(values.profile, `the plotter ${entry.name} has a board for ${dialect}`)
  }
  const { 'pen-up': upPercent, 'pen-down': downPercent } = values
  const heights = {
    ...(upPercent === undefined ? {} : { upPercent }),
    ...(downPercent === undefined ? {} : { downPercent }),
  }
  const pen = { ...(old as { pen?: object }).pen, ...heights }
  const profile = {
    ...old,
    ...(values.profile === undefined ? {} : { base: values.profile }),
    ...(Object.keys(pen).length === 0 ? {} : { pen }),
  }
  // When only `base` is left, the name of the profile is enough.
  const isNamed = Object.keys(profile).length === 1
  return { ...entry, profile: isNamed ? String((profile as { base: unknown }).base) : profile }
}
