/**
 * The room `profiles` holds machines as data, one file for each dialect. Import from here, from `profile.ts` (types),
 * from `ebb-supply.ts`, from `klipper.ts` and from `spoil.ts`.
 */
import { PlotdError } from '../../errors.ts'
import { AXIDRAW, EGGBOT, NEXTDRAW } from './ebb.ts'
import { GRBL } from './grbl.ts'
import { HPGL } from './hpgl.ts'
import { MARLIN } from './marlin.ts'
import type { Profile } from './profile.ts'
import { isFields, validProfile } from './validate.ts'

/** The built-in profiles by name. */
export const profiles: Readonly<Record<string, Profile>> = Object.fromEntries(
  [...AXIDRAW, ...NEXTDRAW, ...EGGBOT, ...GRBL, ...MARLIN, ...HPGL].map((profile) => [profile.name, profile]),
)

export const DEFAULT_PROFILE = 'axidraw-v3'

/** The built-in profile with a name. @throws PlotdError ERR_PROFILE_INVALID listing all names */
export function profileNamed(name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (profile) return profile
  const names = Object.keys(profiles)
  throw new PlotdError(
    'ERR_PROFILE_INVALID',
    `profile: no machine is called "${name}"; there are ${names.join(', ')}`,
    { field: 'name', value: name, expected: names },
  )
}

type Partly<T> = { readonly [K in keyof T]?: NonNullable<T[K]> extends object ? Partly<T[K]> : T[K] }
/** The fields of a profile that a configuration changes, also nested ones. */
export type ProfileOverrides = Partly<Profile>

/** The profile with some fields changed. @throws PlotdError ERR_PROFILE_INVALID naming the field */
export function withOverrides(profile: Profile, overrides: ProfileOverrides): Profile {
  return validProfile(merge(profile, overrides))
}

/** A copy of `base` in which the fields of `overrides` replace its own. Arrays are replaced, not merged. */
function merge(base: unknown, overrides: unknown): unknown {
  if (!isFields(base) || !isFields(overrides)) return overrides === undefined ? base : overrides
  const keys = new Set([...Object.keys(base), ...Object.keys(overrides)])
  return Object.fromEntries([...keys].map((key) => [key, merge(base[key], overrides[key])]))
}
